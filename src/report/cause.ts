/** One root cause in the human report: answer, evidence, what follows from it, fix, notes. */
import type { DiagnosedFinding } from '../engine/diagnosis.ts';
import { isForFiles, writtenLines } from './patch-lines.ts';
import { type Page, setRow } from './row.ts';

/** `SEL-003 · certain`: the most special id there is. */
export function tagOf(finding: DiagnosedFinding, page: Page): string {
  return `${finding.reason ?? finding.rule} ${page.ink.dot} ${finding.confidence}`;
}

/** `  fix     text`: the rows below the evidence. */
export function labelled(page: Page, label: string, text: string, remark = ''): string[] {
  return setRow(page, { prefix: `  ${label.padEnd(7)} `, text, remark });
}

/** The evidence with its labels aligned; an `also` note is evidence that a rule only uses. */
export function evidenceRows(page: Page, finding: DiagnosedFinding): string[] {
  const rows = [...finding.evidence, ...finding.notes.filter((note) => note.label === 'also')];
  const longest = Math.max(0, ...rows.map((row) => row.label.length));
  const column = Math.min(longest, Math.floor(page.width / 3));
  return rows.flatMap(({ label, text }) => {
    const prefix = `    ${label.padEnd(column)}  `;
    if (prefix.length <= column + 6) return setRow(page, { prefix, text });
    return [`    ${page.ink.prose(label)}`, ...setRow(page, { prefix: ' '.repeat(column + 6), text })];
  });
}

/** Every consequence of a root: what it explains, and what that explains in turn. */
export function consequencesOf(
  root: DiagnosedFinding,
  byId: ReadonlyMap<string, DiagnosedFinding>,
): DiagnosedFinding[] {
  const reached = new Set<string>();
  const queue = [...root.explains];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    const found = byId.get(id);
    if (found === undefined || reached.has(id)) continue;
    reached.add(id);
    queue.push(...found.explains);
  }
  return [...byId.values()].filter((finding) => reached.has(finding.id) && finding.role === 'consequence');
}

interface Consequence {
  text: string;
  rules: string[];
  more: number;
}

/** Consequences of one rule fold into one line; one sentence said by several rules is said once. */
function foldConsequences(findings: readonly DiagnosedFinding[]): Consequence[] {
  const folded: (Consequence & { by: string })[] = [];
  for (const finding of findings) {
    const rule = finding.reason ?? finding.rule;
    const same = folded.find((entry) => entry.text === finding.message);
    const sibling = folded.find((entry) => entry.by === rule);
    if (same !== undefined) {
      if (!same.rules.includes(rule)) same.rules.push(rule);
    } else if (sibling !== undefined) sibling.more += 1;
    else folded.push({ by: rule, text: finding.message, rules: [rule], more: 0 });
  }
  return folded;
}

/** The `├─ so` lines: folded consequences with their ids, then what clients see. */
export function consequenceRows(
  page: Page,
  root: DiagnosedFinding,
  consequences: readonly DiagnosedFinding[],
): string[] {
  const lines = [
    ...foldConsequences(consequences).map(({ text, rules, more }) => ({
      text: more === 0 ? text : `${text} (+${more} more)`,
      remark: rules.join(' '),
    })),
    ...root.effects.map((text) => ({ text, remark: '' })),
  ];
  return lines.flatMap(({ text, remark }, index) => {
    const branch = index === lines.length - 1 ? page.ink.lastBranch : page.ink.branch;
    return setRow(page, { prefix: `    ${branch} so  `, text, remark });
  });
}

const SAFETY_WORDS = {
  safe: null,
  review: 'look before you run it',
  guess: 'a value in it is a guess, check it first',
} as const;

/** The fix: commands whole and as they are, steps in words, numbered when there are several. */
export function fixRows(page: Page, finding: DiagnosedFinding): string[] {
  const { fix } = finding;
  if (fix === null) return [];
  const { ink } = page;
  if (fix.patch !== null && isForFiles(finding, page.source)) return writtenFix(page, fix, fix.patch);
  const entries = [
    ...fix.commands.map((text) => ({ text, isCommand: true })),
    ...fix.steps.map((text) => ({ text, isCommand: false })),
  ];
  if (entries.length === 0) return labelled(page, 'fix', fix.summary);
  const lines = entries.flatMap(({ text, isCommand }, index) => {
    const number = entries.length > 1 ? `${index + 1} ` : '';
    const prefix = `  ${(index === 0 ? 'fix' : '').padEnd(7)} ${number}`;
    return isCommand ? [prefix + ink.command(text)] : setRow(page, { prefix, text });
  });
  const caution = SAFETY_WORDS[fix.safety];
  const remark = caution === null ? (page.verbose ? fix.summary : null) : `${caution}: ${fix.summary}`;
  if (remark !== null) lines.push(...setRow(page, { prefix: ' '.repeat(10), text: `(${remark})`, paint: ink.dim }));
  return lines;
}

/** A patch as what to write into a file. */
function writtenFix(
  page: Page,
  fix: NonNullable<DiagnosedFinding['fix']>,
  patch: Parameters<typeof writtenLines>[0],
): string[] {
  const lines = writtenLines(patch).flatMap((text, index) => labelled(page, index === 0 ? 'fix' : '', text));
  const caution = SAFETY_WORDS[fix.safety]?.replace('run it', 'write it');
  const words = caution === undefined ? `${fix.summary}: --fix writes it` : `${caution}: ${fix.summary}`;
  return [...lines, ...setRow(page, { prefix: ' '.repeat(10), text: `(${words})`, paint: page.ink.dim })];
}

const NOTE_ORDER = ['or', 'avoid', 'prove', 'note', 'not'] as const;

/** The notes in the order a reader needs them. */
export function noteRows(page: Page, finding: DiagnosedFinding): string[] {
  return NOTE_ORDER.flatMap((label) =>
    finding.notes.filter((note) => note.label === label).flatMap((note) => labelled(page, label, note.text)),
  );
}
