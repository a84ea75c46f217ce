import type { ServicePort } from '../../facts/wire.ts';
import { portLabel } from '../../model/ports.ts';
import { finding } from '../finding.ts';
import { defineRule, failIfAny, unread } from '../rule.ts';
import { nameOf, stepsFix } from '../service-text.ts';
import { backendRow, backendsTo, classOf, ingressName } from './ingress-text.ts';

/** What the port seems to speak, where plain HTTP/1 would not do. */
function wantedProtocol(port: ServicePort): 'HTTPS' | 'GRPC' | null {
  const words = port.appProtocol ?? port.name ?? '';
  if (/^(?:https|tls)(?:-|$)/i.test(words) || (port.name === undefined && port.port === 443)) return 'HTTPS';
  return /(?:^|[-/.])grpc(?:-|$)/i.test(words) ? 'GRPC' : null;
}

export const ing010 = defineRule({
  id: 'ING-010',
  name: 'ingress-backend-protocol',
  stage: 'entrance',
  severity: 'high',
  title: 'an nginx Ingress speaks plain HTTP to a port that speaks something else',
  healthy: 'nothing says that a port behind an Ingress speaks another protocol',
  roles: ['target'],
  offline: true,
  gate: 'ingresses',
  needs: ['service'],
  uses: ['ingresses'],
  explains: [],
  docs: {
    why: 'ingress-nginx speaks plain HTTP to Services unless the annotation backend-protocol says otherwise. A port that speaks TLS or gRPC then answers 400 or 502.',
    confirm: ['kubectl describe ingress NAME', 'kubectl get service NAME -o yaml'],
    fix: 'Set nginx.ingress.kubernetes.io/backend-protocol to HTTPS or GRPC.',
    references: ['ingress-nginx: Annotations, backend protocol'],
  },
  check({ service, ingresses }) {
    if (!ingresses.known) return unread(ingresses);
    const plain = backendsTo(service.metadata?.name ?? '', ingresses.value).filter(({ ingress }) => {
      const notes = Object.keys(ingress.metadata?.annotations ?? {});
      return (
        /nginx/i.test(`${classOf(ingress)?.name ?? ''} ${notes.join(' ')}`) &&
        !notes.some((key) => /\/(?:backend-protocol|ssl-passthrough)$/.test(key))
      );
    });
    return failIfAny(
      plain.flatMap((backend) => {
        const port = (service.spec?.ports ?? []).find(
          (one) => one.port === backend.port?.number || (one.name !== undefined && one.name === backend.port?.name),
        );
        const wanted = port === undefined ? null : wantedProtocol(port);
        if (port === undefined || wanted === null) return [];
        const { namespace, name } = backend.ingress.metadata ?? {};
        return [
          finding({
            severity: 'high',
            confidence: 'possible',
            message: `Ingress ${ingressName(backend.ingress)} speaks plain HTTP to port ${portLabel(port)} of ${nameOf(service)}, which seems to speak ${wanted}`,
            evidence: [backendRow(backend, 'HTTP', wanted)],
            effects: [`calls to ${backend.path} may be answered 400 or 502`],
            fix: {
              ...stepsFix(`speak ${wanted} to the Service`),
              commands: [
                `kubectl -n ${namespace} annotate ingress ${name} nginx.ingress.kubernetes.io/backend-protocol=${wanted}`,
              ],
            },
          }),
        ];
      }),
    );
  },
});
