import { resolverMode } from '../../model/resolver.ts';
import { finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import {
  callsByName,
  confidenceIn,
  FAILED_LOOKUPS,
  nameRows,
  namesText,
  objectText,
  scopeIn,
  specFix,
  specRow,
  suspects,
  unseen,
} from './caller-text.ts';

/** On the host's network ClusterFirst falls through to Default (kubelet, getPodDNSType): it takes ClusterFirstWithHostNet. */
export const cli002 = defineRule({
  id: 'CLI-002',
  name: 'host-network-without-cluster-dns',
  stage: 'references',
  severity: 'critical',
  title: 'a caller of Services on the network of its node does not ask the DNS of the cluster',
  healthy: 'callers on the network of their node that need names of Services have dnsPolicy ClusterFirstWithHostNet',
  roles: ['caller', 'target', 'dependency'],
  offline: true,
  gate: 'resolver',
  needs: ['logs'],
  uses: ['systemServices', 'references', 'services', 'called', 'kubeletConfig', 'corefile'],
  explains: FAILED_LOOKUPS,
  docs: {
    why: 'For a Pod with hostNetwork: true the kubelet reads dnsPolicy ClusterFirst, the default, as Default: the Pod gets the resolv.conf of its node, whose name servers do not know Services. It says so nowhere.',
    confirm: [
      "kubectl -n NAMESPACE get pod POD -o jsonpath='{.spec.hostNetwork} {.spec.dnsPolicy}'",
      'kubectl -n NAMESPACE exec POD -- cat /etc/resolv.conf',
    ],
    fix: 'Set dnsPolicy: ClusterFirstWithHostNet in the template of the Pods.',
    references: ["kubernetes.io: DNS for Services and Pods, Pod's DNS Policy"],
  },
  check(facts) {
    const { subject } = facts;
    const looks = suspects(facts, (spec) => spec.dnsPolicy !== 'Default' && resolverMode(spec) === 'node');
    if (!('length' in looks)) return unseen(looks, subject);
    return failIfAny(
      looks
        .filter((look) => callsByName(look, subject))
        .map((look) =>
          finding({
            severity: 'critical',
            confidence: confidenceIn(look),
            message: `${objectText(look.workload)} cannot resolve ${namesText(look, subject)}: on the network of its node ClusterFirst means the name servers of the node`,
            scope: scopeIn(subject),
            evidence: [
              specRow(
                look,
                'dnsPolicy',
                `hostNetwork: true with dnsPolicy ${look.spec.dnsPolicy ?? 'ClusterFirst'}: the resolv.conf of the node`,
                look.spec.dnsPolicy ?? 'ClusterFirst',
                'ClusterFirstWithHostNet',
              ),
              ...nameRows(look),
            ],
            effects: ['names of Services do not resolve there; names of the internet do'],
            fix: specFix(
              look,
              'ask the DNS of the cluster',
              { dnsPolicy: 'ClusterFirstWithHostNet' },
              'set dnsPolicy: ClusterFirstWithHostNet',
            ),
          }),
        ),
    );
  },
});
