/** Markdown for a comment on a pull request, or a ticket. */
import type { DiagnosedFinding, DiagnosedService, Diagnosis, Judgement } from '../engine/diagnosis.ts';
import { proofLines, serviceLines, shownFix, soLines, totalLine } from './alerts.ts';
import { placeText } from './frame.ts';
import { canIList, gapsOf, gapWords, limitLines } from './gaps.ts';

/** Between `@` and a name, so that nobody is called. */
const ZERO_WIDTH = '\u200b';

/** Prose in which nothing is markup, a mention or a tag. */
function prose(text: string): string {
  return text
    .replaceAll(/[\\`*_[\]<>|~#&]/g, (character) => `\\${character}`)
    .replaceAll('@', `@${ZERO_WIDTH}`)
    .replaceAll(/\s*\n\s*/g, ' ');
}

/** A fence longer than any run of backticks inside. */
function fence(text: string, shortest: number): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  return '`'.repeat(Math.max(shortest, longest + 1));
}

function code(text: string): string {
  const mark = fence(text, 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${mark}${pad}${text.replaceAll('\n', ' ')}${pad}${mark}`;
}

function block(language: string, lines: readonly string[]): string[] {
  const mark = fence(lines.join('\n'), 3);
  return [`${mark}${language}`, ...lines, mark];
}

function folded(title: string, lines: readonly string[]): string[] {
  return lines.length === 0
    ? []
    : ['', `<details><summary>${title}</summary>`, '', ...lines.map((line) => `- ${prose(line)}`), '', '</details>'];
}

function fixPart(finding: DiagnosedFinding, diagnosis: Diagnosis): string[] {
  const fix = shownFix(finding, diagnosis);
  if (fix === null) return [];
  const steps = fix.steps.map((step, index) => `${index + 1}. ${prose(step)}`);
  return [
    '',
    `**Fix:** ${prose(fix.summary)}`,
    ...(fix.commands.length === 0 ? [] : ['', ...block('sh', fix.commands)]),
    ...(steps.length === 0 ? [] : ['', ...steps]),
  ];
}

function tagOf({ rule, reason, confidence, place }: DiagnosedFinding): string {
  const at = place === null ? '' : ` · ${code(placeText(place))}`;
  return `${code(reason ?? rule)} · ${confidence}${at}`;
}

function rootPart(finding: DiagnosedFinding, { byId, diagnosis }: Printed): string[] {
  const proofs = proofLines(finding);
  const notes = finding.notes.filter(({ label }) => label !== 'also').map(({ label, text }) => `${label}: ${text}`);
  return [
    '',
    `**${prose(finding.message)}** ${tagOf(finding)}`,
    ...(proofs.length === 0 ? [] : ['', ...block('text', proofs)]),
    ...fixPart(finding, diagnosis),
    ...folded('What follows from it', soLines(finding, byId)),
    ...folded('Notes', notes),
  ];
}

const MARKS = { ill: '❌', converging: '⏳', undetermined: '❔', healthy: '✅' } as const;

interface Printed {
  diagnosis: Diagnosis;
  byId: ReadonlyMap<string, DiagnosedFinding>;
  /** Under which Service each root was told. */
  told: Map<string, string>;
}

function pick(ids: readonly string[], { byId }: Printed): DiagnosedFinding[] {
  return ids.flatMap((id) => byId.get(id) ?? []);
}

function servicePart(service: DiagnosedService, printed: Printed): string[] {
  const name = `${service.namespace}/${service.name}`;
  const set = service.set === null ? '' : ` in ${code(service.set)}`;
  const roots = pick(service.roots, printed).flatMap((root) => {
    const before = printed.told.get(root.id);
    if (before !== undefined)
      return ['', `**${prose(root.message)}**: the same cause as for ${code(before)}, see above`];
    printed.told.set(root.id, name);
    return rootPart(root, printed);
  });
  const after = service.afterFix === null ? [] : [`- after this fix: ${prose(service.afterFix)}`];
  const said = serviceLines(service, printed.byId).flatMap((line) => ['', prose(line)]);
  const next = pick(service.next, printed).map((one) => `- after this fix: ${prose(one.message)} ${tagOf(one)}`);
  const hints = pick(service.hints, printed).map((one) => `${one.message} (${one.reason ?? one.rule})`);
  return [
    '',
    `### ${MARKS[service.verdict]} ${code(name)}${set}`,
    ...(roots.length === 0 ? ['', prose(service.headline)] : roots),
    ...(after.length + next.length === 0 ? [] : ['', ...after, ...next]),
    ...said,
    ...folded(hints.length === 1 ? '1 hint' : `${hints.length} hints`, hints),
  ];
}

function openPart({ unanswered }: Diagnosis): string[] {
  const gaps = gapsOf(unanswered);
  if (gaps.length === 0) return [];
  const lines = gaps.map((gap) => {
    const count = gap.questions.length;
    const check = gap.permission === null ? '' : `: ${code(canIList(gap.permission))}`;
    return `- ${prose(gapWords(gap))} (${count} ${count === 1 ? 'check' : 'checks'})${check}`;
  });
  return ['', '### Not every question could be answered', '', ...lines];
}

function suppressedPart({ suppressed, findings }: Diagnosis): string[] {
  const lines = suppressed.map(({ finding, reason }) => {
    const one = findings.find(({ id }) => id === finding);
    return `${one?.message} (${one?.reason ?? one?.rule}): ${reason}`;
  });
  return folded(lines.length === 1 ? '1 finding suppressed' : `${lines.length} findings suppressed`, lines);
}

function problemPart({ problems = [] }: Diagnosis): string[] {
  const lines = problems.map(({ file, line, column, message, hint }) => {
    const at = [file, line, column].filter((part) => part !== null).join(':');
    return `- ${code(at)} ${prose(message)}: ${prose(hint)}`;
  });
  return lines.length === 0 ? [] : ['', '### Files that could not be read', '', ...lines];
}

/** The whole report: what is ill first, one line for the healthy. */
export function markdown({ diagnosis }: Judgement): string {
  const printed: Printed = {
    diagnosis,
    byId: new Map(diagnosis.findings.map((one) => [one.id, one])),
    told: new Map(),
  };
  const healthy = diagnosis.services.filter(({ verdict }) => verdict === 'healthy');
  const plain = healthy.filter(({ hints }) => hints.length === 0);
  const others = diagnosis.services.filter((service) => !plain.includes(service));
  const names = plain.map(({ namespace, name }) => code(`${namespace}/${name}`)).join(', ');
  const lines = [
    `## svc-doctor: ${totalLine(diagnosis)}`,
    ...problemPart(diagnosis),
    ...others.flatMap((service) => servicePart(service, printed)),
    ...(names === '' ? [] : ['', `${MARKS.healthy} ${names}`]),
    ...openPart(diagnosis),
    ...limitLines(diagnosis).flatMap((line) => ['', prose(line)]),
    ...suppressedPart(diagnosis),
  ];
  return `${lines.join('\n')}\n`;
}
