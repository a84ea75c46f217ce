/** The published contract, `svc-doctor.dev/v1`, as it stands. */
import type { Judgement } from '../engine/diagnosis.ts';

/** The diagnosis as indented JSON with its last newline. */
export function json(judgement: Judgement): string {
  return `${JSON.stringify(judgement.diagnosis, null, 2)}\n`;
}
