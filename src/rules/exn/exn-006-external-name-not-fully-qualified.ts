import { aliasOf } from '../../model/alias.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass, unread } from '../rule.ts';
import { nameOf, serviceRow, specFix, stepsFix } from '../service-text.ts';

export const exn006 = defineRule({
  id: 'EXN-006',
  name: 'external-name-not-fully-qualified',
  stage: 'existence',
  severity: 'critical',
  title: 'the externalName is a short name, which an alias does not complete',
  healthy: 'the externalName is a full name',
  roles: ['target', 'dependency'],
  offline: true,
  gate: 'alias',
  needs: ['service'],
  uses: ['aliasTarget'],
  explains: [],
  docs: {
    why: 'The search list completes only names that a client asks for. The name that an alias (CNAME) leads to is looked up as it stands, so the short name of a Service leads nowhere.',
    confirm: ['kubectl get service NAME -o jsonpath={.spec.externalName}', 'kubectl exec POD -- nslookup NAME'],
    fix: 'Write the full name: NAME.NAMESPACE.svc.cluster.local.',
    references: ['kubernetes.io: DNS for Services and Pods', 'kubernetes.io: Service, type ExternalName'],
  },
  check({ service, aliasTarget }) {
    const alias = aliasOf(service);
    if (alias === null) return notApplicable('the Service is not of type ExternalName');
    if (alias.kind !== 'short') return pass;
    const exists = aliasTarget.known && aliasTarget.value !== null;
    if (!alias.certain && !aliasTarget.known) return unread(aliasTarget);
    if (!alias.certain && !exists) return notApplicable(`${alias.name} is taken for a name outside`);
    const full = `${alias.target.name}.${alias.target.namespace}.svc.cluster.local`;
    return fail(
      finding({
        severity: 'critical',
        confidence: 'likely',
        message: `${nameOf(service)} does not resolve: its externalName ${alias.name} is a short name, which an alias does not complete`,
        evidence: [serviceRow(service, `externalName ${alias.name}`, 'spec.externalName', alias.name, full)],
        effects: [`clients of ${service.metadata?.name}.${service.metadata?.namespace} get "could not resolve host"`],
        fix: exists
          ? specFix(service, { externalName: full }, 'write the full name')
          : stepsFix(
              'write the full name',
              `set externalName to the full name of the host that ${alias.name} stands for`,
            ),
      }),
    );
  },
});
