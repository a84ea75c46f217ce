/** What callers see, and which faults can look like it (a given symptom reorders roots; it never hides one). */

export const SYMPTOMS = ['refused', 'timeout', 'nxdomain', '5xx', 'intermittent'] as const;
export type Symptom = (typeof SYMPTOMS)[number];

/** Faults that leave a port without a ready endpoint: kube-proxy rejects, and Cilium before 1.15 may drop instead. */
const NO_ENDPOINT = ['SVC-005', 'SEL-', 'POD-', 'PRT-001', 'PRT-002', 'PRT-003', 'EPS-'] as const;

/** Rule ids, or groups with a dash, whose faults can look like the symptom to a client. */
const EXPLAINED_BY: Readonly<Record<Symptom, readonly string[]>> = {
  refused: [
    ...NO_ENDPOINT,
    'PRT-',
    'REF-004',
    'REF-006',
    'REF-007',
    'REF-008',
    'REF-011',
    'HDL-',
    'DUL-',
    'MSH-',
    'KPX-018',
  ],
  timeout: [
    ...[
      'NPO-',
      'KPX-',
      'DNS-',
      'TRP-001',
      'EXP-',
      'DUL-',
      'POD-016',
      'SVC-004',
      'SVC-006',
      'SVC-007',
      'EPS-002',
      'EPS-003',
    ],
    ...[
      'EPS-007',
      'EPS-008',
      'CLI-003',
      'CLI-009',
      'CLI-011',
      'REF-004',
      'REF-007',
      'REF-008',
      'REF-010',
      'HDL-008',
      'PRT-006',
    ],
  ],
  nxdomain: ['SVC-001', 'SVC-003', 'SVC-004', 'REF-', 'CLI-', 'DNS-', 'HDL-', 'EXN-'],
  '5xx': [...NO_ENDPOINT, 'PRT-', 'ING-', 'GWY-', 'MSH-', 'EXP-', 'REF-017', 'EXN-004', 'NPO-'],
  intermittent: [
    ...['POD-016', 'POD-017', 'POD-020', 'POD-021', 'POD-022', 'POD-010', 'POD-011', 'SEL-005', 'PRT-002', 'PRT-006'],
    ...[
      'KPX-',
      'EPS-002',
      'EPS-003',
      'EPS-008',
      'DNS-',
      'CLI-008',
      'TRP-',
      'HDL-008',
      'HDL-009',
      'EXP-005',
      'DUL-003',
      'ING-008',
    ],
  ],
};

/** True when a fault of this rule (or its reason) can look like the symptom; `drops`: calls to a Service without endpoints hang here. */
export function canExplain(symptom: Symptom, rule: string, reason: string | null, drops: boolean): boolean {
  const ids = symptom === 'timeout' && drops ? [...EXPLAINED_BY.timeout, ...NO_ENDPOINT] : EXPLAINED_BY[symptom];
  return ids.some((id) => (id.endsWith('-') ? rule.startsWith(id) : id === rule || id === reason));
}
