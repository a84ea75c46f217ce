/** The patch that gives a serving container a readinessProbe on the port that the Service reaches. */
import type { Container, Pod, ServicePort } from '../../facts/wire.ts';
import { type Patch, patchCommand } from '../../model/patch.ts';
import { resolvePort } from '../../model/ports.ts';
import { ownerOf } from '../../model/workloads.ts';
import type { Finding } from '../finding.ts';
import { KINDS } from './readiness-failure.ts';

/** Ports that usually speak something else than HTTP. */
const OTHER = new Set([22, 25, 53, 389, 1433, 2379, 3306, 5432, 5672, 6379, 9042, 9092, 11211, 27017, 26257, 50051]);

function speaksHttp(port: ServicePort, number: number): boolean {
  const hint = `${port.appProtocol ?? ''} ${port.name ?? ''}`;
  if (/http|web/i.test(hint)) return true;
  return !OTHER.has(number) && !/tcp|grpc|sql|redis|mongo|amqp|kafka|ldap|smtp|postgres|memcache/i.test(hint);
}

/** Null for UDP and SCTP ports, unresolved ports, and Pods whose owner has no template that kubectl patches. */
export function readinessProbeFix(pod: Pod, container: Container, port: ServicePort): Finding['fix'] {
  const number = resolvePort(port, pod);
  const owner = ownerOf(pod);
  const kind = KINDS[owner.kind];
  if (number === null || kind === undefined || (port.protocol ?? 'TCP') !== 'TCP') return null;
  const http = speaksHttp(port, number);
  const handler = http ? { httpGet: { path: '/health', port: number } } : { tcpSocket: { port: number } };
  const patch: Patch = {
    kind,
    namespace: pod.metadata?.namespace ?? '',
    name: owner.name,
    type: 'strategic',
    body: {
      spec: {
        template: {
          spec: { containers: [{ name: container.name, readinessProbe: { ...handler, periodSeconds: 5 } }] },
        },
      },
    },
  };
  return {
    summary: `add a readinessProbe on port ${number}, which the Service reaches${http ? '; the path is a guess: check it' : ''}`,
    safety: http ? 'guess' : 'review',
    commands: [patchCommand(patch)],
    steps: [],
    patch,
  };
}
