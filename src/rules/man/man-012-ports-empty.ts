import { declaredPorts } from '../../model/ports.ts';
import { backendsOf } from '../../model/target-port.ts';
import { defineRule } from '../rule.ts';
import { specFix, stepsFix } from '../service-text.ts';
import { judgeWritten, refusal } from './written.ts';

export const man012 = defineRule({
  id: 'MAN-012',
  name: 'ports-empty',
  stage: 'ports',
  severity: 'critical',
  title: 'a Service without ports that is not headless',
  healthy: 'the Service has ports',
  roles: ['target', 'dependency'],
  offline: 'only',
  needs: ['service'],
  uses: ['pods', 'workloads'],
  explains: [],
  docs: {
    why: 'Only headless and ExternalName Services may go without ports: for all others the API server answers spec.ports: Required value.',
    confirm: ['kubectl apply --dry-run=server -f FILE'],
    fix: 'List the ports that clients call.',
    references: ['API reference: ServiceSpec', 'kubernetes/kubernetes: pkg/apis/core/validation, ValidateService'],
  },
  check({ service, pods, workloads }) {
    return judgeWritten(service, () => {
      const { type, clusterIP, ports = [] } = service.spec ?? {};
      if (ports.length > 0 || type === 'ExternalName' || clusterIP === 'None') return [];
      const known = pods.known && workloads.known;
      const backends = known ? backendsOf(service, pods.value, workloads.value) : [];
      const [only, ...more] = [
        ...new Set(backends.flatMap(({ like }) => declaredPorts(like).map(({ number }) => number))),
      ];
      const fix =
        only === undefined || more.length > 0
          ? stepsFix('list the ports', 'write spec.ports: the number that clients call, and targetPort')
          : specFix(service, { ports: [{ port: only }] }, `serve ${only}, the port that its Pods declare`);
      return [refusal(service, { words: 'it has no ports', path: 'spec.ports', found: null, expected: 'a port', fix })];
    });
  },
});
