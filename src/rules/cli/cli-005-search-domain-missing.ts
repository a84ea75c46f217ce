import { knowsCluster } from '../../model/caller-names.ts';
import { questionsFor } from '../../model/resolver-lookup.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import type { Subject } from '../subject.ts';
import {
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

function report(whole: Look, subject: Subject): Finding[] {
  const [first] = whole.config.nameservers;
  if (first === undefined || knowsCluster(first, whole.dns) !== true) return [];
  const asked = whole.asked.filter(({ host, full }) => !questionsFor(host, whole.config).includes(full));
  if (asked.length === 0) return [];
  const look = { ...whole, asked, names: asked };
  const { namespace } = look.workload;
  const searches = [`${namespace}.svc.${look.dns.domain}`, `svc.${look.dns.domain}`, look.dns.domain];
  return [
    finding({
      severity: 'critical',
      confidence: confidenceIn(look),
      message: `${objectText(look.workload)} cannot resolve ${namesText(look, subject)}: its search list lacks ${searches[0]}`,
      scope: scopeIn(subject),
      evidence: [
        specRow(
          look,
          'dnsConfig.searches',
          `dnsPolicy None, searches ${look.config.searches.join(', ') || 'none'}: short names are not completed`,
          look.config.searches.join(', '),
          searches.join(', '),
        ),
        ...nameRows(look),
      ],
      effects: ['full names resolve there, short ones do not'],
      fix: specFix(
        look,
        'give it the search list of ClusterFirst',
        { dnsConfig: { searches: [...searches, ...look.config.searches.filter((one) => !searches.includes(one))] } },
        `set dnsConfig.searches to ${searches.join(', ')}`,
      ),
      notes: [{ label: 'or', text: `full names, such as ${asked[0]?.full}` }],
    }),
  ];
}

/** With dnsPolicy None the search list is dnsConfig.searches and nothing else: without the namespace's own domain no short name resolves. */
export const cli005 = defineRule({
  id: 'CLI-005',
  name: 'search-domain-missing',
  stage: 'references',
  severity: 'critical',
  title: "a caller's search list lacks the domain that completes the names it uses",
  healthy: 'search lists complete the names in use',
  roles: ['caller', 'target', 'dependency'],
  offline: true,
  gate: 'resolver',
  needs: ['logs'],
  uses: ['systemServices', 'references', 'services', 'called', 'kubeletConfig', 'corefile'],
  explains: FAILED_LOOKUPS,
  docs: {
    why: 'ClusterFirst completes "web" to "web.<namespace>.svc.<domain>" through the search list of resolv.conf. With dnsPolicy None that list is what dnsConfig.searches says: where it lacks the domain, full names resolve and short ones do not.',
    confirm: [
      "kubectl -n NAMESPACE get pod POD -o jsonpath='{.spec.dnsConfig}'",
      'kubectl -n NAMESPACE exec POD -- cat /etc/resolv.conf',
    ],
    fix: 'Add the three domains of ClusterFirst to dnsConfig.searches, or call Services by full names.',
    references: ["kubernetes.io: DNS for Services and Pods, Pod's DNS Config", 'resolv.conf(5)'],
  },
  check(facts) {
    const looks = suspects(facts, (spec) => spec.dnsPolicy === 'None');
    if (!('length' in looks)) return unseen(looks, facts.subject);
    return failIfAny(looks.flatMap((look) => report(look, facts.subject)));
  },
});
