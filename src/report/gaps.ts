/** Open questions by what would answer them: each missing permission or fact once. */
import type { Diagnosis, Unanswered } from '../engine/diagnosis.ts';
import type { Permission, Why } from '../facts/fact.ts';

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

export interface Gap {
  fact: string;
  why: Why;
  permission: Permission | null;
  detail: string | null;
  /** Which of the doctor's limits it is. */
  limit: Unanswered['limit'];
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
export function gapsOf(unanswered: readonly Unanswered[]): Gap[] {
  const gaps = new Map<string, Gap>();
  for (const { rule, question, fact, why, permission, detail, limit } of unanswered) {
    const key = permission === null ? `${why} ${fact}` : canIList(permission);
    const gap = gaps.get(key) ?? { fact, why, permission, detail, limit, questions: [] };
    gaps.set(key, gap);
    if (!gap.questions.some((known) => known.rule === rule)) gap.questions.push({ rule, question });
  }
  return [...gaps.values()];
}

/** `not allowed to list pods of shop`, or what else is missing and why. */
export function gapWords({ fact, why, permission, detail }: Gap): string {
  const words =
    why === 'denied' && permission !== null
      ? `not allowed to ${permission.verb} ${fact}`
      : `${fact}: ${WHY_WORDS[why]}`;
  return detail === null || why === 'denied' ? words : `${words} (${detail})`;
}

/** The limits that stand nowhere else in a report. */
const SAID_AT_THE_END: readonly string[] = ['MET-004', 'MET-005', 'MET-006', 'MET-007', 'MET-008'];

/** What was not looked at, a line each, where no open question says it. */
export function limitLines({ limits }: Diagnosis): string[] {
  return limits.filter(({ id }) => SAID_AT_THE_END.includes(id)).map(({ id, text }) => `${text} (${id})`);
}
