/** Names only, for loops: `kubectl svc-doctor -o name | xargs kubectl describe`. */
import type { Judgement } from '../engine/diagnosis.ts';

/** `service/web` for each ill Service, as `kubectl get -o name` would print it. */
export function name(judgement: Judgement): string {
  return judgement.diagnosis.services
    .filter((service) => service.verdict === 'ill')
    .map((service) => `service/${service.name}\n`)
    .join('');
}
