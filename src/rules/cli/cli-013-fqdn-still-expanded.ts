import { questionsFor } from '../../model/resolver-lookup.ts';
import { finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { nameRows, objectText, scopeIn, suspects, unseen } from './caller-text.ts';

/** `web.shop.svc.cluster.local` has four dots: with ndots 5 it is completed before it is asked for as it stands. No fault; it explains denials in DNS logs. */
export const cli013 = defineRule({
  id: 'CLI-013',
  name: 'fqdn-still-expanded',
  stage: 'references',
  severity: 'info',
  title: 'a full name costs lookups that are denied first',
  healthy: 'full names are asked for as they stand',
  roles: ['caller'],
  offline: true,
  offByDefault: true,
  needs: ['logs'],
  uses: ['systemServices', 'references', 'services', 'called', 'kubeletConfig', 'corefile'],
  explains: [],
  docs: {
    why: 'The full name of a Service has four dots, fewer than ndots 5, so a resolver tries it with every search domain first. The denials in the logs of DNS come from that. It works; a dot at the end of the name saves these lookups.',
    confirm: ['kubectl -n NAMESPACE exec POD -- cat /etc/resolv.conf'],
    fix: 'Write the name with a dot at its end, or as "name.namespace".',
    references: ['kubernetes.io: DNS for Services and Pods', 'resolv.conf(5)'],
  },
  check(facts) {
    const { subject } = facts;
    const looks = suspects(facts, () => true);
    if (!('length' in looks)) return unseen(looks, subject);
    return failIfAny(
      looks.flatMap((look) => {
        const asked = look.asked.filter(
          ({ host, full }) => host === full && questionsFor(host, look.config).indexOf(host) > 0,
        );
        const [first] = asked;
        if (first === undefined) return [];
        const before = questionsFor(first.host, look.config).indexOf(first.host);
        return [
          finding({
            severity: 'info',
            message: `${objectText(look.workload)} asks ${before} times in vain before "${first.host}" is looked up as it stands`,
            scope: scopeIn(subject),
            evidence: nameRows({ ...look, asked, complaint: null }),
            notes: [{ label: 'note', text: `"${first.host}." with a dot at its end is looked up at once` }],
          }),
        ];
      }),
    );
  },
});
