import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable } from '../rule.ts';
import { advice, nameOf, objectOf } from './advice.ts';

export const bpr016 = defineRule({
  id: 'BPR-016',
  name: 'service-type-wider-than-needed',
  stage: 'existence',
  severity: 'info',
  title: 'the Service is open to the outside',
  healthy: 'the Service is open to the cluster only',
  offByDefault: true,
  roles: ['target'],
  offline: true,
  gate: 'exposed',
  needs: ['service'],
  uses: [],
  explains: [],
  docs: {
    why: 'NodePort opens a port on every node, LoadBalancer an address outside as well. Whether anybody outside needs it the cluster does not know, so this rule runs only where --only names it.',
    confirm: ['kubectl get service NAME'],
    fix: 'Use ClusterIP where only Pods call it, and one Ingress or Gateway for what is called from outside.',
    references: ['kubernetes.io: Service, Publishing Services'],
  },
  check({ service }) {
    const type = service.spec?.type ?? 'ClusterIP';
    if (type !== 'NodePort' && type !== 'LoadBalancer') return notApplicable(`type ${type} is not open to the outside`);
    return fail(
      finding({
        severity: 'info',
        message: `${nameOf(service)} is of type ${type}: it is open on every node`,
        evidence: [
          {
            label: 'Service',
            text: `type ${type}`,
            object: objectOf(service),
            path: 'spec.type',
            found: type,
            expected: 'ClusterIP',
          },
        ],
        fix: advice('open only what must be open', 'set type to ClusterIP if nobody calls it from outside'),
      }),
    );
  },
});
