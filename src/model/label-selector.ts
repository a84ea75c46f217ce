/** Label selectors of policies and workloads (metav1.LabelSelector): all requirements must hold; an empty selector selects everything. */
import type { Labels } from './selector.ts';

export interface LabelSelector {
  matchLabels?: Readonly<Record<string, string>>;
  matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[];
}

export interface Requirement {
  key: string;
  operator: string;
  values: readonly string[];
}

/** The selector as requirements, labels in key order and then the expressions as written. */
export function requirementsOf({ matchLabels, matchExpressions }: LabelSelector): readonly Requirement[] {
  return [
    ...Object.entries(matchLabels ?? {})
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => ({ key, operator: 'In', values: [value] })),
    ...(matchExpressions ?? []).map(({ key, operator, values }) => ({ key, operator, values: values ?? [] })),
  ];
}

/** True when the labels meet the requirement. NotIn holds where the key is missing (k8s.io/apimachinery labels.Requirement). */
export function meets({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = labels?.[key];
  if (operator === 'In') return value !== undefined && values.includes(value);
  if (operator === 'NotIn') return value === undefined || !values.includes(value);
  if (operator === 'Exists') return value !== undefined;
  return operator === 'DoesNotExist' && value === undefined;
}

/** True when the selector selects a thing with these labels; an absent selector selects nothing. */
export function selects(selector: LabelSelector | undefined, labels: Labels): boolean {
  return selector !== undefined && requirementsOf(selector).every((requirement) => meets(requirement, labels));
}

/** `app=web`, `tier in (a, b)`, `tier notin (a)`, `tier`, `!tier`: as kubectl writes them. */
export function requirementText({ key, operator, values }: Requirement): string {
  if (operator === 'Exists') return key;
  if (operator === 'DoesNotExist') return `!${key}`;
  if (operator === 'In' && values.length === 1) return `${key}=${values[0]}`;
  return `${key} ${operator.toLowerCase()} (${values.join(', ')})`;
}

/** The whole selector in words; `all` where it is empty. */
export function labelSelectorText(selector: LabelSelector): string {
  return requirementsOf(selector).map(requirementText).join(', ') || 'all';
}
