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

/** dnsPolicy Default gives a Pod its node's resolv.conf (kubelet, pkg/kubelet/network/dns): no server there knows a Service. Only where it calls one. */
export const cli001 = defineRule({
  id: 'CLI-001',
  name: 'dns-policy-default',
  stage: 'references',
  severity: 'critical',
  title: 'a caller of Services has dnsPolicy Default',
  healthy: 'who calls Services by name asks the DNS of the cluster',
  roles: ['caller', 'target', 'dependency'],
  offline: true,
  gate: 'resolver',
  needs: ['logs'],
  uses: ['systemServices', 'references', 'services', 'called', 'kubeletConfig', 'corefile'],
  explains: FAILED_LOOKUPS,
  docs: {
    why: 'With dnsPolicy Default the kubelet gives the Pod the resolv.conf of its node. Those name servers do not know the names of Services, so lookups of them are denied (NXDOMAIN), while names of the internet resolve. CoreDNS itself, agents of nodes, and programs that call only the outside use it on purpose: only who is told to call a Service is at fault. In spite of its name it is not the default; that is ClusterFirst.',
    confirm: [
      "kubectl -n NAMESPACE get pod POD -o jsonpath='{.spec.dnsPolicy}'",
      'kubectl -n NAMESPACE exec POD -- cat /etc/resolv.conf',
    ],
    fix: 'Set dnsPolicy: ClusterFirst in the template of the Pods.',
    references: ['kubernetes.io: DNS for Services and Pods', 'kubernetes.io: Customizing DNS Service'],
  },
  check(facts) {
    const { subject } = facts;
    const looks = suspects(facts, (spec) => spec.dnsPolicy === 'Default' && resolverMode(spec) === 'node');
    if (!('length' in looks)) return unseen(looks, subject);
    return failIfAny(
      looks
        .filter((look) => callsByName(look, subject))
        .map((look) =>
          finding({
            severity: 'critical',
            confidence: confidenceIn(look),
            message: `${objectText(look.workload)} cannot resolve ${namesText(look, subject)}: dnsPolicy Default asks the name servers of the node`,
            scope: scopeIn(subject),
            evidence: [
              specRow(
                look,
                'dnsPolicy',
                'dnsPolicy Default: the resolv.conf of the node, which knows no Service',
                'Default',
                'ClusterFirst',
              ),
              ...nameRows(look),
            ],
            effects: ['names of Services do not resolve there; names of the internet do'],
            fix: specFix(
              look,
              'ask the DNS of the cluster',
              { dnsPolicy: 'ClusterFirst' },
              'set dnsPolicy: ClusterFirst',
            ),
          }),
        ),
    );
  },
});
