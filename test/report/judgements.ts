import type { DiagnosedFinding, DiagnosedService, Diagnosis, Judgement } from '../../src/engine/diagnosis.ts';

const SCOPE = { service: 'default/backend-service', port: null, pod: null, node: null, policy: null, caller: null };

export function found(
  parts: Partial<DiagnosedFinding> & Pick<DiagnosedFinding, 'id' | 'rule' | 'message'>,
): DiagnosedFinding {
  return {
    name: 'selector-matches-no-pods',
    reason: null,
    cause: null,
    severity: 'critical',
    confidence: 'certain',
    role: 'root',
    why: 'A Service sends traffic to the Pods that carry its selector.',
    scope: SCOPE,
    evidence: [],
    place: null,
    effects: [],
    fix: null,
    notes: [],
    explains: [],
    explainedBy: [],
    dependency: null,
    converging: false,
    fingerprint: `${parts.rule} service=default/backend-service`,
    ...parts,
  };
}

function service(
  parts: Partial<DiagnosedService> & Pick<DiagnosedService, 'name' | 'verdict' | 'headline'>,
): DiagnosedService {
  return {
    namespace: 'default',
    set: null,
    roots: [],
    next: [],
    hints: [],
    state: null,
    afterFix: null,
    path: null,
    symptom: null,
    checks: { passed: 12, failed: 0, unknown: 0, notApplicable: 5 },
    ...parts,
  };
}

function evidence(label: string, text: string): DiagnosedFinding['evidence'][number] {
  return { label, text, object: '', path: '', found: null, expected: null, file: null, line: null, column: null };
}

function judged(parts: Pick<Diagnosis, 'services' | 'findings' | 'exitCode'> & Partial<Diagnosis>): Judgement {
  const count = (verdict: string): number => parts.services.filter((one) => one.verdict === verdict).length;
  return {
    verdicts: [],
    diagnosis: {
      apiVersion: 'svc-doctor.dev/v1',
      kind: 'Diagnosis',
      source: { kind: 'live', context: 'prod', server: 'v1.36.3', collectedAt: '2026-01-31T09:00:00Z' },
      summary: {
        services: parts.services.length,
        healthy: count('healthy'),
        ill: count('ill'),
        converging: count('converging'),
        undetermined: count('undetermined'),
        roots: parts.findings.filter(({ role }) => role === 'root').length,
      },
      unanswered: [],
      limits: [],
      suppressed: [],
      ...parts,
    },
  };
}

const SELECTOR = found({
  id: 'f1',
  rule: 'SEL-001',
  message: 'default/backend-service does not work: its selector matches no Pod',
  evidence: [
    evidence('selector', 'app=backend            0 of 2 Pods in default'),
    evidence('closest', 'Deployment backend     app=backend-api     (2 Pods Ready; "app" has another value)'),
  ],
  effects: ['port 80 has no endpoints', 'clients of 10.96.45.200:80 are refused'],
  fix: {
    summary: 'select what the Pods carry',
    safety: 'safe',
    commands: [
      `kubectl -n default patch service backend-service --type=merge -p '{"spec":{"selector":{"app":"backend-api"}}}'`,
    ],
    steps: [],
    patch: {
      kind: 'service',
      namespace: 'default',
      name: 'backend-service',
      type: 'merge',
      body: { spec: { selector: { app: 'backend-api' } } },
    },
    edits: [],
  },
  notes: [
    {
      label: 'avoid',
      text: 'relabelling the Pod template: Deployment selectors are immutable and must keep matching the template',
    },
  ],
});

const ILL_SELECTOR = service({
  name: 'backend-service',
  verdict: 'ill',
  headline: SELECTOR.message,
  roots: ['f1'],
  afterFix: '80 → 80 on container "backend", 2 of 2 Pods Ready, nothing else found',
});

const CRASH = found({
  id: 'f2',
  rule: 'SVC-001',
  reason: 'SVC-002',
  confidence: 'likely',
  message: 'default/api is down because its Pods depend on a Service that does not exist',
  evidence: [evidence('missing', 'Service default/postgres'), evidence('wanted by', 'env DB_HOST of container "api"')],
  effects: ['clients are refused'],
  explains: ['f3'],
  fix: {
    summary: 'make the Service',
    safety: 'review',
    commands: ['kubectl -n default expose deployment postgres --port=5432'],
    steps: ['wait: Pods recover by themselves within 5 min'],
    patch: null,
    edits: [],
  },
  notes: [
    { label: 'note', text: 'the log says "refused", but this name does not resolve now' },
    {
      label: 'or',
      text: 'an alias: kubectl -n default create service externalname postgres --external-name db.example.com',
    },
    { label: 'also', text: 'nothing runs postgres either' },
  ],
});

/** Whole judgements, each a case that a report must be able to say. */
export const JUDGEMENTS: Readonly<Record<string, Judgement>> = {
  selector: judged({ services: [ILL_SELECTOR], findings: [SELECTOR], exitCode: 1 }),
  several: judged({
    services: [
      service({
        name: 'web',
        verdict: 'healthy',
        headline: "default/web works as far as the cluster's objects tell: 80 → 8080, 2 of 2 endpoints ready",
      }),
      ILL_SELECTOR,
      service({
        name: 'api',
        verdict: 'ill',
        headline: CRASH.message,
        roots: ['f2', 'f1'],
        next: ['f6'],
        hints: ['f5'],
      }),
      service({
        name: 'new',
        verdict: 'converging',
        headline: 'default/new is changing right now: ask again in half a minute',
      }),
    ],
    findings: [
      SELECTOR,
      CRASH,
      found({
        id: 'f3',
        rule: 'POD-009',
        role: 'consequence',
        message: 'api-1 is in CrashLoopBackOff',
        explains: ['f4'],
        explainedBy: ['f2'],
      }),
      found({
        id: 'f4',
        rule: 'POD-008',
        role: 'consequence',
        message: 'api-1 is in CrashLoopBackOff',
        explainedBy: ['f3'],
      }),
      found({
        id: 'f5',
        rule: 'POD-022',
        role: 'hint',
        severity: 'low',
        message: 'container "api" has no readinessProbe',
      }),
      found({ id: 'f6', rule: 'PRT-007', role: 'next', message: 'default/api sends traffic to a port nobody serves' }),
    ],
    limits: [{ id: 'MET-007', text: 'healthy is as far as lists tell: name a Service to have its logs read' }],
    exitCode: 1,
  }),
  undetermined: judged({
    services: [
      service({
        name: 'web',
        verdict: 'undetermined',
        headline: 'nothing wrong was found with default/web, but not every question could be answered',
        checks: { passed: 3, failed: 0, unknown: 2, notApplicable: 0 },
      }),
    ],
    findings: [],
    unanswered: ['SEL-001', 'POD-004'].map((rule) => ({
      rule,
      limit: 'MET-001',
      question: rule === 'SEL-001' ? 'the selector matches no Pod' : 'Pods cannot be scheduled',
      fact: 'pods of default',
      why: 'denied',
      permission: { verb: 'list', group: '', resource: 'pods', namespace: 'default' },
      detail: 'pods is forbidden',
      service: 'default/web',
    })),
    exitCode: 3,
  }),
};
