/** What could not be answered, and the permission that would answer it. */

import type { Unanswered } from '../engine/diagnosis.ts';
import type { Permission, Why } from '../facts/fact.ts';
import { labelled } from './cause.ts';
import { type Page, setRow } from './row.ts';

const SHOWN_QUESTIONS = 3;

const WHY_WORDS: Readonly<Record<Why, string>> = {
  denied: 'not allowed',
  unauthenticated: 'not logged in',
  unreachable: 'the API server could not be reached',
  'timed-out': 'the API server did not answer in time',
  'not-served': 'this API server does not serve it',
  'not-collected': 'not in what was collected',
  'not-in-manifests': 'manifests do not say',
  malformed: 'the answer could not be read',
};

interface Gap {
  fact: string;
  why: Why;
  permission: Permission | null;
  detail: string | null;
  questions: { rule: string; question: string }[];
}

/** `kubectl auth can-i list pods -n shop`: runs as it stands and answers yes or no. */
export function canIList(permission: Permission): string {
  const { verb, group, resource, namespace } = permission;
  const [plural = resource, subresource] = resource.split('/');
  const what = group === '' ? plural : `${plural}.${group}`;
  const sub = subresource === undefined ? '' : ` --subresource=${subresource}`;
  return `kubectl auth can-i ${verb} ${what}${sub} ${namespace === null ? '--all-namespaces' : `-n ${namespace}`}`;
}

/** One gap for each missing permission, or for each fact where no permission is missing. */
function gapsOf(unanswered: readonly Unanswered[]): Gap[] {
  const gaps = new Map<string, Gap>();
  for (const { rule, question, fact, why, permission, detail } of unanswered) {
    const key = permission === null ? `${why} ${fact}` : canIList(permission);
    const gap = gaps.get(key) ?? { fact, why, permission, detail, questions: [] };
    gaps.set(key, gap);
    if (!gap.questions.some((known) => known.rule === rule)) gap.questions.push({ rule, question });
  }
  return [...gaps.values()];
}

/** The gaps in full: each with the questions it leaves open. */
export function questionRows(page: Page, unanswered: readonly Unanswered[]): string[] {
  return gapsOf(unanswered).flatMap((gap) => {
    const shown = page.verbose ? gap.questions : gap.questions.slice(0, SHOWN_QUESTIONS);
    const hidden = gap.questions.length - shown.length;
    const { branch, lastBranch } = page.ink;
    const rows = shown.map(({ rule, question }) => ({ text: `open: ${question}`, remark: rule }));
    if (hidden > 0) rows.push({ text: `and ${hidden} more (-v names them)`, remark: '' });
    return [
      ...setRow(page, { prefix: '    ', text: gapWords(gap) }),
      ...rows.flatMap((row, index) =>
        setRow(page, { prefix: `    ${index === rows.length - 1 ? lastBranch : branch} `, ...row }),
      ),
      ...(gap.permission === null ? [] : labelled(page, 'check', canIList(gap.permission))),
    ];
  });
}

/** The gaps in short, for a Service whose fault is found anyway. */
export function gapRows(page: Page, unanswered: readonly Unanswered[]): string[] {
  return gapsOf(unanswered).flatMap((gap) => {
    const count = gap.questions.length;
    const check = gap.permission === null ? '' : `: ${canIList(gap.permission)}`;
    return labelled(page, 'unknown', `${gapWords(gap)} (${count} ${count === 1 ? 'check' : 'checks'})${check}`);
  });
}

function gapWords({ fact, why, permission, detail }: Gap): string {
  const words =
    why === 'denied' && permission !== null
      ? `not allowed to ${permission.verb} ${fact}`
      : `${fact}: ${WHY_WORDS[why]}`;
  return detail === null || why === 'denied' ? words : `${words} (${detail})`;
}
