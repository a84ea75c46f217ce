import type { Service, ServicePort } from '../../facts/wire.ts';
import type { Finding } from '../finding.ts';
import { defineRule } from '../rule.ts';
import { jsonFix, judgeWritten, refusal } from './written.ts';

const [FIRST, LAST] = [30_000, 32_767];

function faultOf(service: Service, { nodePort }: ServicePort, index: number): readonly Finding[] {
  if (nodePort === undefined || nodePort === 0) return [];
  const type = service.spec?.type ?? 'ClusterIP';
  const isOutside = type === 'NodePort' || type === 'LoadBalancer';
  if (isOutside && nodePort >= FIRST && nodePort <= LAST) return [];
  const path = `spec.ports[${index}].nodePort`;
  const fix = jsonFix(
    service,
    [{ op: 'remove', path: `/spec/ports/${index}/nodePort` }],
    isOutside ? 'let the API server choose one' : 'take nodePort out',
    isOutside ? 'review' : 'safe',
  );
  const words = isOutside
    ? `nodePort ${nodePort} is not in the range 30000 to 32767`
    : `nodePort ${nodePort} is given, and its type is ${type}`;
  const notes = isOutside
    ? [{ label: 'note', text: 'right where the API server runs with another --service-node-port-range' } as const]
    : [];
  const confidence = isOutside ? 'likely' : 'certain';
  const expected = isOutside ? '30000 to 32767' : null;
  return [refusal(service, { words, path, found: String(nodePort), expected, fix, notes, confidence })];
}

export const man009 = defineRule({
  id: 'MAN-009',
  name: 'node-port-invalid',
  stage: 'ports',
  severity: 'critical',
  title: 'a nodePort that cannot be given',
  healthy: 'every nodePort can be given',
  roles: ['target', 'dependency'],
  offline: 'only',
  needs: ['service'],
  uses: [],
  explains: [],
  docs: {
    why: 'A nodePort belongs to types NodePort and LoadBalancer and must lie in the range of the API server (--service-node-port-range), 30000 to 32767 where nobody changed it.',
    confirm: ['kubectl apply --dry-run=server -f FILE'],
    fix: 'Take nodePort out and let the API server choose, or write a number of the range.',
    references: ['API reference: ServiceSpec', 'kubernetes/kubernetes: pkg/apis/core/validation, ValidateService'],
  },
  check({ service }) {
    return judgeWritten(service, () =>
      (service.spec?.ports ?? []).flatMap((port, index) => faultOf(service, port, index)),
    );
  },
});
