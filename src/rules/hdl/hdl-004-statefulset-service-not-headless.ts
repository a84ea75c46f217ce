import { governedBy, isHeadless } from '../../model/governing.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { few, nameOf, serviceRow, stepsFix } from '../service-text.ts';

export const hdl004 = defineRule({
  id: 'HDL-004',
  name: 'statefulset-service-not-headless',
  stage: 'existence',
  severity: 'low',
  title: 'the Service that names the Pods of a StatefulSet has a cluster IP',
  healthy: 'the Service that names the Pods of a StatefulSet is headless',
  roles: ['target'],
  offline: true,
  gate: 'names',
  needs: ['service', 'workloads'],
  uses: [],
  explains: [],
  docs: {
    why: "Records of single Pods are specified for headless Services only. CoreDNS answers for a Service with a cluster IP as well, other servers may not; and the Service's own name leads to one Pod by chance, not to all.",
    confirm: ['kubectl get statefulset NAME -o jsonpath={.spec.serviceName}', 'kubectl get service NAME'],
    fix: 'Make the Service anew with clusterIP None, and another one for clients.',
    references: ['Kubernetes DNS specification 1.1.0, section 2.4', 'API reference: StatefulSetSpec.serviceName'],
  },
  check({ service, workloads }) {
    const governed = governedBy(service.metadata?.name ?? '', workloads);
    if (governed.length === 0) return notApplicable('no StatefulSet names the Service');
    if (isHeadless(service) || service.spec?.type === 'ExternalName') return pass;
    return fail(
      finding({
        severity: 'low',
        message: `${nameOf(service)} names the Pods of StatefulSet ${few(governed.map(({ name }) => name).sort())} and is not headless`,
        evidence: [
          serviceRow(
            service,
            `clusterIP ${service.spec?.clusterIP}`,
            'spec.clusterIP',
            service.spec?.clusterIP,
            'None',
          ),
        ],
        fix: stepsFix(
          'make it headless',
          `delete ${nameOf(service)} and create it with clusterIP: None: the field cannot be changed`,
        ),
      }),
    );
  },
});
