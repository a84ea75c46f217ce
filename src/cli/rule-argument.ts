/** Rules as people name them: `SEL-001`, `sel-001`, or `selector-matches-no-pods`; reasons too. */
import { nearNames } from '../model/near-names.ts';
import type { Rule } from '../rules/rule.ts';
import { UsageError } from './failure.ts';

export interface NamedRule {
  rule: Rule;
  /** The id of the specialisation that was named, or null. */
  reason: string | null;
}

function namesOf(rules: readonly Rule[]): Map<string, NamedRule> {
  const names = new Map<string, NamedRule>();
  for (const rule of rules) {
    for (const name of [rule.id, rule.name, ...(rule.aliases ?? [])])
      names.set(name.toLowerCase(), { rule, reason: null });
    for (const [id, { name }] of Object.entries(rule.reasons ?? {})) {
      for (const word of [id, name]) names.set(word.toLowerCase(), { rule, reason: id });
    }
  }
  return names;
}

/** The rule of that id or name; a UsageError with the nearest ones where there is none. */
export function findRule(text: string, rules: readonly Rule[]): NamedRule {
  const names = namesOf(rules);
  const found = names.get(text.toLowerCase());
  if (found !== undefined) return found;
  const near = nearNames(text.toLowerCase(), [...names.keys()])
    .slice(0, 3)
    .map((name) => (/^[a-z]+-\d+$/.test(name) ? name.toUpperCase() : name));
  const suggestion = near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
  throw new UsageError(`there is no rule ${text}${suggestion}`, 'all rules: kubectl svc-doctor rules');
}

/** The ids behind a comma-separated list; a reason stands for its rule. */
export function resolveRuleIds(list: string | undefined, rules: readonly Rule[]): string[] {
  const words = (list ?? '').split(',').map((word) => word.trim());
  return [...new Set(words.filter((word) => word !== '').map((word) => findRule(word, rules).rule.id))];
}
