/** SARIF 2.1.0: what code scanning and editors read. */
import type { DiagnosedFinding, Diagnosis, Judgement } from '../engine/diagnosis.ts';
import { type FileEdit, isFile } from '../facts/place.ts';
import { RULES } from '../rules/index.ts';
import type { Rule } from '../rules/rule.ts';
import { type Alert, alertsOf, type Level, levelOf } from './alerts.ts';
import { gapsOf, gapWords, limitLines } from './gaps.ts';
import type { ReportOptions } from './options.ts';

type Json = Readonly<Record<string, unknown>>;

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';
/** The name under which SARIF knows the root of the repository. */
const ROOT = '%SRCROOT%';

/** A path as the user named it, as a URI: relative ones to the repository's root. */
function artifact(file: string): Json {
  const path = file.replaceAll('\\', '/').replace(/^(\.\/)+/, '');
  const uri = path.split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? { uri: `file://${uri}` } : { uri, uriBaseId: ROOT };
}

interface Spot {
  file: string | null;
  line: number | null;
  column: number | null;
  length?: number;
}

function region({ line, column, length }: Spot): Json {
  if (line === null) return {};
  const columns = column === null ? {} : { startColumn: column, ...(length ? { endColumn: column + length } : {}) };
  return { region: { startLine: line, ...columns } };
}

function physical(spot: Spot): Json {
  if (spot.file === null || !isFile(spot.file)) return {};
  return { physicalLocation: { artifactLocation: artifact(spot.file), ...region(spot) } };
}

function logical(object: string, path: string): Json {
  if (object === '') return {};
  const fullyQualifiedName = path === '' ? object : `${object}#${path}`;
  return { logicalLocations: [{ name: object.split('/').at(-1), fullyQualifiedName, kind: 'resource' }] };
}

function locationOf({ place, evidence, scope }: DiagnosedFinding): Json {
  const proof = evidence.find(({ object }) => object !== '');
  const object = proof?.object ?? (scope.service === null ? 'cluster' : `Service ${scope.service}`);
  return { ...(place === null ? {} : physical(place)), ...logical(object, proof?.path ?? '') };
}

function related({ evidence }: DiagnosedFinding): readonly Json[] {
  return evidence
    .filter(({ file, line }) => file !== null && isFile(file) && line !== null)
    .map((row, id) => ({
      id,
      message: { text: `${row.label}: ${row.text}` },
      ...physical(row),
      ...logical(row.object, row.path),
    }));
}

function fixesOf({ fix }: DiagnosedFinding): Json {
  if (fix === null || fix.edits.length === 0) return {};
  const files = [...new Set(fix.edits.map(({ file }) => file))];
  const artifactChanges = files.map((file) => ({
    artifactLocation: artifact(file),
    replacements: fix.edits.filter((edit) => edit.file === file).map(replacement),
  }));
  return { fixes: [{ description: { text: fix.summary }, artifactChanges }] };
}

function replacement({ line, column, endLine, endColumn, text }: FileEdit): Json {
  return {
    deletedRegion: { startLine: line, startColumn: column, endLine, endColumn },
    insertedContent: { text },
  };
}

function suppressionsOf({ id }: DiagnosedFinding, { suppressed }: Diagnosis): Json {
  const found = suppressed.find(({ finding }) => finding === id);
  if (found === undefined) return {};
  const kind = found.by === 'annotation' ? 'inSource' : 'external';
  return { suppressions: [{ kind, status: 'accepted', justification: found.reason }] };
}

function resultOf({ finding, lines }: Alert, rules: readonly Rule[], diagnosis: Diagnosis): Json {
  const { rule, role, severity, confidence, reason, cause, fingerprint } = finding;
  const relatedLocations = related(finding);
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(({ id }) => id === rule),
    level: levelOf(finding),
    message: { text: lines.join('\n') },
    locations: [locationOf(finding)],
    ...(relatedLocations.length === 0 ? {} : { relatedLocations }),
    partialFingerprints: { 'svcDoctor/v1': fingerprint },
    ...fixesOf(finding),
    ...suppressionsOf(finding, diagnosis),
    properties: { role, severity, confidence, reason, cause },
  };
}

const LEVELS: Readonly<Record<Rule['severity'], Level>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};

function descriptor({ id, name, title, severity, stage, docs }: Rule): Json {
  return {
    id,
    name,
    shortDescription: { text: `${title.charAt(0).toUpperCase()}${title.slice(1)}.` },
    fullDescription: { text: docs.why },
    help: { text: [docs.fix, ...docs.confirm, ...docs.references].join('\n') },
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { tags: ['kubernetes', 'service', stage], severity },
  };
}

/** Files that could not be read, and questions that could not be answered: about the run, not about the manifests. */
function notifications(diagnosis: Diagnosis): readonly Json[] {
  const { problems = [], unanswered } = diagnosis;
  return [
    ...problems.map((problem) => ({
      level: 'error',
      message: { text: `${problem.message}: ${problem.hint}` },
      locations: [physical(problem)],
    })),
    ...gapsOf(unanswered).map((gap) => ({
      level: 'warning',
      message: { text: [gapWords(gap), ...gap.questions.map(({ question }) => `open: ${question}`)].join('\n') },
    })),
    ...limitLines(diagnosis).map((text) => ({ level: 'note', message: { text } })),
  ];
}

/** One run as SARIF. Suppressed findings are in it with their reasons; consequences stand in the text of their causes. */
export function sarif({ diagnosis }: Judgement, { version }: ReportOptions): string {
  const alerts = alertsOf(diagnosis, true);
  const rules = RULES.filter(({ id }) => alerts.some(({ finding }) => finding.rule === id));
  const driver = { name: 'svc-doctor', ...(version === undefined ? {} : { version }), rules: rules.map(descriptor) };
  const run = {
    tool: { driver },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { [ROOT]: { description: { text: 'the folder in which svc-doctor was run' } } },
    invocations: [
      {
        executionSuccessful: (diagnosis.problems ?? []).length === 0,
        exitCode: diagnosis.exitCode,
        toolExecutionNotifications: notifications(diagnosis),
      },
    ],
    results: alerts.map((alert) => resultOf(alert, rules, diagnosis)),
  };
  return `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, null, 2)}\n`;
}
