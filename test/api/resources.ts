/** How the test API server serves objects: discovery, lists with selectors and pages, named objects, logs. */
import { RESOURCES, type ResourceName } from '../../src/facts/resources.ts';
import type { KubeObject } from '../../src/facts/wire.ts';

export interface World {
  objects: readonly KubeObject[];
  /** Log text by `namespace/pod/container`, with `?previous` for the one before. */
  logs: Readonly<Record<string, string>>;
  /** Of the objects as they are now. */
  revision: number;
}

export type Served = { json: unknown } | { text: string } | { code: number; message: string };

const NAMES = Object.keys(RESOURCES) as ResourceName[];
const VERBS = ['get', 'list', 'watch'];

function groupVersionOf(name: ResourceName): string {
  const { group, version } = RESOURCES[name];
  return group === '' ? version : `${group}/${version}`;
}

function resourceList(groupVersion: string): unknown {
  const resources = NAMES.filter((name) => groupVersionOf(name) === groupVersion).map((name) => {
    const { kind, namespaced } = RESOURCES[name];
    return { name, singularName: kind.toLowerCase(), kind, namespaced, verbs: VERBS };
  });
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
}

function discovery(path: string): unknown | null {
  if (path === '/version') return { major: '1', minor: '36', gitVersion: 'v1.36.3', platform: 'linux/amd64' };
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  if (path === '/api/v1') return resourceList('v1');
  const groups = [...new Set(NAMES.map((name) => RESOURCES[name].group).filter((group) => group !== ''))];
  if (path === '/apis') {
    const versionsOf = (group: string) => ({ groupVersion: `${group}/v1`, version: 'v1' });
    const list = groups.map((name) => ({ name, versions: [versionsOf(name)], preferredVersion: versionsOf(name) }));
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: list };
  }
  const served = NAMES.map(groupVersionOf).find((groupVersion) => path === `/apis/${groupVersion}`);
  return served === undefined ? null : resourceList(served);
}

function isSelected(object: KubeObject, query: URLSearchParams): boolean {
  const labels = object.metadata?.labels ?? {};
  const byLabel = (query.get('labelSelector') ?? '').split(',').filter(Boolean);
  const byField = (query.get('fieldSelector') ?? '').split(',').filter(Boolean);
  return (
    byLabel.every((pair) => labels[pair.split(/==?/)[0] ?? ''] === pair.split(/==?/)[1]) &&
    byField.every((pair) => pair.split('=').at(-1) === object.metadata?.name)
  );
}

function listPage(name: ResourceName, all: readonly KubeObject[], query: URLSearchParams, revision: number): Served {
  const start = Number(query.get('continue') ?? 0);
  const size = Number(query.get('limit') ?? 0) || all.length;
  const items = all.slice(start, start + size).map(({ apiVersion: _version, kind: _kind, ...rest }) => rest);
  const next = start + size < all.length ? { continue: String(start + size) } : {};
  return {
    json: {
      kind: `${RESOURCES[name].kind}List`,
      apiVersion: groupVersionOf(name),
      metadata: { resourceVersion: String(revision), ...next },
      items,
    },
  };
}

interface Place {
  name: ResourceName;
  namespace: string | undefined;
  object: string | undefined;
}

/** What a path names, if it is of a resource. */
function placeOf(path: string): Place | null {
  const parts =
    /^\/(?:api|apis\/([^/]+))\/(v\d+(?:(?:alpha|beta)\d+)?)(?:\/namespaces\/([^/]+))?\/([a-z]+)(?:\/([^/]+))?$/.exec(
      path,
    );
  const name = NAMES.find((candidate) => candidate === parts?.[4] && RESOURCES[candidate].group === (parts[1] ?? ''));
  if (name === undefined) return null;
  const [, , , namespace, , object] = (parts ?? []).map((part) =>
    part === undefined ? part : decodeURIComponent(part),
  );
  return { name, namespace, object };
}

function isOf({ name, namespace }: Place, { apiVersion, kind, metadata }: KubeObject): boolean {
  return (
    apiVersion === groupVersionOf(name) &&
    kind === RESOURCES[name].kind &&
    (namespace === undefined || metadata?.namespace === namespace)
  );
}

/** The objects that a watch of that list is told of; null where the path names no list. */
export function watchedBy(path: string, query: URLSearchParams): ((object: KubeObject) => boolean) | null {
  const place = placeOf(path);
  return place === null || place.object !== undefined
    ? null
    : (object) => isOf(place, object) && isSelected(object, query);
}

/** The answer to a GET. */
export function serve(world: World, path: string, query: URLSearchParams): Served {
  const found = discovery(path);
  if (found !== null) return { json: found };
  const log = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/log$/.exec(path);
  if (log !== null) {
    const container = query.get('container');
    const text = world.logs[`${log[1]}/${log[2]}/${container}${query.get('previous') === 'true' ? '?previous' : ''}`];
    return text === undefined
      ? { code: 400, message: `container ${container} is not valid for pod ${log[2]}` }
      : { text };
  }
  const place = placeOf(path);
  if (place === null) {
    const named = /^\/api\/v1\/namespaces\/([^/]+)$/.exec(path);
    return named === null ? { text: '404 page not found' } : serve(world, `/api/v1/namespaces/${named[1]}`, query);
  }
  const { name, object } = place;
  const all = world.objects.filter((item) => isOf(place, item));
  if (object === undefined)
    return listPage(
      name,
      all.filter((item) => isSelected(item, query)),
      query,
      world.revision,
    );
  const one = all.find(({ metadata }) => metadata?.name === object);
  return one === undefined ? { code: 404, message: `${name} "${object}" not found` } : { json: one };
}
