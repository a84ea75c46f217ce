import type { Service } from '../../facts/wire.ts';
import { aliasOf, aliasTargetOf } from '../../model/alias.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, fail, notApplicable, unread } from '../rule.ts';
import { nameOf, serviceRow, stepsFix } from '../service-text.ts';
import { doubted } from '../unseen.ts';

function loop(service: Service, by: string | null): Finding {
  const name = nameOf(service);
  return finding({
    severity: 'critical',
    message: `${name} does not resolve: its externalName leads back to itself${by === null ? '' : ` by way of ${by}`}`,
    evidence: [
      serviceRow(
        service,
        `externalName ${service.spec?.externalName}`,
        'spec.externalName',
        service.spec?.externalName,
      ),
    ],
    effects: [`clients of ${service.metadata?.name}.${service.metadata?.namespace} get "could not resolve host"`],
    fix: stepsFix('break the circle', `set the externalName of ${name} to the host that really serves`),
  });
}

export const exn002 = defineRule({
  id: 'EXN-002',
  name: 'external-name-target-missing',
  stage: 'existence',
  severity: 'critical',
  title: 'the externalName names a Service that does not exist, or leads in a circle',
  healthy: 'the Service that the externalName names exists',
  roles: ['target', 'dependency'],
  offline: true,
  gate: 'alias',
  needs: ['service'],
  uses: ['aliasTarget', 'unseen'],
  explains: [],
  docs: {
    why: 'An ExternalName Service is another name for its target. Where the target is a Service of this cluster, whatever is wrong with it is wrong with the alias: the diagnosis goes on there.',
    confirm: ['kubectl get service NAME -o jsonpath={.spec.externalName}', 'kubectl get services --all-namespaces'],
    fix: 'Correct the externalName, or create the Service that it names.',
    references: ['kubernetes.io: Service, type ExternalName', 'Kubernetes DNS specification 1.1.0, section 2.5'],
  },
  check({ service, aliasTarget, unseen }) {
    const alias = aliasOf(service);
    if (alias === null) return notApplicable('the Service is not of type ExternalName');
    if (alias.kind !== 'service') return notApplicable('the externalName names no Service of this cluster');
    const target = `${alias.target.namespace}/${alias.target.name}`;
    if (target === nameOf(service)) return fail(loop(service, null));
    if (!aliasTarget.known) return unread(aliasTarget);
    const further = aliasTarget.value === null ? null : aliasTargetOf(aliasTarget.value);
    if (further !== null && `${further.namespace}/${further.name}` === nameOf(service))
      return fail(loop(service, target));
    const missing = aliasTarget.value === null;
    const found = finding({
      severity: missing ? 'critical' : 'info',
      message: missing
        ? `${nameOf(service)} does not resolve: it is an alias of ${target}, and there is no such Service`
        : `${nameOf(service)} is an alias of ${target}, which is judged in its place`,
      evidence: [serviceRow(service, `externalName ${alias.name}`, 'spec.externalName', alias.name)],
      effects: missing
        ? [`clients of ${service.metadata?.name}.${service.metadata?.namespace} get "could not resolve host"`]
        : [],
      dependency: target,
    });
    return fail(missing ? doubted(found, unseen) : found);
  },
});
