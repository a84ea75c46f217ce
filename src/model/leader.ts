/** Systems in which only the leader is Ready, by design: the others stand by. */
import type { Census } from './pod-cause.ts';
import { ownerOf } from './workloads.ts';

const LEADERS = /patroni|spilo|vault|rabbitmq|openbao|stolon|etcd/i;

/** True when one Pod of a StatefulSet of such a system is Ready and the others fail their readiness probes. */
export function onlyLeaderServes(census: Census): boolean {
  const others = census.causes.filter((cause) => cause.class !== 'ready');
  return (
    census.ready === 1 &&
    others.every(({ class: name, pod, state }) => {
      const marks = Object.keys(pod.metadata?.annotations ?? {}).join(' ');
      const known = LEADERS.test(`${state?.container.image ?? ''} ${marks}`);
      return name === 'readiness' && ownerOf(pod).kind === 'StatefulSet' && known;
    })
  );
}
