/** What a list of alerts holds, for formats that cannot draw a tree: causes and hints. Consequences stand in the text of their cause. */
import type { DiagnosedFinding, DiagnosedService, Diagnosis } from '../engine/diagnosis.ts';
import { isFile } from '../facts/place.ts';
import { placeText } from './frame.ts';
import { isForFiles, writtenLines } from './patch-lines.ts';
import { pathText } from './path.ts';
import { symptomText } from './symptom.ts';

export type Level = 'error' | 'warning' | 'note';

export interface Alert {
  finding: DiagnosedFinding;
  level: Level;
  /** `SEL-003 selector-value-typo`. */
  title: string;
  /** What the finding says, in lines without layout: the sentence, the proof, what follows, the fix. */
  lines: readonly string[];
}

/** An error for a fault that takes all or a share of the calls, a warning for a lesser one or one that a fix would bring out, else a note. */
export function levelOf({ role, severity }: DiagnosedFinding): Level {
  if (role === 'hint') return 'note';
  if (role === 'next') return 'warning';
  return severity === 'critical' || severity === 'high' ? 'error' : severity === 'medium' ? 'warning' : 'note';
}

const SAFETY_WORDS = {
  safe: '',
  review: ', look before you run it',
  guess: ', a value in it is a guess: check it first',
} as const;

/** A fix as a list shows it. */
export interface ShownFix {
  /** What it does, and how sure it is. */
  summary: string;
  commands: readonly string[];
  steps: readonly string[];
}

/** The fix; of manifests what to write into them, which a command against a cluster would not say. Null where none is known. */
export function shownFix(finding: DiagnosedFinding, { source }: Pick<Diagnosis, 'source'>): ShownFix | null {
  const { fix } = finding;
  if (fix === null) return null;
  const summary = fix.summary + SAFETY_WORDS[fix.safety];
  if (fix.patch !== null && isForFiles(finding, source.kind)) {
    return { summary, commands: [], steps: writtenLines(fix.patch) };
  }
  return { summary, commands: fix.commands, steps: fix.steps };
}

function fixLines(finding: DiagnosedFinding, diagnosis: Diagnosis): string[] {
  const fix = shownFix(finding, diagnosis);
  return fix === null ? [] : [`fix (${fix.summary}):`, ...[...fix.commands, ...fix.steps].map((line) => `  ${line}`)];
}

/** The way of the named caller, and what is said of a symptom that nothing explains. */
export function serviceLines(service: DiagnosedService, byId: ReadonlyMap<string, DiagnosedFinding>): string[] {
  return [pathText(service, byId), symptomText(service)].filter((text) => text !== null);
}

/** What follows from a finding, however indirectly, each thing once; then what clients see. */
export function soLines(finding: DiagnosedFinding, byId: ReadonlyMap<string, DiagnosedFinding>): string[] {
  const reached = new Set<string>();
  const queue = [...finding.explains];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    if (reached.has(id)) continue;
    reached.add(id);
    queue.push(...(byId.get(id)?.explains ?? []));
  }
  const consequences = [...byId.values()].filter(({ id, role }) => reached.has(id) && role === 'consequence');
  return [...new Set([...consequences.map(({ message }) => message), ...finding.effects])];
}

/** `spec.selector.app=wbe  0 of 2 Pods`: the proof as label and text. */
export function proofLines({ evidence, notes }: DiagnosedFinding): string[] {
  const rows = [...evidence, ...notes.filter(({ label }) => label === 'also')];
  return rows.map(({ label, text }) => `${label}: ${text.replaceAll(/ {2,}/g, '  ')}`);
}

function linesOf(
  finding: DiagnosedFinding,
  byId: ReadonlyMap<string, DiagnosedFinding>,
  diagnosis: Diagnosis,
): string[] {
  const lead = finding.role === 'next' ? 'after the fix of the cause before it: ' : '';
  const notes = finding.notes.filter(({ label }) => label !== 'also').map(({ label, text }) => `${label}: ${text}`);
  const { place } = finding;
  const elsewhere = place === null || isFile(place.file) ? [] : [`at ${placeText(place)}`];
  return [
    lead + finding.message,
    ...elsewhere,
    ...proofLines(finding),
    ...soLines(finding, byId).map((line) => `so ${line}`),
    ...fixLines(finding, diagnosis),
    ...notes,
  ];
}

/** `SEL-003 selector-value-typo`: the most special name there is. */
export function titleOf({ rule, reason, name }: DiagnosedFinding): string {
  return `${reason ?? rule} ${name}`;
}

/** Roots, what shows behind their fixes, then hints. Suppressed findings only where asked for. */
export function alertsOf(diagnosis: Diagnosis, withSuppressed = false): readonly Alert[] {
  const { findings } = diagnosis;
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  const roles = ['root', 'next', 'hint', ...(withSuppressed ? (['suppressed'] as const) : [])] as const;
  return roles.flatMap((role) =>
    findings
      .filter((finding) => finding.role === role)
      .map((finding) => ({
        finding,
        level: levelOf(finding),
        title: titleOf(finding),
        lines: linesOf(finding, byId, diagnosis),
      })),
  );
}

/** `2 of 5 Services ill, 3 healthy`; what a list says of the whole. */
export function totalLine({ summary, suppressed }: Diagnosis): string {
  const { services } = summary;
  const counts = (['ill', 'converging', 'undetermined', 'healthy'] as const)
    .filter((verdict) => summary[verdict] > 0)
    .map((verdict) => `${summary[verdict]} ${verdict}`);
  const left = suppressed.length === 0 ? [] : [`${suppressed.length} suppressed`];
  return `${services} ${services === 1 ? 'Service' : 'Services'}: ${[...counts, ...left].join(', ') || 'none judged'}`;
}
