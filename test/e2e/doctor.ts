/** The built plugin, run as a process of its own. */
import { join } from 'node:path';
import type { Diagnosis } from '../../src/engine/diagnosis.ts';
import { described, type Ran, run } from './shell.ts';

export const PLUGIN = join(import.meta.dirname, '../../bin/run.js');

/** Runs the plugin with arguments as typed in a shell. */
export function doctor(args: string, env: Readonly<Record<string, string>>): Promise<Ran> {
  return run(`exec node ${PLUGIN} ${args}`, { env, limit: 60 });
}

/** Runs it with `-o json`; fails unless it printed a diagnosis whose exit code is the process's own. */
export async function diagnosis(args: string, env: Readonly<Record<string, string>>): Promise<Diagnosis> {
  const ran = await doctor(`${args} -o json`, env);
  if (![0, 1, 3].includes(ran.code)) throw new Error(described(ran));
  const result = JSON.parse(ran.stdout) as Diagnosis;
  if (result.exitCode !== ran.code) throw new Error(`the JSON says exit ${result.exitCode}, but: ${described(ran)}`);
  return result;
}

/** The causes that roots tell: `RULE CAUSE`. */
export function causesOf(result: Diagnosis): readonly string[] {
  return result.findings.flatMap(({ role, rule, cause }) =>
    role === 'root' && cause !== null ? [`${rule} ${cause}`] : [],
  );
}

/** The roots as scenario files write them: `RULE[/REASON] namespace/service`, namespaces by their names in the file. */
export function rootsOf(result: Diagnosis, namespaces: ReadonlyMap<string, string>): readonly string[] {
  return result.findings
    .filter((finding) => finding.role === 'root')
    .map((finding) => {
      const rule = finding.reason === null ? finding.rule : `${finding.rule}/${finding.reason}`;
      if (finding.scope.service === null) return rule;
      const [namespace = '', name] = finding.scope.service.split('/');
      const known = [...namespaces].find(([, real]) => real === namespace);
      return `${rule} ${known?.[0] ?? namespace}/${name}`;
    });
}
