/** What a judgement may be told. */
import type { Severity } from '../rules/finding.ts';
import type { Suppressor } from './suppress.ts';
import type { Symptom } from './symptom.ts';

export interface JudgeOptions {
  /** Roots at or above this severity make the exit code 1. */
  failOn: Severity | 'never';
  /** Open questions do not make the exit code 3. */
  allowUnknown: boolean;
  symptom: Symptom | null;
  /** Ids of the only rules to run; empty = all. */
  only: readonly string[];
  skip: readonly string[];
  /** Findings below this severity are left out; null = all are shown. */
  severity: Severity | null;
  /** What else, beside annotations, tells findings to be left alone. */
  suppressors?: readonly Suppressor[];
}
