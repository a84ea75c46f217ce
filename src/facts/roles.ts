/** The smallest Roles that let a diagnosis read what it may ask for. */

import type { Permission } from './fact.ts';
import { groupOf, namespaceOf, type Read } from './reads.ts';

export interface PolicyRule {
  apiGroups: readonly string[];
  resources: readonly string[];
  resourceNames?: readonly string[];
  verbs: readonly Permission['verb'][];
}

/** As RBAC's API takes it. */
export interface Role {
  apiVersion: 'rbac.authorization.k8s.io/v1';
  kind: 'Role' | 'ClusterRole';
  metadata: { name: string; namespace?: string };
  rules: readonly PolicyRule[];
}

export const ROLE_NAME = 'svc-doctor-reader';

/** What is granted cluster-wide need not be granted in a namespace again. */
function isCovered(read: Read, wide: readonly Read[]): boolean {
  return wide.some(
    ({ verb, resource, names }) => verb === read.verb && resource === read.resource && names.length === 0,
  );
}

/** One rule for each group, set of verbs and set of names, its resources by alphabet. */
function rulesOf(reads: readonly Read[]): readonly PolicyRule[] {
  const verbs = new Map<string, { read: Read; verbs: Set<Permission['verb']> }>();
  for (const read of reads) {
    const key = [groupOf(read), read.resource, ...read.names].join(' ');
    const entry = verbs.get(key) ?? { read, verbs: new Set() };
    entry.verbs.add(read.verb);
    verbs.set(key, entry);
  }
  const rules = new Map<string, PolicyRule & { resources: string[] }>();
  for (const { read, verbs: granted } of verbs.values()) {
    const sorted = [...granted].sort();
    const key = [groupOf(read), ...sorted, ...read.names].join(' ');
    const rule = rules.get(key) ?? {
      apiGroups: [groupOf(read)],
      resources: [],
      ...(read.names.length === 0 ? {} : { resourceNames: read.names }),
      verbs: sorted,
    };
    rule.resources.push(read.resource);
    rules.set(key, rule);
  }
  return [...rules.values()].map((rule) => ({ ...rule, resources: rule.resources.sort() }));
}

/**
 * The ClusterRole, and a Role for each namespace, that grant these reads for Services of `home`; nothing is granted twice.
 * Without a read of the whole cluster there is no ClusterRole.
 */
export function rolesFor(reads: readonly Read[], home: string): readonly Role[] {
  const wide = reads.filter(({ place }) => place === 'cluster');
  const narrow = reads.filter((read) => read.place !== 'cluster' && !isCovered(read, wide));
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const namespaces = [...new Set(narrow.map((read) => namespaceOf(read, home) ?? ''))];
  const roles = namespaces.map((namespace): Role => {
    const own = narrow.filter((read) => namespaceOf(read, home) === namespace);
    return { apiVersion, kind: 'Role', metadata: { name: ROLE_NAME, namespace }, rules: rulesOf(own) };
  });
  const all: Role = { apiVersion, kind: 'ClusterRole', metadata: { name: ROLE_NAME }, rules: rulesOf(wide) };
  return wide.length === 0 ? roles : [...roles, all];
}
