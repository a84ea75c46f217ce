import { governedBy, peerReference } from '../../model/governing.ts';
import { hasSelector, matches, selectorText } from '../../model/selector.ts';
import { finding } from '../finding.ts';
import { defineRule, failIfAny, notApplicable } from '../rule.ts';
import { nameOf, serviceRow, specFix, stepsFix } from '../service-text.ts';

export const hdl005 = defineRule({
  id: 'HDL-005',
  name: 'statefulset-service-selects-other-pods',
  stage: 'selector',
  severity: 'high',
  title: 'the Service that a StatefulSet names in serviceName does not select its Pods',
  healthy: 'the Service that a StatefulSet names in serviceName selects its Pods',
  roles: ['target', 'dependency'],
  offline: true,
  gate: 'names',
  needs: ['service', 'workloads'],
  uses: [],
  explains: [],
  docs: {
    why: 'A Pod of a StatefulSet gets a name of its own only from the Service in spec.serviceName, and only if that Service selects the Pod.',
    confirm: ['kubectl get service NAME -o jsonpath={.spec.selector}', 'kubectl get pods --show-labels'],
    fix: "Set the Service's selector to labels of the StatefulSet's template.",
    references: ['API reference: StatefulSetSpec.serviceName', 'kubernetes.io: DNS for Services and Pods'],
  },
  check({ service, workloads }) {
    const { selector } = service.spec ?? {};
    const governed = governedBy(service.metadata?.name ?? '', workloads);
    if (governed.length === 0 || !hasSelector(selector))
      return notApplicable('no StatefulSet names the Service, or it has no selector');
    const strangers = governed.filter(({ template }) => !matches(selector, template.metadata?.labels));
    return failIfAny(
      strangers.map((workload) => {
        const peer = peerReference(workload);
        const wanted = workload.selector ?? {};
        const cleared = Object.fromEntries(Object.keys(selector ?? {}).map((key) => [key, null]));
        const alone = governed.length === 1 && Object.keys(wanted).length > 0;
        return finding({
          severity: peer === null ? 'low' : 'high',
          message: `${nameOf(service)} gives the Pods of StatefulSet ${workload.name} no names: it does not select them`,
          evidence: [
            serviceRow(
              service,
              `selector ${selectorText(selector)}, template ${selectorText(workload.template.metadata?.labels)}`,
              'spec.selector',
              selectorText(selector),
              selectorText(wanted),
            ),
          ],
          effects: peer === null ? [] : [`${peer} does not resolve`],
          fix: alone
            ? specFix(
                service,
                { selector: { ...cleared, ...wanted } },
                `select the Pods of StatefulSet ${workload.name}`,
              )
            : stepsFix(
                `select the Pods of StatefulSet ${workload.name}`,
                'set selector to labels that all of them carry',
              ),
        });
      }),
    );
  },
});
