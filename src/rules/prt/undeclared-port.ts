/** What PRT-007 makes of a numeric targetPort that no container declares: the port that was meant, and the signs for it. */
import type { Service, ServicePort } from '../../facts/wire.ts';
import { type DeclaredPort, declaredPorts, protocolOf, targetPortOf } from '../../model/ports.ts';
import {
  type Backend,
  hasMeshProxy,
  type PortSign,
  portSigns,
  speaksFor,
  trafficPorts,
} from '../../model/target-port.ts';
import type { Confidence } from '../finding.ts';

/** Written by projection: the indices of ports that had no targetPort when the Service was applied. */
const TARGET_PORT_OMITTED = 'svc-doctor.dev/target-port-omitted';

export interface UndeclaredPort {
  port: ServicePort;
  index: number;
  target: number;
  /** The declared ports that may be meant, one for each number. */
  declared: readonly DeclaredPort[];
  /** Probes and settings that name one of them. */
  signs: readonly PortSign[];
  reason: 'PRT-009' | 'PRT-010' | null;
  confidence: Confidence;
}

function isOmitted(service: Service, port: ServicePort, index: number): boolean {
  const omitted = service.metadata?.annotations?.[TARGET_PORT_OMITTED]?.split(',') ?? [];
  return omitted.includes(String(index)) || port.targetPort === undefined;
}

function byNumber<T extends { number: number }>(all: readonly T[]): readonly T[] {
  return [...new Map(all.map((item) => [item.number, item])).values()].sort((a, b) => a.number - b.number);
}

/** Declared ports for callers that no other port of the Service reaches. */
function unclaimed(service: Service, port: ServicePort, backends: readonly Backend[]): readonly DeclaredPort[] {
  const claimed = new Set(
    (service.spec?.ports ?? [])
      .filter((other) => other !== port && protocolOf(other) === protocolOf(port))
      .map(targetPortOf),
  );
  const all = backends.flatMap(({ like }) => trafficPorts(like, protocolOf(port)));
  return byNumber(all.filter(({ number, name }) => !claimed.has(number) && !(name !== null && claimed.has(name))));
}

/** Nothing can be said: host network, a mesh proxy, a probe or setting for the target, or the number declared with any protocol. */
function isSilent(target: number, protocol: string, backends: readonly Backend[]): boolean {
  return backends.some(
    ({ like }) =>
      like.spec?.hostNetwork === true ||
      hasMeshProxy(like) ||
      speaksFor(like, target, protocol) ||
      declaredPorts(like).some(({ number }) => number === target) ||
      declaredPorts(like).every((declared) => declared.protocol !== protocol),
  );
}

/**
 * The Service ports whose number no backend declares although each declares ports of that protocol. A number is used as it stands,
 * declared or not, so this alone is a mere possibility; likely only with one declared port left and a sign that it serves.
 */
export function undeclaredPorts(service: Service, backends: readonly Backend[]): readonly UndeclaredPort[] {
  return (service.spec?.ports ?? []).flatMap((port, index): UndeclaredPort[] => {
    const target = targetPortOf(port);
    if (typeof target === 'string' || isSilent(target, protocolOf(port), backends)) return [];
    const declared = unclaimed(service, port, backends);
    const numbers = new Set(declared.map(({ number }) => number));
    if (numbers.size === 0) return [];
    const signs = byNumber(backends.flatMap(({ like }) => portSigns(like)).filter(({ number }) => numbers.has(number)));
    const swapped = numbers.has(port.port) && target !== port.port;
    const boosted = (numbers.size === 1 && (signs.length > 0 || target === port.port)) || swapped;
    const omitted = target === port.port && isOmitted(service, port, index);
    return [
      {
        port,
        index,
        target,
        declared: swapped ? declared.filter(({ number }) => number === port.port) : declared,
        signs,
        reason: omitted ? 'PRT-009' : swapped ? 'PRT-010' : null,
        confidence: boosted ? 'likely' : 'possible',
      },
    ];
  });
}
