/** A patch in words for who edits a file: the field and what to write there. */
import type { DiagnosedFinding } from '../engine/diagnosis.ts';
import type { SourceKind } from '../facts/snapshot.ts';

type Patch = NonNullable<NonNullable<DiagnosedFinding['fix']>['patch']>;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function step(path: string, key: string): string {
  if (/^\d+$/.test(key)) return `${path}[${key}]`;
  if (!/^[\w-]+$/.test(key)) return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}

function line(path: string, value: unknown): string {
  if (value === null || value === undefined) return `take ${path} out`;
  return `write ${path}: ${typeof value === 'string' && !/^[\d.]+$|^(?:true|false|yes|no|on|off)$/.test(value) ? value : JSON.stringify(value)}`;
}

function leaves(value: unknown, path: string): readonly string[] {
  if (Array.isArray(value) && value.every((item) => isRecord(item) && typeof item.name === 'string')) {
    return value.flatMap(({ name, ...rest }) => leaves(rest, `${path}[${name}]`));
  }
  if (!isRecord(value)) return [line(path, value)];
  return Object.entries(value).flatMap(([key, of]) => leaves(of, step(path, key)));
}

/** `write spec.selector.app: web`, one line a field. */
export function writtenLines({ type, body }: Patch): readonly string[] {
  if (type !== 'json') return leaves(body, '');
  return (body as readonly { op: string; path: string; value?: unknown }[]).map(({ op, path, value }) => {
    const keys = path.split('/').slice(1);
    const field = keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~')).reduce(step, '');
    return line(field, op === 'remove' ? null : value);
  });
}

/** True where the patch is of an object that stands in a file: a command against the cluster would last until the next apply. */
export function isForFiles({ fix, evidence }: DiagnosedFinding, source: SourceKind | undefined): boolean {
  const patch = fix?.patch ?? null;
  if (patch === null || source === 'manifests') return patch !== null;
  const patched = `${patch.kind} ${patch.namespace}/${patch.name}`;
  return source === 'overlay' && evidence.some(({ object, file }) => file !== null && object.toLowerCase() === patched);
}
