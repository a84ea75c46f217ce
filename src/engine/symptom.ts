/** What callers see, and which rules can explain it (a given symptom reorders roots; it never hides one). */

export const SYMPTOMS = ['refused', 'timeout', 'nxdomain', '5xx', 'intermittent'] as const;
export type Symptom = (typeof SYMPTOMS)[number];

/** Rule ids, or groups with a dash, that produce the symptom on one dataplane or another. */
const EXPLAINED_BY: Readonly<Record<Symptom, readonly string[]>> = {
  refused: ['SVC-005', 'SEL-', 'PRT-', 'POD-', 'EPS-'],
  timeout: ['KPX-', 'POD-016', 'CLI-003', 'CLI-009', 'DNS-', 'EPS-002'],
  nxdomain: ['SVC-', 'REF-', 'CLI-', 'DNS-'],
  '5xx': ['SEL-', 'POD-', 'PRT-'],
  intermittent: ['POD-016', 'POD-020', 'POD-021', 'POD-022', 'SEL-005', 'PRT-002', 'KPX-', 'EPS-002', 'DNS-'],
};

/** True when a fault of this rule (or its reason) can look like the symptom. */
export function canExplain(symptom: Symptom, rule: string, reason: string | null): boolean {
  return EXPLAINED_BY[symptom].some((id) => (id.endsWith('-') ? rule.startsWith(id) : id === rule || id === reason));
}
