import { finding } from '../finding.ts';
import { defineRule, failIfAny, unread } from '../rule.ts';
import { stepsFix } from '../service-text.ts';
import { classOf, ingressName, isFresh, isTaken, leadingTo } from './ingress-text.ts';

export const ing006 = defineRule({
  id: 'ING-006',
  name: 'ingress-without-address',
  stage: 'entrance',
  severity: 'medium',
  title: 'an Ingress to which no controller has given an address',
  healthy: 'a controller has given an address to the Ingresses that lead to the Service',
  roles: ['target'],
  gate: 'ingresses',
  needs: ['service'],
  uses: ['ingresses'],
  explains: [],
  docs: {
    why: 'A controller that takes an Ingress usually writes its own address into the status. Some are set up not to, so a missing address is a sign, not a proof, that nobody serves it.',
    confirm: ['kubectl get ingress NAME', 'kubectl get pods --all-namespaces'],
    fix: 'See whether the controller of the class runs, and read its log.',
    references: ['kubernetes.io: Ingress', 'API reference: IngressStatus'],
  },
  check({ service, ingresses, now }) {
    if (!ingresses.known) return unread(ingresses);
    return failIfAny(
      leadingTo(service.metadata?.name ?? '', ingresses.value)
        .filter((ingress) => !isTaken(ingress) && !isFresh(ingress, now))
        .map((ingress) =>
          finding({
            severity: 'medium',
            confidence: 'possible',
            message: `Ingress ${ingressName(ingress)} has no address: perhaps no controller serves it`,
            evidence: [
              {
                label: 'Ingress',
                text: `class ${classOf(ingress)?.name ?? 'none'}, no address`,
                object: `Ingress ${ingressName(ingress)}`,
                path: 'status.loadBalancer.ingress',
                found: null,
                expected: 'an address',
              },
            ],
            fix: stepsFix(
              'see whether its controller runs',
              'look for the Pods of the Ingress controller, and read their log',
            ),
          }),
        ),
    );
  },
});
