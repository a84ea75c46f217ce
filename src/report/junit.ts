/** JUnit's XML, for what collects test results: a suite for each namespace, a case for each Service. */
import type { DiagnosedService, Diagnosis, Judgement } from '../engine/diagnosis.ts';
import { isFile } from '../facts/place.ts';
import { type Alert, alertsOf } from './alerts.ts';
import { placeText } from './frame.ts';
import { gapsOf, gapWords } from './gaps.ts';
import { escapeAttribute, escapeText } from './xml.ts';

interface Case {
  suite: string;
  name: string;
  where: { file: string; line: number | null } | null;
  /** What became of it, and the tag that says so; null = passed. */
  outcome: { tag: 'failure' | 'error' | 'skipped'; type: string; message: string; text: string } | null;
  /** Hints. */
  out: readonly string[];
}

function named(alerts: readonly Alert[], ids: readonly string[]): readonly Alert[] {
  return ids.flatMap((id) => alerts.filter(({ finding }) => finding.id === id));
}

function blockOf({ finding, title, lines }: Alert): string {
  const at = finding.place === null || !isFile(finding.place.file) ? [] : [`at ${placeText(finding.place)}`];
  return [title, ...lines, ...at].join('\n');
}

/** What is open about the Service; a skipped case where open questions are allowed, else an error. */
function openOutcome(service: DiagnosedService, diagnosis: Diagnosis): Case['outcome'] {
  const name = `${service.namespace}/${service.name}`;
  const open = diagnosis.unanswered.filter((question) => question.service === null || question.service === name);
  const text = gapsOf(open).map((gap) =>
    [gapWords(gap), ...gap.questions.map(({ rule, question }) => `open: ${question} (${rule})`)].join('\n'),
  );
  const tag = diagnosis.exitCode === 3 ? 'error' : 'skipped';
  return { tag, type: 'undetermined', message: service.headline, text: text.join('\n') };
}

function caseOf(service: DiagnosedService, diagnosis: Diagnosis, alerts: readonly Alert[]): Case {
  const roots = named(alerts, service.roots);
  const [first] = roots;
  const failure: Case['outcome'] =
    first === undefined
      ? null
      : {
          tag: 'failure',
          type: roots.map(({ finding }) => finding.reason ?? finding.rule).join(' '),
          message: service.headline,
          text: [...roots, ...named(alerts, service.next)].map(blockOf).join('\n\n'),
        };
  const open = service.verdict === 'undetermined' ? openOutcome(service, diagnosis) : null;
  const set = service.set === null ? '' : `${service.set}: `;
  return {
    suite: service.namespace,
    name: `${set}Service ${service.namespace}/${service.name}`,
    where: first?.finding.place ?? null,
    outcome: failure ?? open,
    out: named(alerts, service.hints).map(blockOf),
  };
}

function drawCase({ suite, name, where, outcome, out }: Case): string {
  const attributes = {
    name,
    classname: suite,
    ...(where === null ? {} : { file: where.file, ...(where.line === null ? {} : { line: String(where.line) }) }),
    time: '0',
  };
  const opening = `    <testcase${drawAttributes(attributes)}`;
  const body: string[] = [];
  if (outcome !== null) {
    const { tag, type, message, text } = outcome;
    const said = tag === 'skipped' ? { message } : { message, type };
    body.push(`      <${tag}${drawAttributes(said)}>${escapeText(text)}</${tag}>`);
  }
  if (out.length > 0) body.push(`      <system-out>${escapeText(out.join('\n\n'))}</system-out>`);
  return body.length === 0 ? `${opening}/>` : `${opening}>\n${body.join('\n')}\n    </testcase>`;
}

function drawAttributes(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escapeAttribute(value)}"`)
    .join('');
}

function countsOf(cases: readonly Case[]): Record<string, string> {
  const count = (tag: string): string => String(cases.filter(({ outcome }) => outcome?.tag === tag).length);
  return { tests: String(cases.length), failures: count('failure'), errors: count('error'), skipped: count('skipped') };
}

/** The limits of the run, as every suite knows them. */
function propertiesOf({ limits }: Diagnosis): string {
  if (limits.length === 0) return '';
  const each = limits.map(({ id, text }) => `      <property${drawAttributes({ name: id, value: text })}/>\n`);
  return `    <properties>\n${each.join('')}    </properties>\n`;
}

/** The whole document. A root is a failure, an open question an error (skipped with `--allow-unknown`), a hint output. */
export function junit({ diagnosis }: Judgement): string {
  const alerts = alertsOf(diagnosis);
  const unreadable = (diagnosis.problems ?? []).map(
    ({ file, line, message, hint }): Case => ({
      suite: 'files',
      name: file,
      where: { file, line },
      outcome: { tag: 'error', type: 'file', message, text: hint },
      out: [],
    }),
  );
  const cases = [...unreadable, ...diagnosis.services.map((service) => caseOf(service, diagnosis, alerts))];
  const properties = propertiesOf(diagnosis);
  const suites = [...new Set(cases.map(({ suite }) => suite))].map((suite) => {
    const own = cases.filter((one) => one.suite === suite);
    const timestamp = diagnosis.source.collectedAt.replace(/(\.\d+)?Z$/, '');
    const attributes = { name: suite, ...countsOf(own), time: '0', timestamp };
    return `  <testsuite${drawAttributes(attributes)}>\n${properties}${own.map(drawCase).join('\n')}\n  </testsuite>`;
  });
  const all = drawAttributes({ name: 'svc-doctor', ...countsOf(cases), time: '0' });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${all}>\n${suites.map((suite) => `${suite}\n`).join('')}</testsuites>\n`;
}
