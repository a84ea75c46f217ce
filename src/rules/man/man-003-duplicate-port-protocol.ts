import type { Service } from '../../facts/wire.ts';
import { protocolOf } from '../../model/ports.ts';
import type { Finding } from '../finding.ts';
import { defineRule } from '../rule.ts';
import { stepsFix } from '../service-text.ts';
import { judgeWritten, refusal } from './written.ts';

function faults(service: Service): readonly Finding[] {
  const seen = new Map<string, number>();
  return (service.spec?.ports ?? []).flatMap((port, index) => {
    if (port.port === 0) return [];
    const pair = `${port.port}/${protocolOf(port)}`;
    const first = seen.get(pair);
    if (first === undefined) {
      seen.set(pair, index);
      return [];
    }
    const step = `decide which of entry ${first + 1} and entry ${index + 1} of spec.ports is wanted, and take the other out`;
    return [
      refusal(service, {
        words: `port ${pair} is there twice`,
        path: `spec.ports[${index}].port`,
        found: pair,
        expected: 'another number or protocol',
        fix: stepsFix('keep one of the two', step),
      }),
    ];
  });
}

export const man003 = defineRule({
  id: 'MAN-003',
  name: 'duplicate-port-protocol',
  stage: 'ports',
  severity: 'critical',
  title: 'two ports of one number and protocol',
  healthy: 'every port of a protocol is there once',
  roles: ['target', 'dependency'],
  offline: 'only',
  needs: ['service'],
  uses: [],
  explains: [],
  docs: {
    why: 'Each pair of port and protocol can stand once in a Service: kube-proxy could not tell where to send what comes in.',
    confirm: ['kubectl apply --dry-run=server -f FILE'],
    fix: 'Take one of the two out, or give it another number.',
    references: ['API reference: ServiceSpec', 'kubernetes/kubernetes: pkg/apis/core/validation, ValidateService'],
  },
  check({ service }) {
    return judgeWritten(service, () => faults(service));
  },
});
