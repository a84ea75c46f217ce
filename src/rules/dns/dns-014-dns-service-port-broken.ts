import type { Service, ServicePort } from '../../facts/wire.ts';
import { portsOf } from '../../model/corefile.ts';
import type { Corefile } from '../../model/corefile-parse.ts';
import { type JsonPatchOperation, type Patch, patchCommand } from '../../model/patch.ts';
import { protocolOf, targetPortOf } from '../../model/ports.ts';
import { type Finding, type Fix, finding } from '../finding.ts';
import { defineRule, failIfAny, notApplicable } from '../rule.ts';

function nameOf({ metadata }: Service): string {
  return `${metadata?.namespace}/${metadata?.name}`;
}

function patchOf({ metadata }: Service, body: readonly JsonPatchOperation[]): Fix {
  const { namespace = '', name = '' } = metadata ?? {};
  const patch: Patch = { kind: 'service', namespace, name, type: 'json', body };
  return { summary: 'restore the port', safety: 'safe', commands: [patchCommand(patch)], steps: [], patch };
}

function lacking(service: Service, ports: readonly ServicePort[], protocol: 'UDP' | 'TCP'): Finding[] {
  if (ports.some((port) => port.port === 53 && protocolOf(port) === protocol)) return [];
  const other = ports.find((port) => port.port === 53);
  const target = other === undefined ? 53 : targetPortOf(other);
  const name = protocol === 'UDP' ? 'dns' : 'dns-tcp';
  const free = ports.some((port) => port.name === name) ? `${name}-${protocol.toLowerCase()}` : name;
  const value = { name: free, port: 53, protocol, targetPort: typeof target === 'number' ? target : 53 };
  return [
    finding({
      severity: protocol === 'UDP' ? 'critical' : 'medium',
      cause: protocol === 'UDP' ? 'no-udp' : 'no-tcp',
      message:
        protocol === 'UDP'
          ? `no Service name resolves in this cluster: ${nameOf(service)} has no port 53 of UDP`
          : `long DNS answers fail: ${nameOf(service)} has no port 53 of TCP`,
      evidence: [
        {
          label: 'Service',
          text: `${nameOf(service)}: ports ${ports.map((port) => `${port.port}/${protocolOf(port)}`).join(', ') || 'none'}`,
          object: `Service ${nameOf(service)}`,
          path: 'spec.ports',
          found: ports.map((port) => `${port.port}/${protocolOf(port)}`).join(', '),
          expected: `53/${protocol}`,
        },
      ],
      effects: [
        protocol === 'UDP'
          ? 'every lookup from every Pod fails: "could not resolve host"'
          : 'answers that do not fit into one packet are cut, as of large headless Services',
      ],
      fix: {
        ...patchOf(service, [{ op: 'add', path: '/spec/ports/-', value }]),
        safety: typeof target === 'number' ? 'safe' : 'review',
      },
    }),
  ];
}

function misled(service: Service, ports: readonly ServicePort[], corefile: Corefile): Finding[] {
  const served = portsOf(corefile);
  const [only] = served;
  if (only === undefined || corefile.unresolved.length > 0 || corefile.error !== null) return [];
  const wrong = ports.flatMap((port, index) => {
    const target = targetPortOf(port);
    const misses = port.port === 53 && typeof target === 'number' && !served.includes(target);
    return misses ? [{ index, target: String(target), protocol: protocolOf(port) }] : [];
  });
  if (wrong.length === 0) return [];
  const udp = wrong.some(({ protocol }) => protocol === 'UDP');
  const targets = [...new Set(wrong.map(({ target }) => target))].join(', ');
  return [
    finding({
      severity: udp ? 'critical' : 'medium',
      confidence: 'likely',
      cause: 'target-port',
      message: `${nameOf(service)} sends lookups to port ${targets}, and CoreDNS listens on ${served.join(', ')}`,
      evidence: wrong.map(({ index, target, protocol }) => ({
        label: 'Service',
        text: `${nameOf(service)}: 53/${protocol} → ${target}`,
        object: `Service ${nameOf(service)}`,
        path: `spec.ports[${index}].targetPort`,
        found: target,
        expected: String(only),
      })),
      effects: [udp ? 'every lookup from every Pod fails' : 'answers that do not fit into one packet are cut'],
      fix: patchOf(
        service,
        wrong.map(({ index }) => ({ op: 'replace', path: `/spec/ports/${index}/targetPort`, value: only })),
      ),
    }),
  ];
}

/** DNS needs port 53 of UDP, and of TCP for answers that were cut (RFC 7766); both must lead to the port of the server block. */
export const dns014 = defineRule({
  id: 'DNS-014',
  name: 'dns-service-port-broken',
  stage: 'dns',
  severity: 'critical',
  title: 'the DNS Service does not lead port 53 to CoreDNS',
  healthy: 'the DNS Service leads port 53 of UDP and TCP to CoreDNS',
  roles: ['dns'],
  needs: ['service'],
  uses: ['corefile'],
  explains: ['DNS-016', 'DNS-019'],
  causes: {
    'no-udp': 'the DNS Service has no port 53 of UDP',
    'no-tcp': 'the DNS Service has no port 53 of TCP',
    'target-port': 'the targetPort is none on which CoreDNS listens',
  },
  docs: {
    why: 'Resolvers ask port 53 over UDP, and ask again over TCP when an answer was cut. The Service must have both, with a targetPort on which a server block of the Corefile listens (53, or 5353 on OpenShift).',
    confirm: ['kubectl -n kube-system get service kube-dns -o yaml'],
    fix: 'Restore the ports of the DNS Service.',
    references: ['kubernetes.io: Debugging DNS Resolution', 'RFC 7766: DNS Transport over TCP'],
  },
  check({ service, corefile }) {
    const ports = service.spec?.ports ?? [];
    if (ports.length === 0) return notApplicable('the DNS Service has no ports: it is headless or an alias');
    return failIfAny([
      ...lacking(service, ports, 'UDP'),
      ...lacking(service, ports, 'TCP'),
      ...(corefile.known && corefile.value !== null ? misled(service, ports, corefile.value) : []),
    ]);
  },
});
