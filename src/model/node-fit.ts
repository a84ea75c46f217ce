/** Which nodes a Pod may go to by what it asks of nodes, and which taints keep it away (kube-scheduler NodeAffinity, TaintToleration). */
import type { Node, Pod } from '../facts/wire.ts';

interface Requirement {
  key: string;
  operator: string;
  values?: string[];
}

type Taint = NonNullable<NonNullable<Node['spec']>['taints']>[number];

const CONTROL_PLANE = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];

/** A label requirement of a selector or of node affinity. */
export function meets(
  labels: Record<string, string> | undefined,
  { key, operator, values = [] }: Requirement,
): boolean {
  const value = labels?.[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return Number(value) > Number(values[0]);
    case 'Lt':
      return Number(value) < Number(values[0]);
    default:
      return false;
  }
}

/** The node carries every label of the Pod's nodeSelector. */
export function matchesNodeSelector(pod: Pod, node: Node): boolean {
  return Object.entries(pod.spec?.nodeSelector ?? {}).every(([key, value]) => node.metadata?.labels?.[key] === value);
}

/** Some term of the Pod's required node affinity holds for the node; an empty term never does. */
export function matchesNodeAffinity(pod: Pod, node: Node): boolean {
  const terms = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (terms === undefined) return true;
  const fields = { 'metadata.name': node.metadata?.name ?? '' };
  return terms.some(({ matchExpressions = [], matchFields = [] }) => {
    const some = matchExpressions.length + matchFields.length > 0;
    return (
      some &&
      matchExpressions.every((one) => meets(node.metadata?.labels, one)) &&
      matchFields.every((one) => meets(fields, one))
    );
  });
}

/** The taints that keep the Pod from being scheduled there. */
export function untoleratedTaints(pod: Pod, node: Node): readonly Taint[] {
  return (node.spec?.taints ?? []).filter(
    (taint) =>
      taint.effect !== 'PreferNoSchedule' &&
      !(pod.spec?.tolerations ?? []).some(
        ({ key, operator = 'Equal', value = '', effect }) =>
          (effect === undefined || effect === '' || effect === taint.effect) &&
          (key === undefined || key === '' ? operator === 'Exists' : key === taint.key) &&
          (operator === 'Exists' || (operator === 'Equal' && value === (taint.value ?? ''))),
      ),
  );
}

/** A node of the control plane, which is not meant for this Pod: cordoned, or tainted against it. */
export function isReserved(pod: Pod, node: Node): boolean {
  const taints = untoleratedTaints(pod, node);
  const labels = node.metadata?.labels ?? {};
  const role = CONTROL_PLANE.some((key) => labels[key] !== undefined) || labels['kubernetes.io/role'] === 'master';
  if (role) return node.spec?.unschedulable === true || taints.length > 0;
  return taints.some(({ key }) => CONTROL_PLANE.includes(key));
}
