/** One cause behind many Services is said once, with the Services beneath it. */
import { grouped } from '../facts/grouped.ts';
import { isHint } from './causes.ts';
import type { Located } from './evaluate.ts';

/** From how many Services on a cause is the cluster's rather than theirs. */
const MANY = 3;

/** The causes that three or more Services have in common, each with the findings that it stands for. */
export function gather(located: readonly Located[]): ReadonlyMap<Located, readonly Located[]> {
  const groups = grouped(located, (entry) =>
    entry.finding.shared === null || isHint(entry) ? [] : [`${entry.rule.id} ${entry.finding.shared.key}`],
  );
  return new Map(
    [...groups.values()].flatMap((members): [Located, readonly Located[]][] => {
      const services = new Set(members.map(({ finding }) => finding.scope.service));
      const [first] = members;
      return first === undefined || services.size < MANY ? [] : [[gathered(first, services.size), members]];
    }),
  );
}

function gathered(first: Located, services: number): Located {
  const { shared, scope } = first.finding;
  return {
    ...first,
    finding: {
      ...first.finding,
      message: `${shared?.subject}: ${services} Services are affected`,
      evidence: shared?.evidence ?? [],
      effects: [],
      scope: { ...scope, service: null, port: null, pod: null },
      dependency: null,
    },
  };
}
