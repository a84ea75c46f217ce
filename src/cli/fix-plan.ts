/** Which fixes can be written into the files that were judged, and why the others are left to a person. */
import type { DiagnosedFinding, Judgement } from '../engine/diagnosis.ts';
import { isFile, type Locate } from '../facts/place.ts';
import type { Patch } from '../model/patch.ts';
import { editObject, ordinalAt } from '../sources/manifests/edit-object.ts';
import { fileEdits, unifiedDiff } from '../sources/manifests/line-diff.ts';

/** The text of each file as it was judged. */
export type Texts = ReadonlyMap<string, string>;

/** One judged set of manifests. */
export interface JudgedSet {
  judgement: Judgement;
  locate: Locate;
}

export interface ChangedFile {
  file: string;
  before: string;
  after: string;
  /** Why nothing may be written there; null where it may. */
  generated: string | null;
}

export interface FixPlan {
  files: readonly ChangedFile[];
  /** What is done, a line each: file, line, what and by which rule. */
  done: readonly { file: string; text: string }[];
  /** What is not, a line each, with the reason. */
  left: readonly string[];
}

const KINDS: Readonly<Record<Patch['kind'], string>> = {
  service: 'Service',
  deployment: 'Deployment',
  statefulset: 'StatefulSet',
  daemonset: 'DaemonSet',
};

interface Target {
  file: string;
  ordinal: number;
  generated: string | null;
}

function generatedBy(file: string, template: string | null): string | null {
  if (file === '-') return template === null ? 'it came by standard input' : `${template} of a chart makes it`;
  if (!isFile(file)) return `${file} makes it`;
  return template === null ? null : `${template} of a chart makes it`;
}

/** Where the object of a patch is written; null where it is in none of the files. */
function targetOf(patch: Patch, locate: Locate, texts: Texts): Target | null {
  const found = locate(`${KINDS[patch.kind]} ${patch.namespace}/${patch.name}`, 'metadata.name');
  if (found === null) return null;
  const { file, line, template } = found.place;
  const ordinal = ordinalAt(texts.get(file) ?? '', patch, line);
  return ordinal === null ? null : { file, ordinal, generated: generatedBy(file, template) };
}

/** The judgement with every patch as edits of the files it is about. What a generator made is not edited. */
export function withEdits({ judgement, locate }: JudgedSet, texts: Texts): Judgement {
  const findings = judgement.diagnosis.findings.map((finding): DiagnosedFinding => {
    const { fix } = finding;
    const target = fix?.patch ? targetOf(fix.patch, locate, texts) : null;
    if (fix?.patch == null || target === null || target.generated !== null) return finding;
    const before = texts.get(target.file) ?? '';
    const edited = editObject(before, fix.patch, target.ordinal);
    return 'refusal' in edited
      ? finding
      : { ...finding, fix: { ...fix, edits: fileEdits(target.file, before, edited.text) } };
  });
  return {
    diagnosis: { ...judgement.diagnosis, findings },
    get verdicts() {
      return judgement.verdicts;
    },
  };
}

const SAFETY_WORDS = {
  review: 'look at it before you do it',
  guess: 'a value in it is a guess',
} as const;

function idOf({ reason, rule }: DiagnosedFinding): string {
  return reason ?? rule;
}

class Plan {
  readonly #texts: Texts;
  readonly #after = new Map<string, ChangedFile>();
  readonly done: { file: string; text: string }[] = [];
  readonly left: string[] = [];

  constructor(texts: Texts) {
    this.#texts = texts;
  }

  get files(): readonly ChangedFile[] {
    return [...this.#after.values()].filter(({ before, after }) => before !== after);
  }

  add(finding: DiagnosedFinding, locate: Locate): void {
    const why = this.#add(finding, locate);
    const line = `${finding.message} (${idOf(finding)}): ${why}`;
    if (why !== null && !this.left.includes(line)) this.left.push(line);
  }

  /** Why the fix is left; null where it is part of the plan. */
  #add(finding: DiagnosedFinding, locate: Locate): string | null {
    const { fix } = finding;
    if (fix === null) return 'no fix is known';
    if (fix.patch === null) return fix.steps[0] ?? fix.summary;
    if (fix.safety !== 'safe') return `${SAFETY_WORDS[fix.safety]}: ${fix.summary}`;
    const target = targetOf(fix.patch, locate, this.#texts);
    if (target === null) return 'what it changes stands in none of these files';
    const { file, ordinal, generated } = target;
    const before = this.#texts.get(file) ?? '';
    const now = this.#after.get(file)?.after ?? before;
    const edited = editObject(now, fix.patch, ordinal);
    if ('refusal' in edited) return edited.refusal;
    if (edited.text === now) return null;
    this.#after.set(file, { file, before, after: edited.text, generated });
    if (generated !== null) return `${generated}: change it there`;
    const [first] = fileEdits(file, now, edited.text);
    this.done.push({ file, text: `${file}:${first?.line}: ${fix.summary} (${idOf(finding)})` });
    return null;
  }
}

/** All fixes that may be made without a look: of the causes of all sets. */
export function planFixes(sets: readonly JudgedSet[], texts: Texts): FixPlan {
  const plan = new Plan(texts);
  for (const { judgement, locate } of sets) {
    for (const finding of judgement.diagnosis.findings) if (finding.role === 'root') plan.add(finding, locate);
  }
  return { files: plan.files, done: plan.done, left: plan.left };
}

/** The plan as one unified diff. */
export function planDiff(files: readonly ChangedFile[]): string {
  return files.map(({ file, before, after }) => unifiedDiff(file, before, after)).join('');
}
