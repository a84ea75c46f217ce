/** What is kept of Pods and of workloads' templates: all that rules read, and no value of an env, argument or file. */
import { redactLine } from '../model/redact.ts';
import type { RawContainer } from '../model/reference-variables.ts';
import { extractsOf } from '../model/references.ts';
import { lastOfAlike, onceForAlike } from './alike.ts';

export type Json = Record<string, unknown>;

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function each(value: unknown, change: (item: Json) => Json): unknown {
  return Array.isArray(value) ? value.map((item) => (isJson(item) ? change(item) : item)) : value;
}

/** The object without some keys. */
export function without(object: Json, ...keys: readonly string[]): Json {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

/** The object with one key changed where it is there. */
export function changed(object: Json, key: string, change: (value: unknown) => unknown): Json {
  return object[key] === undefined ? object : { ...object, [key]: change(object[key]) };
}

/** A probe or a lifecycle hook: commands and header values may hold secrets; that there is one is kept. */
function handler(value: unknown): unknown {
  if (!isJson(value)) return value;
  const quiet = changed(value, 'exec', (exec) => (isJson(exec) ? without(exec, 'command') : exec));
  return changed(quiet, 'httpGet', (get) =>
    isJson(get) ? changed(get, 'httpHeaders', (headers) => each(headers, (header) => without(header, 'value'))) : get,
  );
}

/** A Pod has one mount more than its template, and is told the same. */
const extractsOnce = onceForAlike(
  ({ name, image }: Json) => `${name} ${image}`,
  ({ env, args, command }: Json) => extractsOf({ env, args, command } as RawContainer),
);

/** Values that a patch has put into a projected container count anew; what was extracted before stays for the rest. */
function extracted(container: Json): unknown {
  const fresh = extractsOnce({
    name: container.name,
    image: container.image,
    env: container.env,
    args: container.args,
    command: container.command,
  });
  const before = container.extracts;
  if (!isJson(before)) return fresh;
  const env = Array.isArray(container.env) ? container.env.filter(isJson) : [];
  const sources = new Set<unknown>(env.filter((one) => one.value !== undefined).map((one) => one.name));
  for (const key of ['args', 'command']) if (container[key] !== undefined) sources.add(key);
  const kept = (list: unknown, name: string) =>
    (Array.isArray(list) ? list.filter(isJson) : []).filter((one) => !sources.has(one[name]));
  const names = (list: unknown): readonly unknown[] => (Array.isArray(list) ? list : []);
  const shadowed = [...kept(before.shadowed, 'variable'), ...(fresh.shadowed ?? [])];
  const linked = [...new Set([...names(before.linked), ...(fresh.linked ?? [])])];
  return {
    ...(shadowed.length === 0 ? {} : { shadowed }),
    ...(linked.length === 0 ? {} : { linked }),
    references: [...kept(before.references, 'variable'), ...fresh.references],
    listens: [...kept(before.listens, 'source'), ...fresh.listens],
  };
}

function container(value: Json): Json {
  let kept = without(value, 'args', 'command', 'terminationMessagePath', 'terminationMessagePolicy');
  kept = changed(kept, 'env', (env) => each(env, (one) => without(one, 'value')));
  for (const probe of ['readinessProbe', 'livenessProbe', 'startupProbe']) kept = changed(kept, probe, handler);
  kept = changed(kept, 'lifecycle', (hooks) =>
    isJson(hooks) ? Object.fromEntries(Object.entries(hooks).map(([key, hook]) => [key, handler(hook)])) : hooks,
  );
  return { ...kept, extracts: extracted(value) };
}

const VOLUME_NAMES: Readonly<Record<string, readonly string[]>> = {
  configMap: ['name', 'optional', 'items'],
  secret: ['secretName', 'optional'],
  persistentVolumeClaim: ['claimName'],
};

/** The object with these keys only. */
export function pick(object: unknown, keys: readonly string[]): Json {
  return isJson(object) ? Object.fromEntries(Object.entries(object).filter(([key]) => keys.includes(key))) : {};
}

function volume(value: Json): Json {
  const kept: Json = { name: value.name };
  for (const [type, keys] of Object.entries(VOLUME_NAMES)) {
    if (value[type] !== undefined) kept[type] = pick(value[type], keys);
  }
  if (!isJson(value.projected)) return kept;
  const sources = each(value.projected.sources, (source) => {
    const named = Object.entries(source).filter(([type]) => type === 'configMap' || type === 'secret');
    return Object.fromEntries(
      named.map(([type, of]) => [
        type,
        pick(of, type === 'configMap' ? ['name', 'optional', 'items'] : ['name', 'optional']),
      ]),
    );
  });
  return { ...kept, projected: { sources } };
}

/** The containers of one program: by the first one's name, image and number, the usual differences between workloads. */
function programOf([first, ...others]: readonly unknown[]): string {
  return isJson(first) ? `${first.name} ${first.image} ${others.length}` : '';
}

const containersOnce = onceForAlike(programOf, (list: readonly unknown[]) => each(list, container));

function containers(list: unknown): unknown {
  return Array.isArray(list) ? containersOnce(list) : list;
}

/** A Pod's spec, on its own or in a template. */
export function podSpec(value: unknown): unknown {
  if (!isJson(value)) return value;
  let kept = value;
  for (const key of ['containers', 'initContainers', 'ephemeralContainers']) kept = changed(kept, key, containers);
  return changed(kept, 'volumes', (list) => each(list, volume));
}

function text(value: unknown): unknown {
  return typeof value === 'string' ? redactLine(value) : value;
}

function state(value: unknown): unknown {
  if (!isJson(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([phase, of]) => [phase, isJson(of) ? changed(of, 'message', text) : of]),
  );
}

const UNREAD_OF_STATUS = [
  'allocatedResources',
  'allocatedResourcesStatus',
  'containerID',
  'imageID',
  'resources',
  'user',
  'volumeMounts',
];

function containerStatus(value: Json): Json {
  const kept = without(value, ...UNREAD_OF_STATUS);
  return changed(changed(kept, 'state', state), 'lastState', state);
}

/** Any status: messages redacted, in conditions and in the states of containers too. */
export function status(value: unknown): unknown {
  if (!isJson(value)) return value;
  let kept = changed(value, 'message', text);
  kept = changed(kept, 'conditions', (list) => each(list, (one) => changed(one, 'message', text)));
  for (const key of ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses']) {
    kept = changed(kept, key, (list) => each(list, containerStatus));
  }
  return kept;
}

const alike = lastOfAlike();

function withShared(object: unknown, owner: string, keys: readonly string[]): unknown {
  if (!isJson(object)) return object;
  let kept = object;
  for (const key of keys) kept = changed(kept, key, (value) => alike(`${owner} ${key}`, value));
  return kept;
}

/** A projected Pod that has in common with the others of its owner whatever is alike. */
export function sharing(pod: Json): Json {
  const { metadata } = pod;
  const [owner] = isJson(metadata) && Array.isArray(metadata.ownerReferences) ? metadata.ownerReferences : [];
  if (!isJson(owner) || typeof owner.uid !== 'string') return pod;
  const { uid } = owner;
  return {
    ...pod,
    metadata: withShared(metadata, uid, ['labels', 'annotations', 'ownerReferences']),
    spec: withShared(pod.spec, uid, [
      'volumes',
      'tolerations',
      'topologySpreadConstraints',
      'affinity',
      'securityContext',
    ]),
  };
}
