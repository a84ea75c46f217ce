import type { Service } from '../../facts/wire.ts';
import { selectsPods } from '../../model/endpoints.ts';
import { declaresAll, discriminatingLabel, type OwnerGroup, ownerGroups, servesNone } from '../../model/pod-owners.ts';
import { declaredPorts, targetPortOf } from '../../model/ports.ts';
import { selectorText } from '../../model/selector.ts';
import { ownerText } from '../../model/workloads.ts';
import { type Evidence, type Finding, finding } from '../finding.ts';
import { defineRule, fail, failIfAny, notApplicable, pass } from '../rule.ts';
import { nameOf, selectorFix, steps } from './selector-text.ts';

function ownerEvidence(service: Service, group: OwnerGroup, harmed: boolean): Evidence {
  const targets = (service.spec?.ports ?? []).map((port) => String(targetPortOf(port))).join(', ');
  const declared = group.pods[0] === undefined ? [] : declaredPorts(group.pods[0]).map(({ number }) => String(number));
  const words = declared.length === 0 ? 'no port' : declared.join(', ');
  const count = `${group.pods.length} Pod${group.pods.length === 1 ? '' : 's'}`;
  return {
    label: harmed ? 'wrong' : 'right',
    text: `${ownerText(group.owner)}  ${count}, declares ${words}`,
    object: `${group.owner.kind} ${service.metadata?.namespace}/${group.owner.name}`,
    path: 'spec.containers[].ports[]',
    found: words,
    expected: targets,
  };
}

function runsDifferentImages(groups: readonly OwnerGroup[]): boolean {
  return groups.some((one) =>
    groups.some((other) => other !== one && ![...other.images].some((image) => one.images.has(image))),
  );
}

/** Several owners of which nothing tells who serves: worth a look, no more. */
function mixedHint(service: Service, groups: readonly OwnerGroup[]): Finding {
  const names = groups.map(({ owner }) => ownerText(owner)).join(', ');
  return finding({
    severity: 'low',
    confidence: 'possible',
    message: `${nameOf(service)} spreads its requests over Pods of different programs: ${names}`,
    evidence: groups.map((group) => ({ ...ownerEvidence(service, group, false), label: 'owner' })),
    fix: steps(
      'select one program',
      "if they are not meant to share the Service, add a label of the wanted one to the Service's selector",
    ),
  });
}

export const sel005 = defineRule({
  id: 'SEL-005',
  name: 'selector-too-broad',
  stage: 'selector',
  severity: 'high',
  title: 'the selector matches Pods that cannot serve the Service',
  healthy: 'every owner of the Pods that the selector matches can serve the Service',
  roles: ['target', 'dependency'],
  offline: true,
  gate: 'owners',
  needs: ['service', 'pods', 'workloads'],
  uses: [],
  explains: ['PRT-002', 'BPR-003'],
  docs: {
    why: 'A Service spreads requests over every Ready Pod that its selector matches. Where one of the workloads behind it does not serve the port, a fixed share of the requests fails.',
    confirm: ['kubectl get endpointslices -l kubernetes.io/service-name=NAME', 'kubectl get pods --show-labels'],
    fix: 'Add the label to the selector that only the wanted Pods carry.',
    references: ['kubernetes.io: Service', 'kubernetes.io: Labels and Selectors'],
  },
  check({ service, pods, workloads, subject }) {
    if (!selectsPods(service)) return notApplicable('the Service has no selector that counts');
    const groups = ownerGroups(service, pods);
    if (groups.length < 2) return pass;
    const right = groups.filter((group) => declaresAll(service, group));
    const images = new Set(right.flatMap((group) => [...group.images]));
    const wrong = groups.filter(
      (group) => servesNone(service, group) && ![...group.images].some((image) => images.has(image)),
    );
    if (right.length === 0 || wrong.length === 0) {
      const mixed = subject.role === 'target' && right.length < groups.length && runsDifferentImages(groups);
      return failIfAny(mixed ? [mixedHint(service, groups)] : []);
    }
    const count = wrong.reduce((sum, group) => sum + group.pods.length, 0);
    const total = groups.reduce((sum, group) => sum + group.pods.length, 0);
    const names = wrong.map(({ owner }) => ownerText(owner)).join(', ');
    const label = discriminatingLabel(right, wrong, workloads);
    const summary = `select only ${right.map(({ owner }) => ownerText(owner)).join(', ')}`;
    return fail(
      finding({
        severity: 'high',
        confidence: 'likely',
        message: `${nameOf(service)} sends a share of its requests to Pods that do not serve it: its selector also matches ${names}`,
        evidence: [
          {
            label: 'selector',
            text: `${selectorText(service.spec?.selector)}  matches Pods of ${groups.length} owners`,
            object: `Service ${nameOf(service)}`,
            path: 'spec.selector',
            found: selectorText(service.spec?.selector),
            expected: label === null ? null : selectorText({ ...service.spec?.selector, [label.key]: label.value }),
          },
          ...right.map((group) => ownerEvidence(service, group, false)),
          ...wrong.map((group) => ownerEvidence(service, group, true)),
        ],
        effects: [`up to ${count} of ${total} requests fail or reach the wrong application`],
        fix:
          label === null
            ? steps(
                summary,
                `give the Pods of ${right.map(({ owner }) => ownerText(owner)).join(', ')} a label of their own, and add it to the Service's selector`,
              )
            : selectorFix(service, { [label.key]: label.value }, summary, 'review'),
      }),
    );
  },
});
