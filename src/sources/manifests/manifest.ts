/** The objects of a document: what kind, whose namespace, and what of it is not as the API takes it. */
import { isMap, isScalar, type Node } from 'yaml';
import type { KubeObject, Oddity } from '../../facts/wire.ts';
import type { ParsedDocument } from './documents.ts';
import { isJudged, isNamespaced } from './kinds.ts';
import { aliasesOf, reach } from './node-path.ts';
import { Fitting } from './shape.ts';
import { shapeOf } from './shapes.ts';
import { asServed } from './versions.ts';

export interface Manifest {
  document: ParsedDocument;
  /** The path of the object in its document: empty, or `items[3]` of a List. */
  within: string;
  apiVersion: string;
  kind: string;
  name: string;
  /** As written; null where the file leaves it to `-n`, the context or kustomize. */
  namespace: string | null;
  /** The object as the API would take it, without status and namespace defaults. */
  object: KubeObject;
}

/** The objects of a document, and how many others it holds that are no objects of Kubernetes or have no name. */
export interface Manifests {
  manifests: readonly Manifest[];
  others: number;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Places that a template or a variable still has to fill: what stands there now is judged by nobody. */
const UNFILLED = /\{\{|\$\{|\$\(|^<.*>$/;

function sourceOf(document: ParsedDocument, within: string, path: string): string | null {
  const resolve = aliasesOf(document.node);
  const { node } = reach(document.node, [within, path].filter((part) => part !== '').join('.'), resolve);
  const value = resolve(node);
  return isScalar(value) ? (value.source ?? null) : null;
}

function manifestOf(document: ParsedDocument, value: Record<string, unknown>, within: string): Manifest | null {
  const { apiVersion, kind } = value;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return null;
  const fitting = new Fitting();
  const shape = isJudged(apiVersion, kind) ? shapeOf(kind) : shapeOf('');
  const { status: _, ...spec } = asServed(apiVersion, kind, value);
  const object = fitting.fit(spec, shape) as KubeObject;
  const { name, namespace } = object.metadata ?? {};
  if (name === undefined || name === '') return null;
  if ([name, namespace ?? '', kind].some((text) => UNFILLED.test(text))) return null;
  const written = fitting.misfits.map(
    (misfit): Oddity => ({ ...misfit, found: sourceOf(document, within, misfit.path) ?? misfit.found }),
  );
  return {
    document,
    within,
    apiVersion,
    kind,
    name,
    namespace: isNamespaced(kind) && namespace !== undefined && namespace !== '' ? namespace : null,
    object: { ...object, written: { oddities: written, hasNamespace: namespace !== undefined && namespace !== '' } },
  };
}

function itemsOf(value: unknown, within: string): readonly { value: unknown; within: string }[] {
  if (Array.isArray(value)) return value.flatMap((item, at) => itemsOf(item, `${within}[${at}]`));
  if (!isObject(value) || typeof value.kind !== 'string') return [{ value, within }];
  if (!value.kind.endsWith('List') || !Array.isArray(value.items)) return [{ value, within }];
  const own = value.kind.slice(0, -'List'.length);
  const known = own === '' ? {} : { apiVersion: value.apiVersion, kind: own };
  return value.items.flatMap((item, at) =>
    itemsOf(isObject(item) ? { ...known, ...item } : item, `${within === '' ? '' : `${within}.`}items[${at}]`),
  );
}

/** Every object in the document, those of a List one by one. */
export function manifestsOf(document: ParsedDocument): Manifests {
  const all = itemsOf(document.value, '').map(({ value, within }) =>
    isObject(value) ? manifestOf(document, value, within) : null,
  );
  const manifests = all.filter((one) => one !== null);
  return { manifests, others: all.length - manifests.length };
}

/** The node of the object in its document. */
export function nodeOf({ document, within }: Manifest): Node {
  const { node } = reach(document.node, within, aliasesOf(document.node));
  return isMap(node) ? node : document.node;
}
