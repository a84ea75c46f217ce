import { aliasOf } from '../../model/alias.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { nameOf, serviceRow, stepsFix } from '../service-text.ts';

export const exn001 = defineRule({
  id: 'EXN-001',
  name: 'external-name-is-ip',
  stage: 'existence',
  severity: 'critical',
  title: 'the externalName is an address, not a name',
  healthy: 'the externalName is a name',
  roles: ['target', 'dependency'],
  offline: true,
  gate: 'alias',
  needs: ['service'],
  uses: [],
  explains: [],
  docs: {
    why: 'An ExternalName Service is answered as a DNS alias (CNAME). An alias leads to a name; an address in its place is taken for a name of digits, which nobody can resolve.',
    confirm: ['kubectl get service NAME -o jsonpath={.spec.externalName}'],
    fix: 'Use a Service without selector and an EndpointSlice with the address, or a DNS name that leads to it.',
    references: ['kubernetes.io: Service, type ExternalName', 'kubernetes.io: Services without selectors'],
  },
  check({ service }) {
    const alias = aliasOf(service);
    if (alias === null) return notApplicable('the Service is not of type ExternalName');
    if (alias.kind !== 'ip') return pass;
    return fail(
      finding({
        severity: 'critical',
        message: `${nameOf(service)} does not resolve: its externalName is the address ${alias.name}, and an alias needs a name`,
        evidence: [serviceRow(service, `externalName ${alias.name}`, 'spec.externalName', alias.name, 'a DNS name')],
        effects: [`clients of ${service.metadata?.name}.${service.metadata?.namespace} get "could not resolve host"`],
        fix: stepsFix(
          'give the address to a Service without selector',
          `make ${nameOf(service)} a Service of type ClusterIP without selector, with the port that ${alias.name} serves`,
          `create an EndpointSlice labelled kubernetes.io/service-name=${service.metadata?.name} with the address ${alias.name} and a port of the same name`,
        ),
        notes: [{ label: 'or', text: `set externalName to a DNS name that leads to ${alias.name}` }],
      }),
    );
  },
});
