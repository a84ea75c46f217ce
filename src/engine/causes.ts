/** Links findings into causes: which explains which, and what remains as root. */
import type { Scope } from '../rules/finding.ts';
import type { Located } from './evaluate.ts';

export interface Cause {
  located: Located;
  /** Indices of the findings it explains, and that explain it. */
  explains: readonly number[];
  explainedBy: readonly number[];
}

/** Low severity, mere possibility, or something that may pass by itself: shown, never called a fault. */
export function isHint({ finding }: Located): boolean {
  return (
    finding.severity === 'low' || finding.severity === 'info' || finding.confidence === 'possible' || finding.converging
  );
}

const KEYS = ['service', 'port', 'pod', 'node', 'policy', 'caller'] as const satisfies readonly (keyof Scope)[];

/** Two scopes agree where both speak. */
function agree(a: Scope, b: Scope): boolean {
  return KEYS.every((key) => a[key] === null || b[key] === null || a[key] === b[key]);
}

/** A explains B: by its rule's declaration with agreeing scopes, or because B depends on the Service that A is about. */
function explains(a: Located, b: Located): boolean {
  if (a === b || isHint(a)) return false;
  if (a.rule.explains.includes(b.rule.id) && agree(a.finding.scope, b.finding.scope)) return true;
  return b.finding.dependency !== null && b.finding.dependency === a.finding.scope.service;
}

/** True when `to` can be reached from `from` along the edges. */
function reaches(edges: readonly (readonly number[])[], from: number, to: number, seen = new Set<number>()): boolean {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return (edges[from] ?? []).some((next) => reaches(edges, next, to, seen));
}

/**
 * The causes among the findings. Two Services that depend on each other could close a circle, so an edge that would is left out:
 * the finding that comes first in the order given stays the root.
 */
export function linkCauses(located: readonly Located[]): readonly Cause[] {
  const edges: number[][] = located.map(() => []);
  located.forEach((a, i) => {
    located.forEach((b, j) => {
      if (explains(a, b) && !reaches(edges, j, i)) edges[i]?.push(j);
    });
  });
  return located.map((entry, i) => ({
    located: entry,
    explains: edges[i] ?? [],
    explainedBy: edges.flatMap((targets, j) => (targets.includes(i) ? [j] : [])),
  }));
}

/** Indices of the roots above a finding: itself where nothing explains it. */
export function rootsAbove(causes: readonly Cause[], index: number): readonly number[] {
  const above = causes[index]?.explainedBy ?? [];
  return above.length === 0 ? [index] : [...new Set(above.flatMap((cause) => rootsAbove(causes, cause)))];
}
