/** A Service's ports against one that it does not list. */
import type { Service } from '../../facts/wire.ts';
import { targetPortOf } from '../../model/ports.ts';
import { type Evidence, type Finding, finding } from '../finding.ts';

export interface Meant {
  cause: 'target-port' | 'node-port' | 'unlisted';
  /** The port to call instead; null where there are several. */
  port: number | null;
  words: string;
}

/** What the port is that the Service does not list. */
export function meantBy(port: number, { spec }: Service): Meant {
  const ports = spec?.ports ?? [];
  const behind = ports.filter((one) => targetPortOf(one) === port);
  if (behind[0] !== undefined)
    return {
      cause: 'target-port',
      port: behind[0].port,
      words: `${port} is the targetPort, behind port ${behind[0].port}`,
    };
  const node = ports.find(({ nodePort }) => nodePort === port);
  if (node !== undefined)
    return {
      cause: 'node-port',
      port: node.port,
      words: `${port} is the nodePort of port ${node.port}, which only nodes have`,
    };
  const [only] = ports;
  return { cause: 'unlisted', port: ports.length === 1 && only !== undefined ? only.port : null, words: '' };
}

/** The ports that the Service does list. */
export function portsRow(service: Service, called: number, { words }: Meant): Evidence {
  const name = `${service.metadata?.namespace}/${service.metadata?.name}`;
  const ports = (service.spec?.ports ?? []).map(({ port }) => String(port)).join(', ');
  return {
    label: 'Service',
    text: `${name} listens on ${ports}${words === '' ? '' : `; ${words}`}`,
    object: `Service ${name}`,
    path: 'spec.ports',
    found: ports,
    expected: String(called),
  };
}

/** The finding about a port that the user calls; none where the Service lists it, or where no cluster IP stands before the Pods. */
export function unlistedPort(service: Service, port: number): Finding[] {
  const { type, clusterIP, ports = [] } = service.spec ?? {};
  if (type === 'ExternalName' || clusterIP === 'None' || ports.some((one) => one.port === port)) return [];
  const name = `${service.metadata?.namespace}/${service.metadata?.name}`;
  const meant = meantBy(port, service);
  const instead =
    meant.port === null ? `one of the ports ${ports.map((one) => one.port).join(', ')}` : `port ${meant.port}`;
  return [
    finding({
      severity: 'critical',
      cause: meant.cause,
      message: `${name} has no port ${port}${meant.words === '' ? '' : `: ${meant.words}`}`,
      evidence: [portsRow(service, port, meant)],
      effects: [`calls to port ${port} hang or are refused, whatever the Pods do`],
      fix: {
        summary: `call ${instead}`,
        safety: 'review',
        commands: [],
        steps: [`call ${service.metadata?.name}.${service.metadata?.namespace} on ${instead}`],
        patch: null,
      },
      notes: [{ label: 'or', text: `list port ${port} in spec.ports of Service ${name}` }],
    }),
  ];
}
