import { defineRule } from '../rule.ts';
import { specFix } from '../service-text.ts';
import { judgeWritten, refusal } from './written.ts';

export const man005 = defineRule({
  id: 'MAN-005',
  name: 'headless-with-external-type',
  stage: 'existence',
  severity: 'critical',
  title: 'clusterIP None with type NodePort or LoadBalancer',
  healthy: 'a Service of type NodePort or LoadBalancer has a cluster IP',
  roles: ['target', 'dependency'],
  offline: 'only',
  needs: ['service'],
  uses: [],
  explains: [],
  docs: {
    why: 'Node ports and load balancers lead to the cluster IP. With clusterIP None there is none, so the API server refuses the combination.',
    confirm: ['kubectl apply --dry-run=server -f FILE'],
    fix: 'Take clusterIP out for a Service that is reached from outside, or the type for a headless one.',
    references: ['API reference: ServiceSpec', 'kubernetes/kubernetes: pkg/apis/core/validation, ValidateService'],
  },
  check({ service }) {
    return judgeWritten(service, () => {
      const { clusterIP, type } = service.spec ?? {};
      if (clusterIP !== 'None' || (type !== 'NodePort' && type !== 'LoadBalancer')) return [];
      const words = `it is headless (clusterIP None) and of type ${type}`;
      const fix = specFix(service, { clusterIP: null }, 'give it a cluster IP');
      const notes = [{ label: 'or', text: 'take the type out, if it is meant to be headless' } as const];
      return [refusal(service, { words, path: 'spec.clusterIP', found: 'None', expected: null, fix, notes })];
    });
  },
});
