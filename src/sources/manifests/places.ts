/** Where each object of a set of manifests is written: the `Locate` of the set. */
import { isMap, isScalar, isSeq, type Node } from 'yaml';
import type { Found, Locate, Place } from '../../facts/place.ts';
import { type Manifest, nodeOf } from './manifest.ts';
import { aliasesOf, reach } from './node-path.ts';

/** An object of the world: the manifest that says it, and where in it the object's own fields lie. */
export interface Origin {
  manifest: Manifest;
  /** For a Pod made from a template: the path of the template, `spec.template`. Else null. */
  template: string | null;
  /** True for what controllers derive: it has no fields of its own in any file. */
  derived: boolean;
}

function rangeOf(node: Node | null): readonly [number, number] | null {
  const range = node?.range;
  return range === null || range === undefined ? null : [range[0], range[1]];
}

function placeAt({ document }: Manifest, range: readonly [number, number]): Place {
  const { source, offset, index, template } = document;
  return source.place(offset + range[0], offset + range[1], index, template);
}

/** The stretch to point at: a scalar itself; of a map or a list the key it stands under, or its first key. */
function stretch(key: Node | null, node: Node | null): readonly [number, number] | null {
  if (node === null || isScalar(node))
    return (isScalar(node) && node.value !== null ? rangeOf(node) : null) ?? rangeOf(key);
  if (key !== null) return rangeOf(key);
  const value = isMap(node) ? (node.get('value', true) as Node | undefined) : undefined;
  // an item of env: its name was asked for, its value is what is wrong
  if (isScalar(value)) return rangeOf(value);
  const [first] = isMap(node) || isSeq(node) ? node.items : [];
  const inner = first !== undefined && 'key' in (first as object) ? (first as { key: Node }).key : null;
  return rangeOf(inner) ?? rangeOf(node);
}

const POD_FIELDS =
  /^spec\.(?:containers|initContainers|volumes|subdomain|hostname|dns\w+|hostAliases|enableServiceLinks)\b/;
/** Told of a Pod by a cluster, never by a file. */
const NOT_WRITTEN = /^(?:status|logs?|events|metadata\.name)\b/;

/** The path in the manifest of a field that rules call by its place in a Pod. */
function pathIn({ manifest: { kind }, template }: Origin, path: string): string {
  const wanted = path.replace(/^env /, 'spec.containers[].env ');
  if (template !== null) return NOT_WRITTEN.test(wanted) ? 'metadata.name' : `${template}.${wanted}`;
  return kind === 'Pod' || kind === 'Service' || !POD_FIELDS.test(wanted) ? wanted : `${templateOf(kind)}.${wanted}`;
}

/** Where a workload of the kind keeps its Pod template. */
export function templateOf(kind: string): string {
  return kind === 'CronJob' ? 'spec.jobTemplate.spec.template' : 'spec.template';
}

function found(origin: Origin, path: string): Found | null {
  const { manifest } = origin;
  const root = nodeOf(manifest);
  const resolve = aliasesOf(manifest.document.node);
  const wanted = origin.derived ? 'metadata.name' : pathIn(origin, path);
  const reached = reach(root, wanted, resolve);
  const known = reached.depth === 0 ? reach(root, 'metadata.name', resolve) : reached;
  const range = stretch(known.key, known.node) ?? rangeOf(root);
  if (range === null) return null;
  const { kind, object } = manifest;
  const { namespace, name } = object.metadata ?? {};
  return {
    place: placeAt(manifest, range),
    object: `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`,
    path: origin.derived || origin.template !== null ? wanted : path,
  };
}

/** `Service shop/web`, also where it is written `shop/Service/web`. */
export function objectKey(object: string): string {
  const [namespace, kind, name] = object.split('/');
  return name !== undefined && !object.includes(' ') ? `${kind} ${namespace}/${name}` : object;
}

/** Finds fields by object and path. Origins come by `Kind namespace/name`. */
export function locatorOf(origins: ReadonlyMap<string, Origin>): Locate {
  const remembered = new Map<string, Found | null>();
  return (object, path) => {
    const key = objectKey(object);
    const origin = origins.get(key);
    if (origin === undefined) return null;
    const question = `${key} ${path}`;
    let answer = remembered.get(question);
    if (answer === undefined) {
      answer = found(origin, path);
      remembered.set(question, answer);
    }
    return answer;
  };
}
