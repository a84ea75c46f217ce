/** What could not be answered, and the permission that would answer it. */

import type { Unanswered } from '../engine/diagnosis.ts';
import { labelled } from './cause.ts';
import { canIList, gapsOf, gapWords } from './gaps.ts';
import { type Page, setRow } from './row.ts';

const SHOWN_QUESTIONS = 3;

/** The gaps in full: each with the questions it leaves open. */
export function questionRows(page: Page, unanswered: readonly Unanswered[]): string[] {
  return gapsOf(unanswered).flatMap((gap) => {
    const shown = page.verbose ? gap.questions : gap.questions.slice(0, SHOWN_QUESTIONS);
    const hidden = gap.questions.length - shown.length;
    const { branch, lastBranch } = page.ink;
    const rows = shown.map(({ rule, question }) => ({ text: `open: ${question}`, remark: rule }));
    if (hidden > 0) rows.push({ text: `and ${hidden} more (-v names them)`, remark: '' });
    return [
      ...setRow(page, { prefix: '    ', text: gapWords(gap), remark: gap.limit }),
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
    return labelled(
      page,
      'unknown',
      `${gapWords(gap)} (${count} ${count === 1 ? 'check' : 'checks'})${check}`,
      gap.limit,
    );
  });
}
