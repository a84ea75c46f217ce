/** What both rules about hard-coded addresses share: which addresses are written, and the finding about one that is nobody's. */
import { addressIn } from '../../model/hard-coded-address.ts';
import type { ReferencingWorkload } from '../../model/referencing.ts';
import { type Finding, finding } from '../finding.ts';
import { isSettling, saidRows, type Usage, useRows, workloadText } from './reference-text.ts';
import { type Heard, weighAddress } from './reference-weight.ts';

/** An address where a name should stand, and everywhere that the workload writes it. */
export interface Written extends Pick<Usage, 'workload' | 'uses'> {
  ip: string;
}

/** The addresses that workloads are told to call, each once a workload and spelling. */
export function writtenAddresses(references: readonly ReferencingWorkload[]): readonly Written[] {
  return references.flatMap((workload) =>
    [...new Set(workload.told.map(({ host }) => host))].sort().flatMap((host) => {
      const ip = addressIn(host);
      return ip === null ? [] : [{ ip, workload, uses: workload.told.filter((use) => use.host === host) }];
    }),
  );
}

/** The finding: `what` says whose address it was, `instead` what should be called. */
export function lostAddress(
  { ip, workload, uses }: Written,
  { severity, what, instead }: { severity: 'critical' | 'high'; what: string; instead: string },
  heard: Heard,
): Finding {
  const { confidence, said } = weighAddress({ workload, uses }, (match) => match.ip === ip, heard);
  return finding({
    severity,
    confidence,
    message: `${workloadText(workload)} calls ${ip}, ${what}`,
    scope: { service: heard.subject.role === 'caller' ? ip : null },
    evidence: [...useRows(workload, uses, null), ...saidRows(said)],
    effects: [`calls from there to ${ip} hang or are refused`],
    fix: {
      summary: instead,
      safety: 'review',
      commands: [],
      steps: [`write the name of the Service in place of ${ip}`],
      patch: null,
    },
    converging: isSettling(workload, heard.now),
  });
}
