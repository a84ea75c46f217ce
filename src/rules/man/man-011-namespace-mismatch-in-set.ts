import { matchedPods, selectsPods } from '../../model/endpoints.ts';
import { selectorText } from '../../model/selector.ts';
import { ownerOf, ownerText } from '../../model/workloads.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass, unread } from '../rule.ts';
import { nameOf, serviceRow, stepsFix } from '../service-text.ts';
import { ACCEPTED } from './written.ts';

export const man011 = defineRule({
  id: 'MAN-011',
  name: 'namespace-mismatch-in-set',
  stage: 'selector',
  severity: 'critical',
  title: 'the Service and the only Pods that carry its selector are written into different namespaces',
  healthy: 'the Service is written into the namespace of its Pods',
  roles: ['target', 'dependency'],
  offline: 'only',
  needs: ['service', 'pods'],
  uses: ['podsElsewhere'],
  explains: ['SEL-001'],
  docs: {
    why: 'A Service selects Pods of its own namespace only. Manifests that name two namespaces for a Service and its workload are valid each for itself, and together give a Service without endpoints.',
    confirm: ['kubectl apply --dry-run=server -f FILE'],
    fix: 'Write the Service into the namespace of its workload.',
    references: ['kubernetes.io: Service', 'kubernetes.io: Namespaces'],
  },
  check({ service, pods, podsElsewhere }) {
    if (service.written === undefined) return ACCEPTED;
    if (!selectsPods(service)) return notApplicable('the Service selects no Pods');
    if (!service.written.hasNamespace) return notApplicable('its namespace is not written');
    if (matchedPods(service, pods).length > 0) return pass;
    if (!podsElsewhere.known) return unread(podsElsewhere);
    const { namespace = '' } = service.metadata ?? {};
    const others = podsElsewhere.value.filter(({ metadata }) => metadata?.namespace !== namespace);
    const owners = new Set(others.map((pod) => `${ownerText(ownerOf(pod))} ${pod.metadata?.namespace}`));
    const [first] = others;
    const home = first?.metadata?.namespace;
    if (first === undefined || home === undefined || owners.size > 1 || first.written?.hasNamespace !== true)
      return pass;
    const owner = ownerText(ownerOf(first));
    return fail(
      finding({
        severity: 'critical',
        confidence: 'likely',
        message: `${nameOf(service)} will not work: ${owner}, which alone carries its selector, is written into ${home}`,
        evidence: [
          serviceRow(service, `in namespace ${namespace}`, 'metadata.namespace', namespace, home),
          {
            label: 'Pods',
            text: `${selectorText(service.spec?.selector)} of ${owner} in namespace ${home}`,
            object: `Pod ${home}/${first.metadata?.name}`,
            path: 'metadata.labels',
            found: home,
            expected: namespace,
          },
        ],
        effects: ['it has no endpoints: a Service selects Pods of its own namespace only'],
        fix: stepsFix(
          `write the Service into ${home}`,
          `set metadata.namespace of the Service to ${home}, and let clients elsewhere call ${service.metadata?.name}.${home}`,
        ),
      }),
    );
  },
});
