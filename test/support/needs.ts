/** Which rules cannot be asked in a scenario, told from what they declare and what is denied, without the engine. */

import type { FactName } from '../../src/rules/facts.ts';
import { RULES } from '../../src/rules/index.ts';
import type { Rule } from '../../src/rules/rule.ts';
import type { Role } from '../../src/rules/subject.ts';
import { isDenied, type Scenario } from './scenario.ts';

/** What is read for a fact that rules may need: `pods` of the subject's namespace, `pods/kube-system`, `nodes` of no namespace. */
const READ_FOR: Readonly<Partial<Record<FactName, readonly string[]>>> = {
  service: ['services'],
  services: ['services'],
  namespace: ['namespaces'],
  pods: ['pods'],
  slices: ['endpointslices'],
  workloads: ['deployments', 'statefulsets', 'daemonsets'],
  references: ['services', 'pods', 'deployments', 'statefulsets', 'daemonsets'],
  nodes: ['nodes/'],
  systemPods: ['pods/kube-system'],
  systemServices: ['services/kube-system'],
  systemWorkloads: ['daemonsets/kube-system'],
};

interface Judged {
  role: Role;
  namespace: string;
}

function judgedIn({ service = 'shop/web', from }: Scenario): readonly Judged[] {
  const [namespace = ''] = service.split('/');
  return [
    { role: 'target', namespace },
    { role: 'cluster', namespace: 'kube-system' },
    ...(service === 'kube-system/kube-dns' ? [] : [{ role: 'dns', namespace: 'kube-system' } as const]),
    ...(from === undefined ? [] : [{ role: 'caller', namespace: from.split('/')[0] ?? '' } as const]),
  ];
}

/** The ids of the rules that need something denied, in order. What a caller is told to call is read of the caller itself, and not told here. */
export function unaskable(scenario: Scenario): readonly string[] {
  const deny = scenario.deny ?? [];
  const only = scenario.only ?? [];
  const isUnread = (fact: FactName, { role, namespace }: Judged): boolean =>
    (role === 'caller' && fact === 'references' ? [] : (READ_FOR[fact] ?? [])).some((what) => {
      const [resource = '', where = namespace] = what.split('/');
      return isDenied(deny, resource, where === '' ? null : where);
    });
  const found = judgedIn(scenario).flatMap((judged) =>
    RULES.filter(({ roles, needs }) => roles.includes(judged.role) && needs.some((fact) => isUnread(fact, judged))),
  );
  const isTold = ({ offline }: Rule): boolean =>
    scenario.manifests === undefined ? offline !== 'only' : offline !== undefined;
  const asked = found
    .filter(isTold)
    .filter(({ id, offByDefault }) => (only.length > 0 ? only.includes(id) : offByDefault !== true));
  return [...new Set(asked.map(({ id }) => id))].sort();
}
