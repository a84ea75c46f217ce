/** What a run concludes: the published `-o json` contract (`svc-doctor.dev/v1`), before rendering. Names may be added within v1. */
import type { Permission, Why } from '../facts/fact.ts';
import type { FileEdit, Place, Problem } from '../facts/place.ts';
import type { SourceKind } from '../facts/snapshot.ts';
import type { Confidence, Fix, Note, Scope, Severity } from '../rules/finding.ts';
import type { Symptom } from './symptom.ts';

export type FindingRole = 'root' | 'consequence' | 'next' | 'hint' | 'suppressed';
export type ServiceVerdict = 'healthy' | 'ill' | 'converging' | 'undetermined';

export interface DiagnosedEvidence {
  label: string;
  text: string;
  object: string;
  path: string;
  found: string | null;
  expected: string | null;
  file: string | null;
  line: number | null;
  column: number | null;
}

export interface DiagnosedFix extends Fix {
  /** The patch as changes to the files it was judged from; empty where they are not known or may not be written. */
  edits: readonly FileEdit[];
}

export interface DiagnosedFinding {
  /** `f1`, `f2`, …: order of printing. */
  id: string;
  rule: string;
  name: string;
  reason: string | null;
  /** Which of the causes that the rule tells apart; null where it tells none apart. */
  cause: string | null;
  severity: Severity;
  confidence: Confidence;
  role: FindingRole;
  message: string;
  why: string;
  scope: Scope;
  evidence: readonly DiagnosedEvidence[];
  /** Where the fault is written: the first piece of evidence that stands in a file, else the Service itself; null where no file was read. */
  place: Place | null;
  effects: readonly string[];
  fix: DiagnosedFix | null;
  notes: readonly Note[];
  explains: readonly string[];
  explainedBy: readonly string[];
  /** `namespace/name` of the Service on which this fault depends; null where it depends on none. */
  dependency: string | null;
  converging: boolean;
  /** By what the finding is known again in another run. */
  fingerprint: string;
}

/** A step of a call: the name that is looked up, the cluster's DNS, the Service with its endpoints, the node's dataplane, policies, the Pods. */
export interface PathStep {
  step: 'name' | 'DNS' | 'Service' | 'node' | 'policy' | 'Pods';
  state: 'fine' | 'broken' | 'unknown';
  /** Ids of the roots that break it. */
  roots: readonly string[];
}

export interface DiagnosedService {
  namespace: string;
  name: string;
  /** Which of several sets of manifests it is of: the folder, chart or kustomization; null where there is only one, or a cluster. */
  set: string | null;
  verdict: ServiceVerdict;
  /** The first line of the human output, without the mark. */
  headline: string;
  roots: readonly string[];
  next: readonly string[];
  hints: readonly string[];
  /** What is true of a Service without own fault: `port 80 → 8080, 2 of 2 endpoints ready`; null where it cannot be said. */
  state: string | null;
  /** What the world looks like after the first root's fix: `80 → 80 on container "backend", 2 of 2 Pods Ready, nothing else found`; null when it was not judged. */
  afterFix: string | null;
  /** The way from the named caller, step by step; null where no caller was named. */
  path: { caller: string; steps: readonly PathStep[] } | null;
  /** The symptom that was named, and whether anything found for this Service can look like it; null where none was named. */
  symptom: { seen: Symptom; explained: boolean } | null;
  /** How many rules came out how, for this Service and all its subjects. */
  checks: { passed: number; failed: number; unknown: number; notApplicable: number };
}

/** One of the doctor's own limits, met in this run. */
export interface Limit {
  id: 'MET-001' | 'MET-002' | 'MET-003' | 'MET-004' | 'MET-005' | 'MET-006' | 'MET-007' | 'MET-008';
  text: string;
}

export interface Unanswered {
  rule: string;
  /** Which kind of limit keeps it open. */
  limit: 'MET-001' | 'MET-002' | 'MET-006';
  /** The question in words: the rule's title. */
  question: string;
  fact: string;
  why: Why;
  permission: Permission | null;
  detail: string | null;
  service: string | null;
}

export interface RuleVerdict {
  rule: string;
  subject: string;
  verdict: 'pass' | 'fail' | 'unknown' | 'not-applicable' | 'crashed';
  /** Why not applicable, what is missing, or how it crashed. */
  why: string | null;
}

export interface SuppressedFinding {
  finding: string;
  reason: string;
  by: 'annotation' | 'file' | 'baseline';
}

export interface Diagnosis {
  apiVersion: 'svc-doctor.dev/v1';
  kind: 'Diagnosis';
  source: { kind: SourceKind; context: string | null; server: string | null; collectedAt: string };
  summary: { services: number; healthy: number; ill: number; converging: number; undetermined: number; roots: number };
  services: readonly DiagnosedService[];
  findings: readonly DiagnosedFinding[];
  unanswered: readonly Unanswered[];
  /** What was not looked at, and why. */
  limits: readonly Limit[];
  /** Findings that somebody said to leave alone, and why. They are no roots and make no exit code. */
  suppressed: readonly SuppressedFinding[];
  /** Files that could not be read; only where manifests are judged, and then the exit code is 2. */
  problems?: readonly Problem[];
  exitCode: 0 | 1 | 2 | 3;
}

/** A diagnosis with what `-v` prints beside it; the verdicts are not part of the published JSON. */
export interface Judgement {
  diagnosis: Diagnosis;
  verdicts: readonly RuleVerdict[];
}
