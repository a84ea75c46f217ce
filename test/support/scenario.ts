/** Reads scenario files and makes the snapshot each describes. The format is explained in CONTRIBUTING.md. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { grouped } from '../../src/facts/grouped.ts';
import { type CallerKind, RESOURCES, type ResourceName } from '../../src/facts/resources.ts';
import type { Answer, Snapshot } from '../../src/facts/snapshot.ts';
import type { EndpointSlice, KubeObject, Pod, Service } from '../../src/facts/wire.ts';
import { deriveSlices, selectsPods } from '../../src/model/endpoints.ts';
import { readText } from '../../src/sources/manifests/read.ts';
import { worldOf } from '../../src/sources/manifests/world.ts';
import { projectObject } from '../../src/sources/project.ts';
import { deepFreeze } from './freeze.ts';

export interface Scenario {
  title: string;
  kind: 'firing' | 'silent' | 'denied';
  /** The Service asked about; default shop/web. */
  service?: string;
  /** The port on which the user calls it. */
  port?: number;
  /** `namespace/kind/name`. */
  from?: string;
  /** No Service is named: all of the namespace, or of the cluster, are asked about. */
  wide?: 'namespace' | 'cluster';
  symptom?: 'refused' | 'timeout' | 'nxdomain' | '5xx' | 'intermittent';
  now?: string;
  /** The only rules to run; default all that are on. */
  only?: string[];
  /** `Kind/name` or `Kind/namespace/name` (default namespace shop) → JSON merge patch. */
  change?: Record<string, unknown>;
  add?: KubeObject[];
  /** The text of a file: the world is what preflight makes of it, and of nothing else. Objects without a namespace are of shop. */
  manifests?: string;
  remove?: string[];
  /** `pod/container` or `pod/container?previous` (namespace shop, or `namespace/pod/container`) → lines. */
  logs?: Record<string, string>;
  /** Resources (`pods`) or resource and namespace (`pods/kube-system`) that may not be read; `log` for all logs. */
  deny?: string[];
  /** True: EndpointSlices are those given, none is derived. */
  frozenSlices?: boolean;
  /** True: the world is what `add` lists and nothing else, not the healthy baseline. */
  bare?: boolean;
  expect: {
    roots?: string[];
    consequences?: string[];
    next?: string[];
    hints?: string[];
    unanswered?: string[];
    /** `POD-004 insufficient-cpu`: every cause told, compared where it is written. */
    causes?: string[];
    verdict?: string;
  };
}

const FILES = new Map<string, readonly Scenario[]>();

/** The scenarios of a file, read once: nobody may change them. */
export function loadScenarios(file: string): readonly Scenario[] {
  let scenarios = FILES.get(file);
  if (scenarios === undefined) {
    scenarios = deepFreeze(parse(readFileSync(file, 'utf8'), { merge: true }) as Scenario[]);
    FILES.set(file, scenarios);
  }
  return scenarios;
}

const BASELINE = new URL('../../fixtures/baseline/healthy.yaml', import.meta.url);
let baseline: readonly KubeObject[] | undefined;

function baselineObjects(): readonly KubeObject[] {
  baseline ??= deepFreeze((parse(readFileSync(BASELINE, 'utf8')) as { items: KubeObject[] }).items);
  return baseline;
}

/** RFC 7386. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> =
    target !== null && typeof target === 'object' && !Array.isArray(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

function isNamed(object: KubeObject, reference: string): boolean {
  const parts = reference.split('/');
  const [kind, namespace, name] = parts.length === 3 ? parts : [parts[0], undefined, parts[1]];
  const where = object.metadata?.namespace;
  return (
    object.kind === kind &&
    object.metadata?.name === name &&
    (namespace === undefined ? where === undefined || where === 'shop' : where === namespace)
  );
}

/** All objects of the scenario's world, slices included, as a cluster would hold them. */
export function objectsOf(scenario: Scenario): KubeObject[] {
  const healthy = baselineObjects();
  let objects = (scenario.bare ? [] : healthy).filter(
    (object) => !(scenario.remove ?? []).some((reference) => isNamed(object, reference)),
  );
  for (const [reference, patch] of Object.entries(scenario.change ?? {})) {
    if (!objects.some((object) => isNamed(object, reference)))
      throw new Error(`${scenario.title}: no ${reference} to change`);
    objects = objects.map((object) =>
      isNamed(object, reference) ? (mergePatch(object, patch) as KubeObject) : object,
    );
  }
  objects.push(...(scenario.add ?? []));
  for (const reference of scenario.remove ?? []) {
    if (!healthy.some((object) => isNamed(object, reference)))
      throw new Error(`${scenario.title}: no ${reference} to remove`);
  }
  return scenario.frozenSlices ? objects : [...objects, ...derivedSlices(objects)];
}

function derivedSlices(objects: readonly KubeObject[]): EndpointSlice[] {
  const pods = objects.filter((object): object is Pod => object.kind === 'Pod');
  const nodes = new Set(objects.filter((object) => object.kind === 'Node').map((node) => node.metadata?.name ?? ''));
  const given = new Set(
    objects
      .filter((object) => object.kind === 'EndpointSlice')
      .map((slice) => slice.metadata?.labels?.['kubernetes.io/service-name']),
  );
  return objects
    .filter((object): object is Service => object.kind === 'Service')
    .filter((service) => selectsPods(service) && !given.has(service.metadata?.name))
    .flatMap((service) => deriveSlices(service, pods, nodes));
}

