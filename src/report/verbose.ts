/** What `-v` tells on stderr: each request with its time, each rule with its verdict. */
import type { Judgement } from '../engine/diagnosis.ts';

export interface Trace {
  verb: string;
  path: string;
  outcome: number | string;
  ms: number;
  bytes: number;
}

/** `GET /api/v1/namespaces/shop/pods  200  12 ms  3482 bytes`. */
export function requestLine({ verb, path, outcome, ms, bytes }: Trace): string {
  return `${verb} ${path}  ${outcome}  ${ms} ms  ${bytes} bytes\n`;
}

/** One line a rule and subject, in the order of judging. */
export function verdictLines({ verdicts }: Judgement): string {
  const widest = (pick: (index: number) => string): number =>
    Math.max(0, ...verdicts.map((_, index) => pick(index).length));
  const rule = widest((index) => verdicts[index]?.rule ?? '');
  const verdict = widest((index) => verdicts[index]?.verdict ?? '');
  const subject = widest((index) => verdicts[index]?.subject ?? '');
  return verdicts
    .map((entry) =>
      [entry.rule.padEnd(rule), entry.verdict.padEnd(verdict), entry.subject.padEnd(subject), entry.why ?? '']
        .join('  ')
        .trimEnd()
        .concat('\n'),
    )
    .join('');
}
