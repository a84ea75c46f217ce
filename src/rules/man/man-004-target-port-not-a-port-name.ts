import type { Service } from '../../facts/wire.ts';
import { declaredPorts } from '../../model/ports.ts';
import { backendsOf } from '../../model/target-port.ts';
import type { Finding, Fix } from '../finding.ts';
import { defineRule } from '../rule.ts';
import { stepsFix } from '../service-text.ts';
import { jsonFix, judgeWritten, refusal } from './written.ts';

/** IsValidPortName of k8s.io/apimachinery: IANA service names. */
export function isPortName(name: string): boolean {
  return name.length <= 15 && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name) && /[a-z]/.test(name);
}

function fixOf(service: Service, index: number, target: string, declared: readonly string[]): Fix {
  const path = `/spec/ports/${index}/targetPort`;
  if (/^[1-9]\d{0,4}$/.test(target) && Number(target) <= 65_535) {
    return jsonFix(service, [{ op: 'replace', path, value: Number(target) }], 'take the quotes off', 'safe');
  }
  const lower = target.toLowerCase();
  if (declared.includes(lower)) {
    return jsonFix(service, [{ op: 'replace', path, value: lower }], `write ${lower}, which the Pods declare`, 'safe');
  }
  return stepsFix(
    'write a number or a name',
    'set targetPort to the number that the container listens on, or to the name of its port',
  );
}

export const man004 = defineRule({
  id: 'MAN-004',
  name: 'target-port-not-a-port-name',
  stage: 'ports',
  severity: 'critical',
  title: 'a targetPort in quotes that is no port name',
  healthy: 'a targetPort that is text is a port name',
  roles: ['target', 'dependency'],
  offline: 'only',
  needs: ['service'],
  uses: ['pods', 'workloads'],
  explains: ['PRT-001', 'PRT-003'],
  docs: {
    why: 'A targetPort is a number or the name of a container port. A name has at most 15 characters of a-z, 0-9 and -, at least one of them a letter: a quoted "8080" is text without a letter, neither number nor name.',
    confirm: ['kubectl apply --dry-run=server -f FILE'],
    fix: 'Write the number without quotes, or the name as the container declares it.',
    references: ['API reference: ServiceSpec', 'kubernetes/kubernetes: pkg/apis/core/validation, ValidateService'],
  },
  check({ service, pods, workloads }) {
    return judgeWritten(service, () => {
      const known = pods.known && workloads.known;
      const backends = known ? backendsOf(service, pods.value, workloads.value) : [];
      const declared = backends.flatMap(({ like }) => declaredPorts(like).flatMap(({ name }) => name ?? []));
      return (service.spec?.ports ?? []).flatMap((port, index): readonly Finding[] => {
        const target = port.targetPort as number | string | undefined;
        if (typeof target !== 'string' || target === '' || isPortName(target)) return [];
        const words = /^\d+$/.test(target)
          ? `targetPort "${target}" is text, not a number`
          : `targetPort "${target}" is not a port name`;
        const fix = fixOf(service, index, target, declared);
        const path = `spec.ports[${index}].targetPort`;
        return [refusal(service, { words, path, found: target, expected: 'a number or a port name', fix })];
      });
    });
  },
});
