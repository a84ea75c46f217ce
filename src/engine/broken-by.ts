/** What an apply breaks: the faults that the world after it has, and the world before it had not. */
import type { DiagnosedFinding, Judgement } from './diagnosis.ts';

const NOTE = { label: 'note', text: 'the apply brings it: the cluster as it is does not have this fault' } as const;

/** The judgement after an apply, with a note on each root that the one before does not know. */
export function brokenBy(after: Judgement, before: Judgement): Judgement {
  const known = new Set(before.diagnosis.findings.map(({ fingerprint }) => fingerprint));
  const findings = after.diagnosis.findings.map((finding): DiagnosedFinding => {
    const isNew = finding.role === 'root' && !known.has(finding.fingerprint);
    return isNew ? { ...finding, notes: [...finding.notes, NOTE] } : finding;
  });
  return {
    diagnosis: { ...after.diagnosis, findings },
    get verdicts() {
      return after.verdicts;
    },
  };
}
