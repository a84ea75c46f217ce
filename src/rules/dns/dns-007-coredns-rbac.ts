import type { ClusterRole } from '../../facts/wire.ts';
import { DNS_ROLE } from '../../model/dns-service.ts';
import { type Evidence, type Fix, finding } from '../finding.ts';
import { defineRule, fail } from '../rule.ts';
import { coreDnsOf, DNS_PODS_FAIL, lineRows, outage, outageEffects, saidBy, unheard } from './dns-text.ts';

const NEEDED: readonly (readonly [group: string, resource: string])[] = [
  ['', 'services'],
  ['', 'namespaces'],
  ['', 'pods'],
  ['discovery.k8s.io', 'endpointslices'],
];

function allows({ rules }: ClusterRole, group: string, resource: string): boolean {
  return ['list', 'watch'].every((verb) =>
    (rules ?? []).some(
      ({ apiGroups, resources, verbs }) =>
        [group, '*'].some((one) => apiGroups?.includes(one)) &&
        [resource, '*'].some((one) => resources?.includes(one)) &&
        [verb, '*'].some((one) => verbs?.includes(one)),
    ),
  );
}

const CREATE = `kubectl create clusterrole ${DNS_ROLE} --verb=list,watch --resource=services,namespaces,pods,endpointslices.discovery.k8s.io`;

function fixOf(role: ClusterRole | null | undefined, lacking: readonly string[], account: string): Fix {
  const bind = `kubectl create clusterrolebinding ${DNS_ROLE} --clusterrole=${DNS_ROLE} --serviceaccount=${account} --dry-run=client -o yaml | kubectl apply -f -`;
  const rule = {
    apiGroups: ['', 'discovery.k8s.io'],
    resources: ['services', 'namespaces', 'pods', 'endpointslices'],
    verbs: ['list', 'watch'],
  };
  const patch = [{ op: 'add', path: '/rules/-', value: rule }];
  const commands =
    role === undefined || role === null
      ? [`${CREATE} --dry-run=client -o yaml | kubectl apply -f -`, bind]
      : lacking.length > 0
        ? [`kubectl patch clusterrole ${DNS_ROLE} --type=json -p '${JSON.stringify(patch)}'`]
        : [bind];
  return {
    summary: `let ${account} list and watch what names are made of`,
    safety: 'review',
    commands,
    steps: [],
    patch: null,
  };
}

function roleRow(role: ClusterRole | null | undefined, lacking: readonly string[]): Evidence[] {
  if (role === undefined || (role !== null && lacking.length === 0)) return [];
  return [
    {
      label: 'role',
      text:
        role === null
          ? `ClusterRole ${DNS_ROLE} does not exist`
          : `ClusterRole ${DNS_ROLE} does not allow to list and watch ${lacking.join(', ')}`,
      object: `ClusterRole ${DNS_ROLE}`,
      path: 'rules',
      found: role === null ? null : 'incomplete',
      expected: 'list, watch',
    },
  ];
}

/** CoreDNS lists and watches services, namespaces, pods and endpointslices; a right that it lacks keeps it from ever being Ready (coredns.io: kubernetes). */
export const dns007 = defineRule({
  id: 'DNS-007',
  name: 'coredns-rbac',
  stage: 'dns',
  severity: 'critical',
  title: 'CoreDNS may not read what it makes names of',
  healthy: 'CoreDNS may read what it makes names of',
  roles: ['dns'],
  needs: ['service', 'logs'],
  uses: ['pods', 'dnsRole'],
  explains: [...DNS_PODS_FAIL, 'DNS-006'],
  docs: {
    why: 'CoreDNS lists and watches Services, Namespaces, Pods and EndpointSlices with its ServiceAccount. Where its ClusterRole or the binding lacks one of them, it is never Ready. This happens when CoreDNS is updated past 1.8 by its image alone: the old role does not know EndpointSlices.',
    confirm: [
      'kubectl auth can-i list endpointslices.discovery.k8s.io --as system:serviceaccount:kube-system:coredns',
      'kubectl -n kube-system logs -l k8s-app=kube-dns --tail 20',
    ],
    fix: 'Add the rule to ClusterRole system:coredns, or restore its binding.',
    references: ['coredns.io: kubernetes', 'kubernetes.io: Debugging DNS Resolution', 'coredns issue 5495'],
  },
  check(facts) {
    const dns = coreDnsOf(facts);
    const said = dns === null ? [] : saidBy(dns, 'forbidden');
    const last = said.at(-1);
    if (dns === null || last === undefined) return unheard(dns);
    const role = facts.dnsRole.known ? facts.dnsRole.value : undefined;
    const lacking =
      role === undefined || role === null
        ? []
        : NEEDED.filter(([group, resource]) => !allows(role, group, resource)).map(([, resource]) => resource);
    const account = `${last.groups.namespace}:${last.groups.account}`;
    const resources = [...new Set(said.map(({ groups }) => groups.resource?.split('.')[0]))].sort().join(', ');
    return fail(
      finding({
        severity: dns.ready === 0 ? 'critical' : 'high',
        message: `${outage(dns)}: CoreDNS may not list ${resources} as ServiceAccount ${account.replace(':', '/')}`,
        evidence: [...lineRows(dns, last), ...roleRow(role, lacking)],
        effects: outageEffects(dns),
        fix: fixOf(role, lacking, account),
      }),
    );
  },
});
