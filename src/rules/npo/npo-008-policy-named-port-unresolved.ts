import { whole } from '../../facts/fact.ts';
import type { NetworkPolicy, Pod, Service } from '../../facts/wire.ts';
import { isNear } from '../../model/near-names.ts';
import { isAbout, isolating, rulesOf } from '../../model/policy.ts';
import { calledPodsOf } from '../../model/policy-callers.ts';
import { closedPorts, type Denial } from '../../model/policy-denial.ts';
import type { Enforcement } from '../../model/policy-enforcement.ts';
import { peerOf } from '../../model/policy-peer.ts';
import { declaredPorts, portLabel } from '../../model/ports.ts';
import { isLive } from '../../model/readiness.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny, pass, unread } from '../rule.ts';
import { nameOf, stepsFix } from '../service-text.ts';
import { allowFix, podPort } from './allow.ts';
import { isSettling, policyName, scaled } from './policy-text.ts';
import { enforcementBy, labelsBy } from './way.ts';

interface Unresolved {
  policy: NetworkPolicy;
  index: number;
  name: string;
  protocol: string;
  /** The names that the Pods do declare. */
  declared: readonly string[];
}

/** Port names in ingress rules that none of the Pods declares which the policy selects. */
function unresolvedIn(policy: NetworkPolicy, pods: readonly Pod[]): readonly Unresolved[] {
  const named = rulesOf(policy, 'Ingress').flatMap(({ ports }, index) =>
    ports.flatMap(({ port, protocol = 'TCP' }) => {
      const name = port as number | string | undefined;
      return typeof name === 'string' ? [{ index, name, protocol }] : [];
    }),
  );
  if (named.length === 0) return [];
  const about = pods.filter((pod) => isLive(pod) && isAbout(policy, peerOf(pod)));
  const declared = about.flatMap(declaredPorts);
  const names = [...new Set(declared.flatMap((one) => one.name ?? []))].sort();
  return named
    .filter(({ name, protocol }) => !declared.some((one) => one.name === name && one.protocol === protocol))
    .map((one) => ({ policy, ...one, declared: names }));
}

function fixOf(
  { policy, index, name }: Unresolved,
  denial: Denial | undefined,
  { metadata, spec }: Service,
  taken: readonly NetworkPolicy[],
) {
  if (denial === undefined)
    return stepsFix('correct the name', `name a port in ${policyName(policy)} that its Pods declare, or its number`);
  const peers = rulesOf(policy, 'Ingress')[index]?.peers ?? [];
  const allowance = {
    namespace: metadata?.namespace ?? '',
    name: `allow-port-${denial.number}-of-${metadata?.name}`,
    taken,
    selector: { ...spec?.selector },
    ingress: [{ ...(peers.length === 0 ? {} : { from: peers }), ports: [podPort(denial.port)] }],
  };
  return allowFix(allowance, `let the same callers in that were meant by "${name}", by one more policy`);
}

interface Told {
  service: Service;
  /** All policies of its namespace. */
  taken: readonly NetworkPolicy[];
  enforcement: Enforcement;
  now: number;
}

function report(one: Unresolved, denial: Denial | undefined, { service, taken, enforcement, now }: Told): Finding {
  const near = one.declared.find((name) => isNear(name, one.name));
  const names = one.declared.length === 0 ? 'no name at all' : one.declared.join(', ');
  const object = `NetworkPolicy ${policyName(one.policy)}`;
  return finding({
    severity: denial === undefined ? 'low' : 'high',
    confidence: scaled('certain', enforcement),
    scope: { policy: policyName(one.policy), port: denial === undefined ? null : portLabel(denial.port) },
    message: `NetworkPolicy ${policyName(one.policy)} lets nobody in on "${one.name}": no Pod that it selects declares a ${one.protocol} port of that name`,
    evidence: [
      {
        label: 'policy',
        text: `port "${one.name}"/${one.protocol}`,
        object,
        path: `spec.ingress[${one.index}].ports`,
        found: one.name,
        expected: near ?? null,
      },
      {
        label: 'Pods',
        text: `declare ${names}${near === undefined ? '' : `: "${near}" is near`}`,
        object: `Service ${nameOf(service)}`,
        path: 'spec.containers[].ports[].name',
        found: names,
        expected: one.name,
      },
    ],
    effects: denial === undefined ? [] : ['whom that rule was to let in hangs until it times out'],
    fix: fixOf(one, denial, service, taken),
    converging: isSettling([one.policy], now),
  });
}

export const npo008 = defineRule({
  id: 'NPO-008',
  name: 'policy-named-port-unresolved',
  stage: 'policy',
  severity: 'high',
  title: 'a NetworkPolicy names a port that the Pods do not declare',
  healthy: 'every port that a NetworkPolicy names is declared by Pods',
  roles: ['target', 'dependency'],
  offline: true,
  gate: ['policies-unread', 'policies'],
  needs: [],
  uses: ['ingressPolicies', 'service', 'calledPods', 'namespaceLabels', 'nodes', 'systemWorkloads'],
  explains: ['NPO-001'],
  docs: {
    why: 'A port by name in a NetworkPolicy stands for the container port of that name and protocol on the called Pod. A name that no container declares stands for nothing, so the rule lets nobody in; nothing complains about it.',
    confirm: [
      'kubectl -n NAMESPACE get networkpolicy NAME -o yaml',
      'kubectl -n NAMESPACE get pod POD -o jsonpath={.spec.containers[*].ports}',
    ],
    fix: 'Name a port that the containers declare, or its number.',
    references: ['kubernetes.io: Network Policies', 'API reference: NetworkPolicyPort.port'],
  },
  check(facts) {
    const policies = whole(facts.ingressPolicies, 'all networkpolicies');
    if (!policies.known) return unread(policies);
    if (policies.value.length === 0) return pass;
    const [service, pods] = [facts.service, whole(facts.calledPods, 'all pods')];
    if (!service.known) return unread(service);
    if (!pods.known) return unread(pods);
    const called = calledPodsOf(service.value, pods.value).map(peerOf);
    const mine = policies.value.filter((policy) =>
      called.some((peer) => isolating([policy], peer, 'Ingress').length > 0),
    );
    const found = mine.flatMap((policy) => unresolvedIn(policy, pods.value));
    if (found.length === 0) return pass;
    const closed = closedPorts(service.value, pods.value, policies.value, labelsBy(facts.namespaceLabels).labelsOf);
    const enforcement = enforcementBy(facts.nodes, facts.systemWorkloads);
    const told = { service: service.value, taken: policies.value, enforcement, now: facts.now };
    return failIfAny(
      found.flatMap((one): Finding[] => {
        const denial = closed.find(({ port }) => (port.protocol ?? 'TCP') === one.protocol);
        return denial === undefined && facts.subject.role !== 'target' ? [] : [report(one, denial, told)];
      }),
    );
  },
});
