import type { Fact } from '../../facts/fact.ts';
import { lookup } from '../../facts/grouped.ts';
import type { Event, Service, ServiceCIDR } from '../../facts/wire.ts';
import { eventsOf } from '../../model/events.ts';
import { clusterIps, isWithin } from '../../model/ip-range.ts';
import { protocolOf } from '../../model/ports.ts';
import { type Evidence, type Finding, type Fix, finding } from '../finding.ts';
import { defineRule, failIfAny, notApplicable } from '../rule.ts';
import { few } from '../service-text.ts';

const REASON = /^ClusterIP(?:OutOfRange|NotAllocated|AlreadyAllocated|NotValid)$/;

const RECREATE: Fix = {
  summary: 'create the Service again, so that it gets an address of its own',
  safety: 'review',
  commands: [],
  steps: [
    'delete the Service and apply its manifest without clusterIP; clients that use the name follow within the DNS cache time',
  ],
  patch: null,
};

function nameOf({ metadata }: Service): string {
  return `${metadata?.namespace}/${metadata?.name}`;
}

const withAddress = lookup(
  ({ spec }: Service) => clusterIps(spec),
  ({ spec }, ip) =>
    spec?.clusterIP === ip || ((spec?.clusterIPs?.length ?? 0) > 1 && spec?.clusterIPs?.includes(ip) === true),
);

/** Other Services with one of these addresses. */
function twins(
  service: Service,
  own: readonly string[],
  lists: readonly Fact<readonly Service[]>[],
): readonly Service[] {
  const shared = lists
    .flatMap((list) => (list.known ? own.flatMap((ip) => withAddress(list.value, ip)) : []))
    .filter((other) => other !== service && nameOf(other) !== nameOf(service));
  if (shared.length === 0) return shared;
  return [...new Map(shared.map((other) => [nameOf(other), other])).values()].sort((a, b) =>
    nameOf(a) < nameOf(b) ? -1 : 1,
  );
}

function sharesPort(a: Service, b: Service): boolean {
  return (a.spec?.ports ?? []).some((port) =>
    b.spec?.ports?.some((other) => other.port === port.port && protocolOf(other) === protocolOf(port)),
  );
}

function eventEvidence(service: Service, events: Fact<readonly Event[]>): readonly Evidence[] {
  if (!events.known) return [];
  const [newest] = eventsOf('Service', service, events.value).filter(({ reason }) => REASON.test(reason ?? ''));
  if (newest === undefined) return [];
  return [
    {
      label: 'event',
      text: `${newest.reason}: ${newest.message ?? ''}`,
      object: `Service ${nameOf(service)}`,
      path: `events[${newest.reason}]`,
      found: newest.reason ?? null,
      expected: null,
    },
  ];
}

/** More twins of one address prove nothing more. */
const SHOWN = 3;

function twinFinding(service: Service, others: readonly Service[], more: readonly Evidence[]): Finding {
  const clash = others.some((other) => sharesPort(service, other));
  const names = few(others.map(nameOf));
  return finding({
    severity: clash ? 'critical' : 'medium',
    message: `${nameOf(service)} has the same cluster IP as ${names}${clash ? ', so its calls may reach that one' : ''}`,
    evidence: [
      ...others.slice(0, SHOWN).map((other) => ({
        label: 'twin',
        text: `${nameOf(other)} has ${clusterIps(other.spec).join(', ')} too`,
        object: `Service ${nameOf(other)}`,
        path: 'spec.clusterIP',
        found: clusterIps(other.spec).join(', '),
        expected: 'an address of its own',
      })),
      ...more,
    ],
    effects: clash ? ['which of them answers differs from node to node'] : [],
    fix: RECREATE,
  });
}

/** The addresses that lie in no range, where the ranges are known. */
function outside(service: Service, ranges: Fact<readonly ServiceCIDR[]>): readonly string[] {
  if (!ranges.known || !ranges.complete || ranges.value.length === 0) return [];
  const all = ranges.value.flatMap(({ spec }) => spec?.cidrs ?? []);
  return clusterIps(service.spec).filter((ip) => !isWithin(ip, all));
}

export const svc007 = defineRule({
  id: 'SVC-007',
  name: 'cluster-ip-allocation-problem',
  stage: 'existence',
  severity: 'critical',
  title: "the Service's cluster IP is not its own",
  healthy: "the Service's cluster IP is its own",
  roles: ['target', 'dependency'],
  needs: ['service'],
  uses: ['services', 'systemServices', 'servicesEverywhere', 'serviceCidrs', 'events'],
  explains: [],
  docs: {
    why: 'The API server hands out each cluster IP once, from the ranges of the ServiceCIDRs. After a restored backup or a changed range two Services may hold one address, or a Service one that lies in no range, and that may be given to another any time. A controller says so in events.',
    confirm: ['kubectl get services -A -o wide --sort-by=.spec.clusterIP', 'kubectl get servicecidrs'],
    fix: 'Create the Service again without a fixed cluster IP.',
    references: ['KEP-1880: Multiple Service CIDRs', 'kubernetes.io: Service ClusterIP allocation'],
  },
  check(facts) {
    const { service, servicesEverywhere, serviceCidrs, events } = facts;
    const own = clusterIps(service.spec);
    if (own.length === 0) return notApplicable('it has no cluster IP');
    const words = eventEvidence(service, events);
    const isAll = servicesEverywhere.known && servicesEverywhere.complete;
    const lists = isAll ? [servicesEverywhere] : [facts.services, facts.systemServices, servicesEverywhere];
    const others = twins(service, own, lists);
    if (others.length > 0) return failIfAny([twinFinding(service, others, words)]);
    const away = outside(service, serviceCidrs);
    if (words.length === 0 && away.length === 0) return failIfAny([]);
    return failIfAny([
      finding({
        severity: 'medium',
        confidence: 'possible',
        message: `the cluster IP of ${nameOf(service)} is not one that the API server would give it`,
        evidence: [
          ...words,
          ...away.map((ip) => ({
            label: 'Service',
            text: `${ip} lies in none of the ranges of the ServiceCIDRs`,
            object: `Service ${nameOf(service)}`,
            path: 'spec.clusterIP',
            found: ip,
            expected: serviceCidrs.known
              ? serviceCidrs.value.flatMap(({ spec }) => spec?.cidrs ?? []).join(', ')
              : null,
          })),
        ],
        effects: ['it works as long as nodes translate it and no other Service gets it'],
        fix: RECREATE,
      }),
    ]);
  },
});
