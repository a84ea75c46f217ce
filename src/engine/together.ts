/** Several worlds that were judged apart, such as sets of manifests, as one diagnosis. */
import type { Problem } from '../facts/place.ts';
import type {
  DiagnosedFinding,
  DiagnosedService,
  Diagnosis,
  Judgement,
  Limit,
  SuppressedFinding,
} from './diagnosis.ts';

/** One judged world; `name` null where there is only one. */
export interface Part {
  name: string | null;
  judgement: Judgement;
}

function renumbered(id: string, offset: number): string {
  return `f${Number(id.slice(1)) + offset}`;
}

function findingsOf({ diagnosis }: Judgement, offset: number): readonly DiagnosedFinding[] {
  const all = (ids: readonly string[]): string[] => ids.map((id) => renumbered(id, offset));
  return diagnosis.findings.map((finding) => ({
    ...finding,
    id: renumbered(finding.id, offset),
    explains: all(finding.explains),
    explainedBy: all(finding.explainedBy),
  }));
}

function servicesOf({ name, judgement }: Part, offset: number): readonly DiagnosedService[] {
  const all = (ids: readonly string[]): string[] => ids.map((id) => renumbered(id, offset));
  return judgement.diagnosis.services.map((service) => ({
    ...service,
    set: name,
    roots: all(service.roots),
    next: all(service.next),
    hints: all(service.hints),
  }));
}

function worst(parts: readonly Part[], problems: readonly Problem[]): Diagnosis['exitCode'] {
  if (problems.length > 0) return 2;
  const codes = parts.map(({ judgement }) => judgement.diagnosis.exitCode);
  return codes.includes(1) ? 1 : codes.includes(3) ? 3 : 0;
}

const NOTHING: Diagnosis['source'] = { kind: 'manifests', context: null, server: null, collectedAt: '' };

/** Every limit that some part met, each once. */
function limitsIn(parts: readonly Part[]): readonly Limit[] {
  const all = parts.flatMap(({ judgement }) => judgement.diagnosis.limits);
  return [...new Map(all.map((limit) => [`${limit.id} ${limit.text}`, limit])).values()];
}

/** One judgement of all parts, in their order; findings are numbered through. Files that could not be read make the exit code 2. */
export function together(parts: readonly Part[], problems: readonly Problem[]): Judgement {
  const findings: DiagnosedFinding[] = [];
  const services: DiagnosedService[] = [];
  const suppressed: SuppressedFinding[] = [];
  for (const part of parts) {
    const { length } = findings;
    suppressed.push(
      ...part.judgement.diagnosis.suppressed.map((one) => ({ ...one, finding: renumbered(one.finding, length) })),
    );
    services.push(...servicesOf(part, findings.length));
    findings.push(...findingsOf(part.judgement, findings.length));
  }
  const count = (verdict: string): number => services.filter((service) => service.verdict === verdict).length;
  return {
    diagnosis: {
      apiVersion: 'svc-doctor.dev/v1',
      kind: 'Diagnosis',
      source: parts[0]?.judgement.diagnosis.source ?? NOTHING,
      summary: {
        services: services.length,
        healthy: count('healthy'),
        ill: count('ill'),
        converging: count('converging'),
        undetermined: count('undetermined'),
        roots: findings.filter(({ role }) => role === 'root').length,
      },
      services,
      findings,
      unanswered: parts.flatMap(({ judgement }) => judgement.diagnosis.unanswered),
      suppressed,
      limits: limitsIn(parts),
      problems,
      exitCode: worst(parts, problems),
    },
    get verdicts() {
      return parts.flatMap(({ judgement }) => judgement.verdicts);
    },
  };
}
