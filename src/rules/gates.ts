/**
 * What many rules of a kind have in common: they are about something that this Service does not have. Asked once a Service, so that a
 * run over a whole cluster need not put each of those rules to each Service. A closed gate only spares work: every rule behind it would
 * find nothing (a law test compares both ways).
 */
import type { Fact } from '../facts/fact.ts';
import type { Service } from '../facts/wire.ts';
import { familiesOf, matchedPods, selectsPods } from '../model/endpoints.ts';
import { looksFine } from '../model/entrance.ts';
import { isLive } from '../model/readiness.ts';
import { plannedBy } from '../model/workloads.ts';
import type { FactName, FactValues } from './facts.ts';

/** Reads a fact of the subject. */
export type GateReader = <K extends FactName>(name: K) => Fact<FactValues[K] | null>;

interface GateOf {
  /** Why the rules behind a closed gate do not apply. */
  why: string;
  isClosed(read: GateReader, now: number): boolean;
}

/** The value where it is known whole, else null. */
function whole<T>(fact: Fact<T | null>): T | null {
  return fact.known && fact.complete ? fact.value : null;
}

/** Known to be none, or never asked for. */
function isNone(fact: Fact<readonly unknown[] | null>): boolean {
  return fact.known ? fact.complete && fact.value?.length === 0 : fact.why === 'not-collected';
}

export type Gate = 'alias' | 'exposed' | 'hand-made' | 'ill' | 'ingresses' | 'routes' | 'names' | 'families';

export const GATES: Readonly<Record<Gate, GateOf>> = {
  alias: {
    why: 'the Service is not of type ExternalName',
    isClosed: (read) => {
      const service = whole(read('service'));
      return service !== null && service.spec?.type !== 'ExternalName';
    },
  },
  exposed: {
    why: 'the Service is not open to the outside',
    isClosed: (read) => {
      const spec = whole(read('service'))?.spec;
      return spec !== undefined && isInside(spec);
    },
  },
  'hand-made': {
    why: 'a controller makes the endpoints of the Service, or it needs none',
    isClosed: (read) => {
      const service = whole(read('service'));
      return service !== null && (selectsPods(service) || service.spec?.type === 'ExternalName');
    },
  },
  ill: {
    why: 'every Pod behind the Service is Ready and stays so',
    isClosed: (read, now) => {
      const [service, pods, workloads] = [whole(read('service')), whole(read('pods')), whole(read('workloads'))];
      if (
        service === null ||
        pods === null ||
        workloads === null ||
        !selectsPods(service) ||
        !looksFine(service, pods, now)
      )
        return false;
      const wanted = plannedBy(service.spec?.selector, workloads).reduce((sum, { replicas }) => sum + replicas, 0);
      return matchedPods(service, pods).filter(isLive).length >= wanted;
    },
  },
  ingresses: {
    why: 'there are no Ingresses',
    isClosed: (read) => isNone(read('ingresses')),
  },
  routes: {
    why: 'there are no routes',
    isClosed: (read) => isNone(read('routes')),
  },
  names: {
    why: 'the Service gives no names to single Pods',
    isClosed: (read) => {
      const [service, pods, workloads] = [whole(read('service')), whole(read('pods')), whole(read('workloads'))];
      if (service === null || pods === null || workloads === null) return false;
      const { clusterIP, publishNotReadyAddresses } = service.spec ?? {};
      if (clusterIP === 'None' || publishNotReadyAddresses === true) return false;
      return (
        workloads.every(({ kind }) => kind !== 'StatefulSet') &&
        matchedPods(service, pods).every(({ spec }) => spec?.subdomain === undefined)
      );
    },
  },
  families: {
    why: 'the Service serves IPv4 alone',
    isClosed: (read) => {
      const service = whole(read('service'));
      return service !== null && familiesOf(service).join() === 'IPv4';
    },
  },
};

function isInside({ type, externalIPs, loadBalancerIP, loadBalancerClass }: NonNullable<Service['spec']>): boolean {
  const outside = type === 'NodePort' || type === 'LoadBalancer';
  return !outside && (externalIPs ?? []).length === 0 && (loadBalancerIP ?? loadBalancerClass) === undefined;
}
