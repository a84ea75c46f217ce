import { finding } from '../finding.ts';
import { defineRule, fail, pass } from '../rule.ts';

export const svc003 = defineRule({
  id: 'SVC-003',
  name: 'namespace-missing-or-terminating',
  stage: 'existence',
  severity: 'critical',
  title: 'the namespace does not exist, or is being deleted',
  healthy: 'the namespace exists and is not being deleted',
  roles: ['target', 'dependency'],
  gate: 'absent',
  needs: ['namespace'],
  uses: [],
  explains: ['SVC-001', 'SEL-001', 'POD-003', 'EPS-001', 'EPS-002'],
  docs: {
    why: 'Without its namespace a Service cannot exist. In a namespace that is being deleted no Pod, Service or EndpointSlice can be created any more, and what is there goes away.',
    confirm: ['kubectl get namespace NAMESPACE -o yaml'],
    fix: 'Name the right namespace, create it, or wait until its deletion is done and create it again.',
    references: ['kubernetes.io: Namespaces', 'kubernetes.io: Finalizers'],
  },
  check({ namespace, subject }) {
    const name = subject.namespace;
    const object = `Namespace ${name}`;
    if (namespace === null) {
      return fail(
        finding({
          severity: 'critical',
          message: `there is no namespace ${name}, so there is no Service ${subject.name} in it`,
          evidence: [{ label: 'missing', text: object, object, path: 'metadata.name', found: null, expected: name }],
          effects: [`the name ${subject.name}.${name} does not resolve`],
          fix: {
            summary: 'name the right namespace, or create this one',
            safety: 'review',
            commands: [],
            steps: [
              `see which namespaces there are, and give the right one with -n`,
              `or create ${name} and apply its manifests`,
            ],
            patch: null,
          },
        }),
      );
    }
    if (namespace.status?.phase !== 'Terminating') return pass;
    const reasons = (namespace.status.conditions ?? [])
      .filter(({ status }) => status === 'True')
      .sort((a, b) => (a.type < b.type ? -1 : 1));
    return fail(
      finding({
        severity: 'critical',
        message: `namespace ${name} is being deleted, so nothing new can start in it`,
        evidence: [
          {
            label: 'phase',
            text: 'Terminating',
            object,
            path: 'status.phase',
            found: 'Terminating',
            expected: 'Active',
          },
          ...reasons.map(({ type, message }, index) => ({
            label: 'because',
            text: `${type}${message === undefined ? '' : `: ${message}`}`,
            object,
            path: `status.conditions[${index}]`,
            found: type,
            expected: null,
          })),
        ],
        effects: ['Pods, Services and EndpointSlices cannot be created in it; what is there goes away'],
        fix: {
          summary: 'let the deletion end, then create the namespace again',
          safety: 'review',
          commands: [],
          steps: [
            'restore whatever should remove the finalizers that the conditions name',
            `when ${name} is gone, create it and apply its manifests`,
          ],
          patch: null,
        },
      }),
    );
  },
});
