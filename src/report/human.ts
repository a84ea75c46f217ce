/** The report for people: the first line is the answer, the next ones prove it, the last say what to do. */
import type { DiagnosedFinding, DiagnosedService, Diagnosis, Judgement, Unanswered } from '../engine/diagnosis.ts';
import { consequenceRows, consequencesOf, evidenceRows, fixRows, labelled, noteRows, tagOf } from './cause.ts';
import { frameRows, placeText } from './frame.ts';
import { limitLines } from './gaps.ts';
import { inkFor } from './ink.ts';
import type { ReportOptions } from './options.ts';
import { pathRows } from './path.ts';
import { gapRows, questionRows } from './questions.ts';
import { type Page, setRow } from './row.ts';
import { symptomRows } from './symptom.ts';

/** More healthy Services than these are counted, not listed. */
const LISTED = 20;

function countedRow(page: Page, count: number): string[] {
  const { ink } = page;
  const text = `${count} healthy Services, not listed: -o table has a line for each`;
  return setRow(page, { prefix: `${ink.mark.healthy} `, prefixWidth: ink.markWidth.healthy + 1, text });
}

/** The whole report with its last newline. */
export function human(judgement: Judgement, options: ReportOptions): string {
  const { diagnosis } = judgement;
  const page: Page = {
    ink: inkFor(options),
    width: options.width,
    verbose: options.verbose,
    source: diagnosis.source.kind,
  };
  const byId = new Map(diagnosis.findings.map((finding) => [finding.id, finding]));
  const printed = new Map<string, string>();
  const healthy = diagnosis.services.filter(({ verdict }) => verdict === 'healthy');
  const others = diagnosis.services.filter(({ verdict }) => verdict !== 'healthy');
  const blocks = others.map((service) => serviceBlock(page, service, diagnosis, byId, printed));
  if (healthy.length > LISTED) blocks.push(countedRow(page, healthy.length));
  else if (healthy.length > 0)
    blocks.push(healthy.flatMap((service) => healthyRows(page, service, byId, diagnosis.services)));
  if (diagnosis.services.length === 0) blocks.push(['no Services found']);
  blocks.push(totalRows(page, diagnosis));
  const separator = others.length > 1 || (others.length > 0 && healthy.length > 0) ? '\n\n' : '\n';
  return `${blocks.map((lines) => lines.map((line) => line.trimEnd()).join('\n')).join(separator)}\n`;
}

function headRow(page: Page, service: DiagnosedService, text: string, remark = ''): string[] {
  const { ink } = page;
  return setRow(page, {
    prefix: `${ink.mark[service.verdict]} `,
    prefixWidth: ink.markWidth[service.verdict] + 1,
    text,
    paint: service.verdict === 'healthy' ? (line) => line : ink.bold,
    remark,
  });
}

function pick(ids: readonly string[], byId: ReadonlyMap<string, DiagnosedFinding>): DiagnosedFinding[] {
  return ids.map((id) => byId.get(id)).filter((found) => found !== undefined);
}

function openFor(service: DiagnosedService, unanswered: readonly Unanswered[]): Unanswered[] {
  const name = `${service.namespace}/${service.name}`;
  return unanswered.filter((question) => question.service === null || question.service === name);
}

function healthyRows(
  page: Page,
  service: DiagnosedService,
  byId: ReadonlyMap<string, DiagnosedFinding>,
  all: readonly DiagnosedService[],
): string[] {
  return [
    ...headRow(page, service, service.headline),
    ...pathRows(page, service, byId),
    ...symptomRows(page, service),
    ...hintRows(page, service, byId, all),
  ];
}

/** Rules of good practice: opinions, however well founded. */
const PRACTICE = /^BPR-/;

/** The hint, and where in a file it is about. */
function hintText({ message, place }: DiagnosedFinding): string {
  return place === null ? message : `${message} (${placeText(place)})`;
}

/** Namespaces of the cluster itself: whoever asks about all of it can do little about them. */
const SYSTEM = /^kube-/;

/** Good practice is not preached to who has an outage, nor over many Services: there it is only counted, as are hints about the cluster's own. */
function hintRows(
  page: Page,
  service: DiagnosedService,
  byId: ReadonlyMap<string, DiagnosedFinding>,
  all: readonly DiagnosedService[],
): string[] {
  const { namespace } = service;
  const hints = pick(service.hints, byId);
  if (hints.length > 0 && SYSTEM.test(namespace) && all.some((other) => other.namespace !== namespace)) {
    const own = `${hints.length} on a Service of the cluster itself: -n ${namespace} shows ${hints.length === 1 ? 'it' : 'them'}`;
    return labelled(page, 'hint', own);
  }
  const calm = all.length === 1 && !pick(service.roots, byId).some(({ severity }) => severity === 'critical');
  const shown = hints.filter(({ rule }) => calm || !PRACTICE.test(rule));
  const counted = hints.length - shown.length;
  const more = `${counted} more on good practice: -o json has them`;
  return [
    ...shown.flatMap((hint) => labelled(page, 'hint', hintText(hint), hint.reason ?? hint.rule)),
    ...(counted === 0 ? [] : labelled(page, 'hint', more)),
  ];
}

