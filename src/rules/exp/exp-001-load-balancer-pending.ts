import type { Event, Pod, Service } from '../../facts/wire.ts';
import { eventsOf } from '../../model/events.ts';
import { isLocalCluster, providerOf } from '../../model/provider.ts';
import { isLive, isReady } from '../../model/readiness.ts';
import { type Evidence, type Fix, finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass, unread } from '../rule.ts';
import { isYounger, nameOf, serviceRow, stepsFix } from '../service-text.ts';

const FAILED = /LoadBalancer|Alloc|FailedBuildModel|FailedDeployModel|FailedReconcile|FailedAddFinalizer/;

/** What the controller says against the Service, unless it has succeeded since. */
function refusal(service: Service, events: readonly Event[]): Event | null {
  const [newest] = eventsOf('Service', service, events).filter(({ reason }) => FAILED.test(reason ?? ''));
  return newest?.type === 'Warning' ? newest : null;
}

function eventRow(service: Service, event: Event): Evidence {
  return {
    label: 'event',
    text: `${event.reason}: ${event.message}`,
    object: `Service ${nameOf(service)}`,
    path: 'events',
    found: event.reason ?? null,
    expected: 'EnsuredLoadBalancer',
  };
}

/** k3s runs a Pod on each node for each load balancer; it stays Pending where another one has the port. */
function waitingK3s(service: Service, pods: readonly Pod[]): Pod | null {
  const own = pods.filter(
    ({ metadata }) =>
      metadata?.labels?.['svccontroller.k3s.cattle.io/svcname'] === service.metadata?.name &&
      metadata?.labels?.['svccontroller.k3s.cattle.io/svcnamespace'] === service.metadata?.namespace,
  );
  const waiting = own.filter((pod) => isLive(pod) && !isReady(pod));
  return waiting.length === own.length ? (waiting[0] ?? null) : null;
}

function nobodyFix(local: boolean): Fix {
  return stepsFix(
    'give the cluster a load balancer, or use another entrance',
    local
      ? 'run `minikube tunnel` or cloud-provider-kind, or use kubectl port-forward'
      : 'install a controller for load balancers (the cloud provider, MetalLB, kube-vip), or use type NodePort or an Ingress',
  );
}

export const exp001 = defineRule({
  id: 'EXP-001',
  name: 'load-balancer-pending',
  stage: 'entrance',
  severity: 'high',
  title: 'the load balancer has no address',
  healthy: 'the load balancer has an address',
  roles: ['target'],
  gate: 'exposed',
  needs: ['service'],
  uses: ['events', 'nodes', 'systemPods'],
  explains: [],
  reasons: {
    'EXP-002': { name: 'load-balancer-sync-failed', title: 'the controller could not make the load balancer' },
    'EXP-003': { name: 'load-balancer-class-unhandled', title: 'no controller takes the loadBalancerClass' },
    'EXP-004': {
      name: 'load-balancer-mixed-protocols',
      title: 'the load balancer does not take TCP and UDP together',
    },
  },
  docs: {
    why: 'A controller outside of Kubernetes itself makes load balancers. Where there is none, or it fails, the Service has no address for clients outside; inside the cluster it works all the same.',
    confirm: ['kubectl describe service NAME', 'kubectl get events --field-selector involvedObject.kind=Service'],
    fix: 'Do what the event says; without a controller install one, or use NodePort or an Ingress.',
    references: ['kubernetes.io: Service, type LoadBalancer', 'API reference: ServiceStatus.conditions'],
  },
  check({ service, nodes, systemPods, events, now }) {
    const { spec, status, metadata } = service;
    if (spec?.type !== 'LoadBalancer') return notApplicable('the Service is not of type LoadBalancer');
    const name = nameOf(service);
    const effects = [`clients outside of the cluster cannot call ${name}; inside it works`];
    const mixed = status?.conditions?.find(
      ({ type, status: is }) => type === 'LoadBalancerPortsError' && is === 'True',
    );
    if (mixed !== undefined) {
      const mixes = mixed.reason === 'LoadBalancerMixedProtocolNotSupported';
      return fail(
        finding({
          reason: mixes ? 'EXP-004' : 'EXP-002',
          severity: 'high',
          message: `the load balancer of ${name} was refused: ${mixes ? 'it cannot take TCP and UDP together' : mixed.reason}`,
          evidence: [
            serviceRow(service, `${mixed.reason}: ${mixed.message}`, 'status.conditions[type=LoadBalancerPortsError]'),
          ],
          effects,
          fix: stepsFix('use one protocol', 'make one Service of type LoadBalancer for each protocol'),
        }),
      );
    }
    if ((status?.loadBalancer?.ingress ?? []).length > 0) return pass;
    if (isYounger(metadata?.creationTimestamp, now, 120_000)) return notApplicable('the Service is too young to judge');
    if (!events.known && events.why === 'denied') return unread(events);
    const said = events.known ? refusal(service, events.value) : null;
    const parked =
      said === null && systemPods.known && systemPods.complete ? waitingK3s(service, systemPods.value) : null;
    const around = nodes.known ? nodes.value : [];
    const waits = serviceRow(service, 'no address', 'status.loadBalancer.ingress', null, 'an address');
    if (said !== null || parked !== null) {
      return fail(
        finding({
          reason: 'EXP-002',
          severity: 'high',
          confidence: said === null ? 'likely' : 'certain',
          message:
            said === null
              ? `${name} has no address outside: the Pods of its load balancer are not Ready, perhaps for a port that is taken`
              : `${name} has no address outside: its load balancer could not be made`,
          evidence: [waits, ...(said === null ? [] : [eventRow(service, said)])],
          effects,
          fix: stepsFix('do what the controller says', said?.message ?? `see why Pod ${parked?.metadata?.name} waits`),
        }),
      );
    }
    const { loadBalancerClass } = spec;
    return fail(
      finding({
        reason: loadBalancerClass === undefined ? null : 'EXP-003',
        severity: loadBalancerClass === undefined ? 'low' : 'high',
        confidence: loadBalancerClass === undefined ? 'certain' : 'possible',
        message:
          loadBalancerClass === undefined
            ? `${name} has no address outside: nobody has made its load balancer`
            : `${name} has no address outside: nobody has answered for its loadBalancerClass ${loadBalancerClass}`,
        evidence: [waits, serviceRow(service, `nodes of ${providerOf(around) ?? 'no known provider'}`, 'spec.type')],
        effects,
        fix:
          loadBalancerClass === undefined
            ? nobodyFix(isLocalCluster(around))
            : stepsFix(
                'let a controller take it',
                `install the controller of ${loadBalancerClass}, or make the Service anew without the class: it cannot be changed`,
              ),
      }),
    );
  },
});
