/** Says of each finding where it is written. Positions are no part of rules: those name objects and paths, and a source that read files knows where those stand. */
import type { Locate } from '../facts/place.ts';
import type { DiagnosedEvidence, DiagnosedFinding, Judgement } from './diagnosis.ts';

function placed(row: DiagnosedEvidence, locate: Locate): DiagnosedEvidence {
  const found = locate(row.object, row.path);
  if (found === null) return row;
  const { file, line, column } = found.place;
  return { ...row, object: found.object, path: found.path, file, line, column };
}

function primary({ evidence, scope }: DiagnosedFinding, locate: Locate): DiagnosedFinding['place'] {
  const rows = evidence.map(({ object, path }) => locate(object, path));
  const first = rows.find((row) => row !== null) ?? null;
  return (
    first?.place ??
    (scope.service === null ? null : (locate(`Service ${scope.service}`, 'metadata.name')?.place ?? null))
  );
}

/** The judgement with files, lines and columns filled in wherever they are known. */
export function withPlaces(judgement: Judgement, locate: Locate): Judgement {
  const { diagnosis } = judgement;
  const findings = diagnosis.findings.map((finding) => ({
    ...finding,
    evidence: finding.evidence.map((row) => placed(row, locate)),
    place: primary(finding, locate),
  }));
  return {
    diagnosis: { ...diagnosis, findings },
    get verdicts() {
      return judgement.verdicts;
    },
  };
}
