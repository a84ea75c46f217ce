/** Which Pods an object of the files stands for: by its Pod template, wherever a custom resource keeps it. */

import type { PodTemplate } from '../../facts/wire.ts';
import { POD_MAKERS } from '../pod-makers.ts';
import { isCustom } from './kinds.ts';
import type { Manifest } from './manifest.ts';
import { templateOf } from './places.ts';
import { TEMPLATE } from './pod-shapes.ts';
import { Fitting, pathTo } from './shape.ts';

export interface Template {
  template: PodTemplate;
  /** Where it stands: `spec.template`. */
  path: string;
  replicas: number;
}

const DEEPEST = 6;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce((of: unknown, key) => (isObject(of) ? of[key] : undefined), value);
}

function replicasOf(spec: unknown): number {
  const count = isObject(spec) ? spec.replicas : undefined;
  return typeof count === 'number' && Number.isInteger(count) && count >= 0 ? count : 1;
}

function isTemplate(value: Record<string, unknown>): boolean {
  return isObject(value.spec) && Array.isArray(value.spec.containers) && isObject(at(value, 'metadata.labels'));
}

/** Templates within a custom resource: whatever has labels and a Pod's containers. */
function within(value: unknown, path: string, depth: number): readonly { value: unknown; path: string }[] {
  if (!isObject(value) || depth > DEEPEST) return [];
  if (path !== '' && isTemplate(value)) return [{ value, path }];
  return Object.entries(value).flatMap(([key, of]) =>
    Array.isArray(of)
      ? of.flatMap((item, index) => within(item, pathTo(pathTo(path, key), index), depth + 1))
      : within(of, pathTo(path, key), depth + 1),
  );
}

const READ = new WeakMap<Manifest, readonly Template[]>();

/** The templates of a manifest with their replica counts; none where it makes no Pods, or hides how. */
export function templatesOf(manifest: Manifest): readonly Template[] {
  const templates = READ.get(manifest) ?? templatesIn(manifest);
  READ.set(manifest, templates);
  return templates;
}

function templatesIn({ apiVersion, kind, object }: Manifest): readonly Template[] {
  const spec = at(object, 'spec');
  if (POD_MAKERS.has(kind) && !isCustom(apiVersion)) {
    const path = templateOf(kind);
    const template = at(object, path);
    return isObject(template) ? [{ template, path, replicas: kind === 'DaemonSet' ? 1 : replicasOf(spec) }] : [];
  }
  if (!isCustom(apiVersion)) return [];
  return within(object, '', 0).map(({ value, path }) => ({
    template: new Fitting().fit(value, TEMPLATE) as PodTemplate,
    path,
    replicas: replicasOf(spec),
  }));
}
