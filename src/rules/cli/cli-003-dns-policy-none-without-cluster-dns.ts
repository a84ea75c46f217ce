import { knowsCluster } from '../../model/caller-names.ts';
import { type Confidence, type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import type { Subject } from '../subject.ts';
import {
  callsByName,
  confidenceIn,
  FAILED_LOOKUPS,
  type Look,
  nameRows,
  namesText,
  objectText,
  scopeIn,
  specFix,
  specRow,
  suspects,
  unseen,
} from './caller-text.ts';

function report(look: Look, subject: Subject): Finding[] {
  const [first] = look.config.nameservers;
  const knows = first === undefined ? false : knowsCluster(first, look.dns);
  if (knows === true || !look.dnsKnown || !callsByName(look, subject)) return [];
  // A private server may well ask the cluster's for these names.
  const sure: Confidence = knows === false ? 'certain' : 'possible';
  const cluster = look.dns.addresses?.join(', ');
  return [
    finding({
      severity: 'critical',
      confidence: confidenceIn(look, sure),
      message: `${objectText(look.workload)} cannot resolve ${namesText(look, subject)}: with dnsPolicy None it asks ${first ?? 'nobody'}, not the DNS of the cluster`,
      scope: scopeIn(subject),
      evidence: [
        specRow(
          look,
          'dnsConfig.nameservers',
          `dnsPolicy None, nameservers ${look.config.nameservers.join(', ') || 'none'}${cluster === undefined ? '' : `; the DNS of the cluster is ${cluster}`}`,
          look.config.nameservers.join(', '),
          cluster ?? null,
        ),
        ...nameRows(look),
      ],
      effects: ['names of Services do not resolve there'],
      fix: specFix(
        look,
        'ask the DNS of the cluster; it asks the others for names of the outside',
        { dnsPolicy: 'ClusterFirst', dnsConfig: null },
        'set dnsPolicy: ClusterFirst, without dnsConfig',
      ),
      notes:
        look.config.nameservers.length > 1
          ? [{ label: 'note', text: 'a second name server is asked only when the first does not answer at all' }]
          : [],
    }),
  ];
}

/** dnsPolicy None takes only dnsConfig, and the first name server that answers has the last word: it must know the cluster. */
export const cli003 = defineRule({
  id: 'CLI-003',
  name: 'dns-policy-none-without-cluster-dns',
  stage: 'references',
  severity: 'critical',
  title: 'a caller of Services names its own name servers, and none is that of the cluster',
  healthy: 'callers with name servers of their own ask that of the cluster first',
  roles: ['caller', 'target', 'dependency'],
  offline: true,
  gate: 'resolver',
  needs: ['logs'],
  uses: ['systemServices', 'references', 'services', 'called', 'kubeletConfig', 'corefile'],
  explains: FAILED_LOOKUPS,
  docs: {
    why: 'With dnsPolicy None a Pod asks only the name servers of its dnsConfig. A public one, such as 8.8.8.8, denies the names of Services. A resolver asks the next server only when one does not answer at all: a denial is final, so the one of the cluster must stand first.',
    confirm: [
      "kubectl -n NAMESPACE get pod POD -o jsonpath='{.spec.dnsPolicy} {.spec.dnsConfig}'",
      'kubectl -n NAMESPACE exec POD -- cat /etc/resolv.conf',
    ],
    fix: 'Set dnsPolicy: ClusterFirst and add what is special through dnsConfig, or list the address of the cluster DNS first.',
    references: ["kubernetes.io: DNS for Services and Pods, Pod's DNS Config", 'resolv.conf(5)'],
  },
  check(facts) {
    const looks = suspects(facts, (spec) => spec.dnsPolicy === 'None');
    if (!('length' in looks)) return unseen(looks, facts.subject);
    const { systemServices, subject } = facts;
    if (looks.length > 0 && !systemServices.known) return unseen(systemServices, subject);
    return failIfAny(looks.flatMap((look) => report(look, subject)));
  },
});
