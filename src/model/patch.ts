/** A change to one object, as kubectl would send it: printed as a command and applied to facts by the what-if. */

export type PatchType = 'merge' | 'json' | 'strategic';

export interface JsonPatchOperation {
  op: 'add' | 'replace' | 'remove';
  path: string;
  value?: unknown;
}

export interface Patch {
  /** Lowercase kind as kubectl takes it: `service`, `deployment`, `statefulset`, `daemonset`. */
  kind: 'service' | 'deployment' | 'statefulset' | 'daemonset';
  namespace: string;
  name: string;
  type: PatchType;
  /** A JSON merge patch, a strategic merge patch, or a list of JSON patch operations. */
  body: Record<string, unknown> | readonly JsonPatchOperation[];
}

/** Quotes a word for a POSIX shell; plain words stay as they are. */
export function shellQuote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The kubectl command that makes the change; pastes and runs as it stands. */
export function patchCommand(patch: Patch): string {
  return `kubectl -n ${patch.namespace} patch ${patch.kind} ${patch.name} --type=${patch.type} -p ${shellQuote(JSON.stringify(patch.body))}`;
}
