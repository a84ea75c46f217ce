/** Checks parsed data field by field and builds a Snapshot of it; the first field that does not fit is named. */

import type { Why } from '../../facts/fact.ts';
import { CALLER_RESOURCES, type CallerKind } from '../../facts/resources.ts';
import type { Answer, Ask, Snapshot, SourceKind } from '../../facts/snapshot.ts';
import type { KubeObject } from '../../facts/wire.ts';
import { parseLabelQuery } from '../../model/label-query.ts';

/** The path of a field and what should be there. */
export class Misfit extends Error {}

type Data = Record<string, unknown>;

const SOURCES: readonly SourceKind[] = ['live', 'snapshot', 'manifests', 'overlay'];
const WHYS: readonly Why[] = [
  'denied',
  'unauthenticated',
  'unreachable',
  'timed-out',
  'not-served',
  'not-collected',
  'not-in-manifests',
  'malformed',
];

export function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function data(value: unknown, path: string): Data {
  if (!isData(value)) throw new Misfit(`${path} must be an object`);
  return value;
}

function list(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Misfit(`${path} must be a list`);
  return value;
}

function text(value: unknown, path: string): string {
  if (typeof value !== 'string') throw new Misfit(`${path} must be a string`);
  return value;
}

function textOrNull(value: unknown, path: string): string | null {
  return value === null ? null : text(value, path);
}

function oneOf<T extends string>(value: unknown, allowed: readonly T[], path: string): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw new Misfit(`${path} must be one of ${allowed.join(', ')}`);
  return found;
}

/** An object of the API: rules read its metadata without asking, so that much is checked. */
export function kubeObject(value: unknown, path: string): KubeObject {
  const object = data(value, path);
  if (object.metadata === undefined) return object as KubeObject;
  const metadata = data(object.metadata, `${path}.metadata`);
  for (const key of ['name', 'namespace', 'uid']) {
    if (metadata[key] !== undefined) text(metadata[key], `${path}.metadata.${key}`);
  }
  for (const key of ['labels', 'annotations']) {
    if (metadata[key] === undefined) continue;
    for (const [name, label] of Object.entries(data(metadata[key], `${path}.metadata.${key}`))) {
      text(label, `${path}.metadata.${key}.${name}`);
    }
  }
  for (const key of ['spec', 'status']) if (object[key] !== undefined) data(object[key], `${path}.${key}`);
  return object as KubeObject;
}

function answer(value: unknown, path: string): Answer {
  const of = data(value, path);
  if (of.known === false) {
    return {
      known: false,
      why: oneOf(of.why, WHYS, `${path}.why`),
      detail: textOrNull(of.detail ?? null, `${path}.detail`),
    };
  }
  if (of.known !== true) throw new Misfit(`${path}.known must be true or false`);
  if (of.items !== undefined) {
    if (typeof of.complete !== 'boolean') throw new Misfit(`${path}.complete must be true or false`);
    const items = list(of.items, `${path}.items`).map((item, i) => kubeObject(item, `${path}.items[${i}]`));
    return { known: true, items, complete: of.complete };
  }
  if (of.lines !== undefined) {
    return { known: true, lines: list(of.lines, `${path}.lines`).map((line, i) => text(line, `${path}.lines[${i}]`)) };
  }
  if (of.object === undefined) throw new Misfit(`${path} must have items, object or lines`);
  return { known: true, object: of.object === null ? null : kubeObject(of.object, `${path}.object`) };
}

function portNumber(value: unknown, path: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536) return value;
  throw new Misfit(`${path} must be a port number`);
}

function labelQuery(value: unknown, path: string): string {
  const query = text(value, path);
  if ('wrong' in parseLabelQuery(query)) throw new Misfit(`${path} must be a label selector`);
  return query;
}

function ask(value: unknown): Ask {
  const of = data(value, 'ask');
  const services = list(of.services, 'ask.services').map((item, i) => {
    const service = data(item, `ask.services[${i}]`);
    return {
      namespace: text(service.namespace, `ask.services[${i}].namespace`),
      name: text(service.name, `ask.services[${i}].name`),
      ...(service.port === undefined ? {} : { port: portNumber(service.port, `ask.services[${i}].port`) }),
    };
  });
  const namespace = text(of.namespace, 'ask.namespace');
  if (of.everywhere !== undefined && of.everywhere !== true) throw new Misfit('ask.everywhere must be true or absent');
  const wide = {
    ...(of.everywhere === undefined ? {} : { everywhere: true as const }),
    ...(of.selector === undefined ? {} : { selector: labelQuery(of.selector, 'ask.selector') }),
  };
  if (of.caller === null) return { services, namespace, ...wide, caller: null };
  const caller = data(of.caller, 'ask.caller');
  return {
    services,
    namespace,
    ...wide,
    caller: {
      namespace: text(caller.namespace, 'ask.caller.namespace'),
      kind: oneOf(caller.kind, Object.keys(CALLER_RESOURCES) as CallerKind[], 'ask.caller.kind'),
      name: text(caller.name, 'ask.caller.name'),
    },
  };
}

/** The snapshot in the data, or a `Misfit` that names the first wrong field. */
export function snapshotFrom(of: Data): Snapshot {
  const collectedAt = text(of.collectedAt, 'collectedAt');
  if (Number.isNaN(Date.parse(collectedAt))) throw new Misfit('collectedAt must be an ISO time');
  const answers = Object.entries(data(of.answers, 'answers')).map(
    ([key, value]) => [key, answer(value, `answers["${key}"]`)] as const,
  );
  return {
    source: oneOf(of.source, SOURCES, 'source'),
    context: textOrNull(of.context, 'context'),
    server: textOrNull(of.server, 'server'),
    collectedAt,
    ask: ask(of.ask),
    answers: Object.fromEntries(answers),
    ...(of.makers === undefined
      ? {}
      : { makers: list(of.makers, 'makers').map((one, at) => text(one, `makers[${at}]`)) }),
  };
}