/** An ill, converging or undetermined Service. `printed` keeps which root was already shown under which Service. */
function serviceBlock(
  page: Page,
  service: DiagnosedService,
  diagnosis: Diagnosis,
  byId: ReadonlyMap<string, DiagnosedFinding>,
  printed: Map<string, string>,
): string[] {
  const roots = pick(service.roots, byId);
  const lines = roots.flatMap((root, index) => {
    const heading = index === 0 ? service.headline : root.message;
    const head = headRow(page, service, heading, tagOf(root, page));
    const shownUnder = printed.get(root.id);
    if (shownUnder !== undefined)
      return [...head, ...labelled(page, 'fix', `the same cause as for ${shownUnder}, see above`)];
    printed.set(root.id, `${service.namespace}/${service.name}`);
    return [...head, ...rootRows(page, root, index === 0 ? service : null, byId)];
  });
  if (roots.length === 0) lines.push(...headRow(page, service, service.headline));
  const open = openFor(service, diagnosis.unanswered);
  lines.push(...(service.verdict === 'undetermined' ? questionRows(page, open) : gapRows(page, open)));
  lines.push(
    ...pathRows(page, service, byId),
    ...symptomRows(page, service),
    ...hintRows(page, service, byId, diagnosis.services),
  );
  return lines;
}

/** `service` only for the first root: what the world looks like after its fix is judged for that one. */
function rootRows(
  page: Page,
  root: DiagnosedFinding,
  service: DiagnosedService | null,
  byId: ReadonlyMap<string, DiagnosedFinding>,
): string[] {
  return [
    ...(root.place === null ? [] : frameRows(page, root.place)),
    ...evidenceRows(page, root),
    ...consequenceRows(page, root, consequencesOf(root, byId)),
    ...fixRows(page, root),
    ...noteRows(page, root),
    ...(service === null ? [] : nextRows(page, service, byId)),
  ];
}

function nextRows(page: Page, service: DiagnosedService, byId: ReadonlyMap<string, DiagnosedFinding>): string[] {
  const next = pick(service.next, byId);
  const after = service.afterFix === null ? [] : labelled(page, 'next', `after this fix: ${service.afterFix}`);
  return [
    ...after,
    ...next.flatMap((finding) =>
      labelled(page, 'next', `after this fix: ${finding.message}`, finding.reason ?? finding.rule),
    ),
  ];
}

/** How many suppressed findings are told apart in the one line about them. */
const TOLD = 3;

/** `1 finding suppressed: SEL-005 (shared on purpose)`: left alone, but never without a word. */
function suppressedRows(page: Page, { findings, suppressed }: Diagnosis): string[] {
  if (suppressed.length === 0) return [];
  const told = suppressed.map(({ finding, reason }) => {
    const one = findings.find(({ id }) => id === finding);
    return `${one?.reason ?? one?.rule} (${reason})`;
  });
  const each = [...new Set(told)];
  const more = each.length > TOLD ? [`${each.length - TOLD} more: -o json has them`] : [];
  const head = `${suppressed.length} finding${suppressed.length === 1 ? '' : 's'} suppressed`;
  return setRow(page, {
    prefix: '',
    text: `${head}: ${[...each.slice(0, TOLD), ...more].join(', ')}`,
    paint: page.ink.dim,
  });
}

const VERDICT_ORDER = ['ill', 'converging', 'undetermined', 'healthy'] as const;

function totalRows(page: Page, diagnosis: Diagnosis): string[] {
  const { ink } = page;
  const sum = { passed: 0, unknown: 0, notApplicable: 0 };
  for (const { checks } of diagnosis.services) {
    sum.passed += checks.passed;
    sum.unknown += checks.unknown;
    sum.notApplicable += checks.notApplicable;
  }
  const { summary, source } = diagnosis;
  const counts = VERDICT_ORDER.filter((verdict) => summary[verdict] > 0).map(
    (verdict) => `${summary[verdict]} ${verdict}`,
  );
  const parts = [
    `${sum.passed} passed`,
    sum.notApplicable > 0 ? `${sum.notApplicable} not applicable` : '',
    sum.unknown > 0 ? `${sum.unknown} unknown` : '',
    ...limitLines(diagnosis),
    source.kind === 'snapshot' ? `snapshot of ${source.collectedAt}` : '',
  ].filter((part) => part !== '');
  const text = parts.join(` ${ink.dot} `);
  const totals = setRow(page, { prefix: `${ink.mark.healthy} `, prefixWidth: ink.markWidth.healthy + 1, text });
  const last = [...suppressedRows(page, diagnosis), ...totals];
  return summary.services > 1 ? [`${summary.services} Services: ${counts.join(', ')}`, ...last] : last;
}
