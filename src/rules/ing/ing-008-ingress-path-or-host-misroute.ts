import type { Ingress } from '../../facts/wire.ts';
import { byKey } from '../../model/by-key.ts';
import { finding } from '../finding.ts';
import { defineRule, failIfAny, unread } from '../rule.ts';
import { few, stepsFix } from '../service-text.ts';
import { classOf, ingressName } from './ingress-text.ts';

interface Claim {
  ingress: Ingress;
  /** Class, host, path and its type: what only one backend can have. */
  key: string;
  path: string;
  service: string;
}

function isCanary({ metadata }: Ingress): boolean {
  return Object.entries(metadata?.annotations ?? {}).some(
    ([key, value]) => key.endsWith('/canary') && value === 'true',
  );
}

function claimsOf(ingress: Ingress): readonly Claim[] {
  return (ingress.spec?.rules ?? []).flatMap(({ host, http }) =>
    (http?.paths ?? []).flatMap(({ path = '/', pathType, backend }) =>
      backend.service === undefined
        ? []
        : [
            {
              ingress,
              key: `${classOf(ingress)?.name ?? ''} ${host ?? '*'} ${path} ${pathType}`,
              path: `${host ?? '*'}${path}`,
              service: backend.service.name,
            },
          ],
    ),
  );
}

export const ing008 = defineRule({
  id: 'ING-008',
  name: 'ingress-path-or-host-misroute',
  stage: 'entrance',
  severity: 'medium',
  title: 'two Ingresses claim the same host and path for different Services',
  healthy: 'no other Ingress claims the host and path of the Service',
  roles: ['target'],
  offline: true,
  gate: 'ingresses',
  needs: ['service'],
  uses: ['ingresses'],
  explains: [],
  docs: {
    why: 'When two Ingresses of one class claim the same host and path, the controller chooses one, usually the older. The other leads nowhere.',
    confirm: ['kubectl get ingress --all-namespaces'],
    fix: 'Give each Service a host or path of its own.',
    references: ['kubernetes.io: Ingress, path matching'],
  },
  check({ service, ingresses }) {
    if (!ingresses.known) return unread(ingresses);
    if (ingresses.value.length < 2) return failIfAny([]);
    const name = service.metadata?.name ?? '';
    const claims = ingresses.value.filter((ingress) => !isCanary(ingress)).flatMap(claimsOf);
    return failIfAny(
      byKey(claims, ({ key }) => key).flatMap((same) => {
        const mine = same.find((claim) => claim.service === name);
        const others = same.filter((claim) => claim.service !== name && claim.ingress !== mine?.ingress);
        const [other] = others;
        if (mine === undefined || other === undefined) return [];
        return [
          finding({
            severity: 'medium',
            confidence: 'possible',
            message: `${mine.path} may lead to ${few([...new Set(others.map(({ service: to }) => to))].sort())} instead of ${name}: two Ingresses claim it`,
            evidence: [mine, ...others].map((claim) => ({
              label: 'Ingress',
              text: `${ingressName(claim.ingress)} leads ${claim.path} to ${claim.service}`,
              object: `Ingress ${ingressName(claim.ingress)}`,
              path: 'spec.rules',
              found: claim.service,
              expected: null,
            })),
            fix: stepsFix(
              'let one Ingress have the path',
              `take ${mine.path} out of ${ingressName(other.ingress)}, or of ${ingressName(mine.ingress)}`,
            ),
          }),
        ];
      }),
    );
  },
});
