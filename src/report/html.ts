/** One self-contained HTML file: no scripts, nothing loaded from anywhere. */
import type { DiagnosedFinding, DiagnosedService, Diagnosis, Judgement } from '../engine/diagnosis.ts';
import { proofLines, serviceLines, shownFix, soLines, titleOf, totalLine } from './alerts.ts';
import { placeText } from './frame.ts';
import { canIList, gapsOf, gapWords, limitLines } from './gaps.ts';
import { escapeText } from './xml.ts';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
section{border-left:.3rem solid #888;padding:.1rem 1rem;margin:1.5rem 0}
.ill{border-color:#c62828}.healthy{border-color:#2e7d32}.converging,.undetermined{border-color:#b26a00}
pre{overflow:auto;padding:.7rem;background:#8882;border-radius:.3rem}code{font-family:ui-monospace,monospace}
h2,h3{margin:.6rem 0}small,.place{color:#888}`;

const MARKS = { ill: '✗', healthy: '✓', converging: '…', undetermined: '?' } as const;

function tag(name: string, text: string): string {
  return `<${name}>${escapeText(text)}</${name}>`;
}

function list(items: readonly string[]): string {
  return items.length === 0 ? '' : `<ul>${items.map((item) => tag('li', item)).join('')}</ul>`;
}

function folded(title: string, items: readonly string[]): string {
  return items.length === 0 ? '' : `<details>${tag('summary', title)}${list(items)}</details>`;
}

function code(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `<pre>${tag('code', lines.join('\n'))}</pre>`;
}

function fixPart(finding: DiagnosedFinding, diagnosis: Diagnosis): string {
  const fix = shownFix(finding, diagnosis);
  if (fix === null) return '';
  const steps = fix.steps.length === 0 ? '' : `<ol>${fix.steps.map((step) => tag('li', step)).join('')}</ol>`;
  return `<p><strong>Fix:</strong> ${escapeText(fix.summary)}</p>${code(fix.commands)}${steps}`;
}

function findingPart(finding: DiagnosedFinding, { byId, diagnosis }: Printed): string {
  const { place, notes } = finding;
  const at = place === null ? '' : `<p class="place">${escapeText(placeText(place))}</p>`;
  const said = notes.filter(({ label }) => label !== 'also').map(({ label, text }) => `${label}: ${text}`);
  return [
    `<h3>${escapeText(finding.message)} <small>${escapeText(`${titleOf(finding)} · ${finding.confidence}`)}</small></h3>`,
    at,
    code(proofLines(finding)),
    fixPart(finding, diagnosis),
    folded('What follows from it', soLines(finding, byId)),
    folded('Notes', said),
  ].join('');
}

interface Printed {
  diagnosis: Diagnosis;
  byId: ReadonlyMap<string, DiagnosedFinding>;
  told: Map<string, string>;
}

function servicePart(service: DiagnosedService, printed: Printed): string {
  const pick = (ids: readonly string[]): DiagnosedFinding[] => ids.flatMap((id) => printed.byId.get(id) ?? []);
  const name = `${service.namespace}/${service.name}`;
  const roots = pick(service.roots).map((root) => {
    const before = printed.told.get(root.id);
    if (before !== undefined)
      return `<h3>${escapeText(root.message)}: the same cause as for ${escapeText(before)}</h3>`;
    printed.told.set(root.id, name);
    return findingPart(root, printed);
  });
  const next = pick(service.next).map(({ message, reason, rule }) => `after this fix: ${message} (${reason ?? rule})`);
  const hints = pick(service.hints).map(({ message, reason, rule }) => `${message} (${reason ?? rule})`);
  const set = service.set === null ? '' : ` (${service.set})`;
  return [
    `<section class="${service.verdict}">`,
    tag('h2', `${MARKS[service.verdict]} ${name}${set}`),
    roots.length === 0 ? tag('p', service.headline) : roots.join(''),
    list(service.afterFix === null ? next : [`after this fix: ${service.afterFix}`, ...next]),
    ...serviceLines(service, printed.byId).map((line) => tag('p', line)),
    folded(hints.length === 1 ? '1 hint' : `${hints.length} hints`, hints),
    '</section>\n',
  ].join('');
}

function remainder(diagnosis: Diagnosis): string {
  const { problems = [], unanswered, suppressed, findings } = diagnosis;
  const gaps = gapsOf(unanswered).map((gap) => {
    const check = gap.permission === null ? '' : `: ${canIList(gap.permission)}`;
    return `${gapWords(gap)} (${gap.questions.map(({ rule }) => rule).join(', ')})${check}`;
  });
  const unread = problems.map(({ file, line, column, message, hint }) => {
    return `${[file, line, column].filter((part) => part !== null).join(':')} ${message}: ${hint}`;
  });
  const left = suppressed.map(({ finding, reason }) => {
    const one = findings.find(({ id }) => id === finding);
    return `${one?.message} (${one?.reason ?? one?.rule}): ${reason}`;
  });
  const titled: [string, readonly string[]][] = [
    ['Files that could not be read', unread],
    ['Not every question could be answered', gaps],
    ['Not looked at', limitLines(diagnosis)],
    ['Suppressed', left],
  ];
  return titled.map(([title, items]) => (items.length === 0 ? '' : tag('h2', title) + list(items))).join('');
}

const ORDER = ['ill', 'converging', 'undetermined', 'healthy'] as const;

/** The whole page, in the order ill, converging, undetermined, healthy. */
export function html({ diagnosis }: Judgement): string {
  const printed: Printed = {
    diagnosis,
    byId: new Map(diagnosis.findings.map((one) => [one.id, one])),
    told: new Map(),
  };
  const sections = ORDER.flatMap((verdict) =>
    diagnosis.services.filter((service) => service.verdict === verdict).map((service) => servicePart(service, printed)),
  );
  const { context, server, collectedAt } = diagnosis.source;
  const whence = [context, server, collectedAt].filter((part) => part !== null).join(' · ');
  const policy = "default-src 'none'; style-src 'unsafe-inline'";
  return [
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"/>',
    `<meta http-equiv="Content-Security-Policy" content="${policy}"/>`,
    '<meta name="viewport" content="width=device-width"/>',
    `${tag('title', `svc-doctor: ${totalLine(diagnosis)}`)}<style>${STYLE}</style></head>\n<body>`,
    `${tag('h1', totalLine(diagnosis))}<p class="place">${escapeText(whence)}</p>\n`,
    ...sections,
    remainder(diagnosis),
    '</body></html>\n',
  ].join('');
}
