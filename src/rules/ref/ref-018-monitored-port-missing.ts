import type { Fact } from '../../facts/fact.ts';
import type { Service } from '../../facts/wire.ts';
import type { ServiceMonitor } from '../../facts/wire-entrance.ts';
import { selects } from '../../model/label-selector.ts';
import { nearNames } from '../../model/near-names.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny, unread } from '../rule.ts';
import { few, nameOf, stepsFix } from '../service-text.ts';
import { mayExist } from '../unseen.ts';

/** A monitor looks into its own namespace, where it does not name others. */
function isMonitored({ metadata }: Service, { spec, metadata: own }: ServiceMonitor): boolean {
  const { any, matchNames = [] } = spec?.namespaceSelector ?? {};
  const where = metadata?.namespace ?? '';
  const isThere = any === true || (matchNames.length === 0 ? where === own?.namespace : matchNames.includes(where));
  return isThere && selects(spec?.selector, metadata?.labels);
}

/** True where Services of other namespaces than its own may be meant. */
function reachesOut({ spec, metadata }: ServiceMonitor): boolean {
  const { any, matchNames } = spec?.namespaceSelector ?? {};
  return any === true || matchNames?.some((name) => name !== metadata?.namespace) === true;
}

/** All Services that the monitor selects; null where those of other namespaces are not known. */
function selectedBy(
  monitor: ServiceMonitor,
  own: readonly Service[],
  everywhere: Fact<readonly Service[]> | null,
): readonly Service[] | null {
  if (!reachesOut(monitor)) return own.filter((service) => isMonitored(service, monitor));
  if (everywhere === null || !everywhere.known || !everywhere.complete) return null;
  return everywhere.value.filter((service) => isMonitored(service, monitor));
}

function portNames({ spec }: Service): readonly string[] {
  return (spec?.ports ?? []).flatMap(({ name }) => name ?? []);
}

/** Where the endpoint names a port that none of the Services has which its monitor selects. */
function lostIn(monitor: ServiceMonitor, services: readonly Service[]): readonly { port: string; index: number }[] {
  const there = new Set(services.flatMap(portNames));
  return (monitor.spec?.endpoints ?? []).flatMap(({ port }, index) =>
    port === undefined || port === '' || there.has(port) ? [] : [{ port, index }],
  );
}

/** A monitor names Service ports by name. One that selects several Services is content where any of them has the port. */
export const ref018 = defineRule({
  id: 'REF-018',
  name: 'monitored-port-missing',
  stage: 'references',
  severity: 'medium',
  title: 'a ServiceMonitor names a port that the Service does not have',
  healthy: 'every port that a ServiceMonitor names is there',
  roles: ['target'],
  offline: true,
  needs: ['service', 'services'],
  uses: ['serviceMonitors', 'servicesEverywhere', 'unseen'],
  explains: [],
  docs: {
    why: 'The Prometheus operator finds what to scrape by the name of a Service port. Where the port is renamed, or never had that name, nothing is scraped and nothing complains: alerts that rest on it fall silent. No cluster refuses it. In a cluster it is looked at where all Services of a namespace, or of the cluster, are asked about.',
    confirm: [
      'kubectl -n NAMESPACE get servicemonitors',
      'kubectl -n NAMESPACE get service NAME -o jsonpath={.spec.ports[*].name}',
    ],
    fix: "Write the name of the Service's port into the ServiceMonitor.",
    references: ['Prometheus operator: API reference, Endpoint', 'kubernetes.io: Service, multi-port Services'],
  },
  check({ service, services, serviceMonitors, servicesEverywhere, unseen }) {
    if (!serviceMonitors.known) return unread(serviceMonitors);
    const own = serviceMonitors.value.filter((monitor) => isMonitored(service, monitor));
    return failIfAny(
      own.flatMap((monitor) => {
        const selected = selectedBy(monitor, services, mayExist(unseen) ? null : servicesEverywhere);
        if (selected === null) return [];
        const name = `${monitor.metadata?.namespace}/${monitor.metadata?.name}`;
        return lostIn(monitor, selected).map(({ port, index }): Finding => {
          const names = [...new Set(selected.flatMap(portNames))].sort();
          const near = nearNames(port, names)[0] ?? (names.length === 1 ? names[0] : undefined);
          const which = near ?? `one of ${few(names)}`;
          const named = {
            label: 'monitor',
            text: `${name} names port ${port}`,
            object: `ServiceMonitor ${name}`,
            path: `spec.endpoints[${index}].port`,
            found: port,
            expected: near ?? null,
          };
          return finding({
            severity: 'medium',
            message: `ServiceMonitor ${name} scrapes port "${port}" of ${nameOf(service)}, which has no port of that name`,
            shared: {
              key: `${name}/${port}`,
              subject: `ServiceMonitor ${name} scrapes port "${port}", which none of its Services has`,
              evidence: [named],
            },
            evidence: [
              named,
              {
                label: 'Service',
                text: `${nameOf(service)} has ${names.length === 0 ? 'no named port' : few(names)}`,
                object: `Service ${nameOf(service)}`,
                path: 'spec.ports',
                found: names.join(', '),
                expected: port,
              },
            ],
            effects: ['nothing is scraped there, and nothing says so'],
            fix:
              names.length === 0
                ? stepsFix('name the port of the Service', `name the port of ${nameOf(service)} ${port}`)
                : stepsFix(
                    `scrape ${which}`,
                    `write ${which} in spec.endpoints[${index}].port of ServiceMonitor ${name}`,
                  ),
          });
        });
      }),
    );
  },
});
