import { matchedPods } from '../../model/endpoints.ts';
import { isMeshed } from '../../model/mesh.ts';
import { portLabel } from '../../model/ports.ts';
import { isLive } from '../../model/readiness.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { nameOf, serviceRow, stepsFix } from '../service-text.ts';

export const trp005 = defineRule({
  id: 'TRP-005',
  name: 'long-lived-connections-unbalanced',
  stage: 'dataplane',
  severity: 'info',
  title: 'gRPC or HTTP/2 behind a cluster IP: connections are balanced, not requests',
  healthy: 'no port speaks a protocol that keeps one connection for all requests',
  roles: ['target'],
  offline: true,
  gate: 'marked',
  needs: ['service', 'pods'],
  uses: [],
  explains: [],
  docs: {
    why: 'A cluster IP picks a Pod once for each connection. gRPC and HTTP/2 clients keep one connection for all requests, so one client uses one Pod, and new Pods stay idle.',
    confirm: ['kubectl top pods'],
    fix: 'Balance in the client over a headless Service, or with a mesh or a proxy that knows HTTP/2.',
    references: ['kubernetes.io: Virtual IPs and Service Proxies'],
  },
  check({ service, pods }) {
    const { spec } = service;
    if (spec?.clusterIP === 'None' || spec?.type === 'ExternalName')
      return notApplicable('the Service has no cluster IP that balances');
    const port = (spec?.ports ?? []).find(({ name, appProtocol }) =>
      /(?:^|[-/.])(?:grpc|h2c|http2)(?:-|$)/i.test(appProtocol ?? name ?? ''),
    );
    if (port === undefined) return pass;
    const own = matchedPods(service, pods).filter(isLive);
    if (own.length < 2 || own.some(isMeshed))
      return notApplicable('there is one Pod only, or a mesh balances requests');
    return fail(
      finding({
        severity: 'info',
        confidence: 'possible',
        scope: { port: portLabel(port) },
        message: `${nameOf(service)} port ${portLabel(port)} balances connections, not requests: a client that keeps one connection uses one Pod`,
        evidence: [
          serviceRow(
            service,
            `port ${portLabel(port)}, ${own.length} Pods`,
            'spec.ports[].appProtocol',
            portLabel(port),
          ),
        ],
        fix: stepsFix(
          'balance requests',
          'let clients balance over a headless Service, or put a proxy or mesh that knows HTTP/2 before it',
        ),
      }),
    );
  },
});
