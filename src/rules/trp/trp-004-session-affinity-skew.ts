import { endpointsOf } from '../../model/endpoints.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { nameOf, serviceRow, specFix } from '../service-text.ts';

export const trp004 = defineRule({
  id: 'TRP-004',
  name: 'session-affinity-skew',
  stage: 'dataplane',
  severity: 'low',
  title: 'sessionAffinity ClientIP keeps a client on one Pod',
  healthy: 'clients are not kept on one Pod',
  roles: ['target'],
  offline: true,
  gate: 'preferring',
  needs: ['service', 'slices'],
  uses: [],
  explains: [],
  docs: {
    why: 'With sessionAffinity ClientIP all calls from one address go to one Pod, three hours long unless set otherwise: all clients behind one NAT or proxy count as one, and new Pods take no load from them.',
    confirm: ['kubectl get service NAME -o jsonpath={.spec.sessionAffinity}'],
    fix: 'Leave sessionAffinity out, unless the application keeps sessions in its Pods.',
    references: ['kubernetes.io: Virtual IPs and Service Proxies, session affinity'],
  },
  check({ service, slices }) {
    if (service.spec?.sessionAffinity !== 'ClientIP' || service.spec.clusterIP === 'None')
      return notApplicable('the Service does not keep clients on one Pod');
    if (endpointsOf(slices).filter(({ ready }) => ready).length < 2) return pass;
    const seconds = service.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10800;
    return fail(
      finding({
        severity: 'low',
        confidence: 'possible',
        message: `${nameOf(service)} keeps each client address on one Pod for ${seconds} s, so load may be uneven`,
        evidence: [serviceRow(service, 'sessionAffinity ClientIP', 'spec.sessionAffinity', 'ClientIP', 'None')],
        fix: specFix(service, { sessionAffinity: 'None' }, 'spread the calls of each client'),
      }),
    );
  },
});
