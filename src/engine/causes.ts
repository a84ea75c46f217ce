/** Links findings into causes: which explains which, and what remains as root. */
import { grouped } from '../facts/grouped.ts';
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

/** True when `to` can be reached from `from` along the edges. */
function reaches(edges: readonly (readonly number[])[], from: number, to: number, seen = new Set<number>()): boolean {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return (edges[from] ?? []).some((next) => reaches(edges, next, to, seen));
}

/** Where findings stand in the list, by what can lead to them. */
class Effects {
  readonly #byRule: ReadonlyMap<string, readonly number[]>;
  readonly #byRuleAndService: ReadonlyMap<string, readonly number[]>;
  readonly #byDependency: ReadonlyMap<string, readonly number[]>;
  readonly #located: readonly Located[];

  constructor(located: readonly Located[]) {
    const indices = located.map((_, index) => index);
    const by = (keyOf: (entry: Located) => string): ReadonlyMap<string, readonly number[]> =>
      grouped(indices, (index) => located.slice(index, index + 1).map(keyOf));
    this.#located = located;
    this.#byRule = by(({ rule }) => rule.id);
    this.#byRuleAndService = by(({ rule, finding }) => `${rule.id} ${finding.scope.service ?? ''}`);
    this.#byDependency = by(({ finding }) => finding.dependency ?? '');
  }

  /** What A explains: by its rule's declaration with agreeing scopes, or because it depends on the Service that A is about. */
  of(a: Located): readonly number[] {
    if (isHint(a)) return [];
    const { service } = a.finding.scope;
    const declared = a.rule.explains.flatMap((id) =>
      service === null
        ? (this.#byRule.get(id) ?? [])
        : [`${id} ${service}`, `${id} `].flatMap((key) => this.#byRuleAndService.get(key) ?? []),
    );
    const agreeing = declared.filter((index) => {
      const b = this.#located[index];
      return b !== undefined && !b.finding.ownFault && agree(a.finding.scope, b.finding.scope);
    });
    const dependent = service === null ? [] : (this.#byDependency.get(service) ?? []);
    return [...new Set([...agreeing, ...dependent])]
      .filter((index) => this.#located[index] !== a)
      .sort((x, y) => x - y);
  }
}

/**
 * The causes among the findings. `gathered` holds causes in common with the findings they stand for; they come last. Two Services that depend on each other could close a circle, so an edge that would is left out:
 * the finding that comes first in the order given stays the root.
 */
export function linkCauses(
  plain: readonly Located[],
  gathered: ReadonlyMap<Located, readonly Located[]> = new Map(),
): readonly Cause[] {
  const located = [...plain, ...gathered.keys()];
  const indexOf = new Map(located.map((entry, index) => [entry, index]));
  const effects = new Effects(located);
  const edges: number[][] = located.map(() => []);
  const above: number[][] = located.map(() => []);
  located.forEach((a, i) => {
    const members = gathered.get(a)?.flatMap((member) => indexOf.get(member) ?? []);
    for (const j of members ?? effects.of(a)) {
      if (reaches(edges, j, i)) continue;
      edges[i]?.push(j);
      above[j]?.push(i);
    }
  });
  return located.map((entry, i) => ({ located: entry, explains: edges[i] ?? [], explainedBy: above[i] ?? [] }));
}

/** Indices of the roots above a finding: itself where nothing explains it. */
export function rootsAbove(causes: readonly Cause[], index: number): readonly number[] {
  const above = causes[index]?.explainedBy ?? [];
  return above.length === 0 ? [index] : [...new Set(above.flatMap((cause) => rootsAbove(causes, cause)))];
}
