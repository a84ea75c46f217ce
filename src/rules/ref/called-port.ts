/** Fixes and rows about the port by which a Service is called. */
import { shellQuote } from '../../model/patch.ts';
import type { ReferencingWorkload } from '../../model/referencing.ts';
import type { Fix } from '../finding.ts';
import { addressText, type Usage, workloadText } from './reference-text.ts';

type Use = Usage['uses'][number];

/** The commands that write another port where the address is the whole value of a variable, or has a variable of its own for the port. */
export function setPortCommands(workload: ReferencingWorkload, uses: readonly Use[], port: number): string[] {
  const kind = workload.kind.toLowerCase();
  if (!['deployment', 'statefulset', 'daemonset'].includes(kind)) return [];
  return uses
    .filter(
      (use) => (use.exact || use.portVariable !== undefined) && use.variable !== 'args' && use.variable !== 'command',
    )
    .map((use) => {
      const value =
        use.portVariable === undefined
          ? `${use.variable}=${addressText({ ...use, port })}`
          : `${use.portVariable}=${port}`;
      return `kubectl -n ${workload.namespace} set env ${kind}/${workload.name} --containers=${shellQuote(use.container)} ${shellQuote(value)}`;
    });
}

/** Call this port: by command where every place can be written anew, else in words; without a port, the ports to choose from. */
export function callPort(
  workload: ReferencingWorkload,
  uses: readonly Use[],
  port: number | null,
  choice: readonly number[],
): Fix {
  const commands = port === null ? [] : setPortCommands(workload, uses, port);
  const where = [...new Set(uses.map(({ variable }) => variable))].join(', ');
  const which = port === null ? `one of the ports ${choice.join(', ')}` : `port ${port}`;
  const step = `write ${which} in ${where} of ${workloadText(workload)}`;
  return {
    summary: `call ${which}`,
    safety: 'review',
    commands,
    steps: commands.length === uses.length ? [] : [step],
    patch: null,
  };
}
