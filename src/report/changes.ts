/** One line for each Service whose state is another one than before: what `--watch` prints where nobody looks at a screen. */
import type { Diagnosis } from '../engine/diagnosis.ts';

export type States = ReadonlyMap<string, string>;

/** What is told of each Service, by its name. */
export function statesOf({ services, findings }: Diagnosis): States {
  const rules = new Map(findings.map(({ id, rule, reason }) => [id, reason ?? rule]));
  return new Map(
    services.map(({ namespace, name, verdict, headline, roots }) => {
      const rule = rules.get(roots[0] ?? '');
      return [`${namespace}/${name}`, [verdict, headline, ...(rule === undefined ? [] : [rule])].join('  ')];
    }),
  );
}

/** The lines from the one state to the other, each with the time. */
export function changeLines(before: States, after: States, at: string): string {
  const changed = [...after].filter(([name, state]) => before.get(name) !== state).map(([, state]) => state);
  const gone = [...before.keys()].filter((name) => !after.has(name)).map((name) => `gone  ${name}`);
  return [...changed, ...gone].map((text) => `${at}  ${text}\n`).join('');
}