export function isDenied(deny: readonly string[], resource: string, namespace: string | null): boolean {
  return deny.some(
    (entry) =>
      entry === resource ||
      (entry.startsWith(`${resource}/`) && (namespace === null || entry === `${resource}/${namespace}`)),
  );
}

/** What preflight makes of the text, asked about the scenario's Service alone. */
function snapshotOfManifests({ manifests = '', service, now, deny = [], title }: Scenario): Snapshot {
  const read = readText({ file: 'shop.yaml', root: null, path: 'shop.yaml' }, manifests);
  if (read.problems.length > 0) throw new Error(`${title}: ${JSON.stringify(read.problems)}`);
  const { snapshot } = worldOf(read.manifests, { namespace: 'shop', now: now ?? '2026-01-31T09:00:00Z' });
  const [namespace = '', name = ''] = (service ?? 'shop/web').split('/');
  const denied = Object.keys(snapshot.answers).filter((key) => isDenied(deny, key.split('/')[0] ?? '', 'shop'));
  const refusals = denied.map((key): [string, Answer] => [key, { known: false, why: 'denied', detail: null }]);
  return {
    ...snapshot,
    ask: { ...snapshot.ask, services: [{ namespace, name }] },
    answers: { ...snapshot.answers, ...Object.fromEntries(refusals) },
  };
}

const PROJECTED = new WeakMap<KubeObject, KubeObject>();

/** What is kept of an object; of one that many worlds share it is made once. */
function projected(object: KubeObject): KubeObject {
  let kept = PROJECTED.get(object);
  if (kept === undefined) {
    kept = deepFreeze(projectObject(object));
    PROJECTED.set(object, kept);
  }
  return kept;
}

type Lists = ReadonlyMap<string, readonly KubeObject[]>;

/** Every list of the world by its key, as the API would answer it. */
function listsOf(objects: readonly KubeObject[]): Lists {
  const byKind = grouped(objects, ({ kind }) => [kind ?? '']);
  const namespaces = (byKind.get('Namespace') ?? []).map(({ metadata }) => metadata?.name ?? '');
  const resources = Object.entries(RESOURCES) as [ResourceName, { kind: string; namespaced: boolean }][];
  return new Map(
    resources.flatMap(([resource, { kind, namespaced }]) => {
      const items = byKind.get(kind) ?? [];
      const own = (namespace: string): readonly KubeObject[] =>
        items.filter(({ metadata }) => metadata?.namespace === namespace);
      const parts = namespaced
        ? namespaces.map((namespace) => [`${resource}/${namespace}`, own(namespace)] as const)
        : [];
      return [[`${resource}/*`, items] as const, ...parts];
    }),
  );
}

let healthy: Lists | undefined;

/** The list of the healthy world where this one is the same: what is indexed of it once is not indexed for each world. */
function shared(key: string, items: readonly KubeObject[]): readonly KubeObject[] {
  healthy ??= listsOf(baselineObjects().map(projected));
  const known = healthy.get(key);
  return known?.length === items.length && items.every((item, index) => item === known[index]) ? known : items;
}

function logAnswers({ logs = {}, deny = [] }: Scenario): Record<string, Answer> {
  const denied: Answer = { known: false, why: 'denied', detail: 'pods/log is forbidden' };
  const entries = Object.entries(logs).map(([reference, lines]): [string, Answer] => [
    `log/${reference.split('/').length === 2 ? 'shop/' : ''}${reference}`,
    deny.includes('log') ? denied : { known: true, lines: lines.trimEnd().split('\n') },
  ]);
  return Object.fromEntries(entries);
}

function askOf({ service = 'shop/web', port, from, wide }: Scenario): Snapshot['ask'] {
  const [namespace, name] = service.split('/') as [string, string];
  const [callerNamespace = '', callerKind = '', callerName = ''] = from?.split('/') ?? [];
  const caller = { namespace: callerNamespace, kind: callerKind as CallerKind, name: callerName };
  return {
    namespace,
    services: wide === undefined ? [{ namespace, name, ...(port === undefined ? {} : { port }) }] : [],
    ...(wide === 'cluster' ? { everywhere: true } : {}),
    caller: from === undefined ? null : caller,
  };
}

/** The snapshot in which everything of the scenario's world is known but what it denies. */
export function snapshotOf(scenario: Scenario): Snapshot {
  if (scenario.manifests !== undefined) return snapshotOfManifests(scenario);
  const deny = scenario.deny ?? [];
  const lists = [...listsOf(objectsOf(scenario).map(projected))].map(([key, items]): [string, Answer] => {
    const [resource = '', namespace = ''] = key.split('/');
    return isDenied(deny, resource, namespace === '*' ? null : namespace)
      ? [key, { known: false, why: 'denied', detail: `${resource} is forbidden` }]
      : [key, { known: true, complete: true, items: shared(key, items) }];
  });
  return {
    source: 'snapshot',
    context: null,
    server: 'v1.36.3',
    collectedAt: scenario.now ?? '2026-01-31T09:00:00Z',
    ask: askOf(scenario),
    answers: { ...Object.fromEntries(lists), ...logAnswers(scenario) },
  };
}
