import { questionsFor } from '../../model/resolver-lookup.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import type { Subject } from '../subject.ts';
import { type Look, nameRows, objectText, scopeIn, specFix, specRow, suspects, unseen } from './caller-text.ts';

function report(whole: Look, subject: Subject): Finding[] {
  const { domain } = whole.dns;
  const foreign = whole.config.searches.filter((one) => one !== domain && !one.endsWith(`.${domain}`));
  if (foreign.length === 0) return [];
  const asked = whole.asked.filter(({ host, full }) => {
    const questions = questionsFor(host, whole.config);
    const at = questions.indexOf(full);
    return at > 0 && questions.slice(0, at).some((one) => one !== null && !one.endsWith(`.${domain}`));
  });
  if (asked.length === 0) return [];
  const look = { ...whole, asked, names: asked };
  const host = asked[0]?.host ?? '';
  return [
    finding({
      severity: look.complaint === null ? 'low' : 'high',
      confidence: 'possible',
      message: `${objectText(look.workload)} asks for "${host}.${foreign[0]}" before "${host}": an answer there would take its calls away`,
      scope: scopeIn(subject),
      evidence: [
        specRow(look, 'dnsConfig.searches', `a domain of the outside: ${foreign.join(', ')}`, foreign.join(', '), null),
        ...nameRows(look),
      ],
      effects: [
        'where that domain has a wildcard record, or its server fails, the full name does not lead to the Service',
      ],
      fix: {
        ...specFix(
          look,
          'complete names less eagerly, or write the full name with a dot at its end',
          { dnsConfig: { options: [{ name: 'ndots', value: '2' }] } },
          'set the option ndots to 2',
        ),
        safety: 'guess',
      },
      notes: [
        { label: 'prove', text: `compare, in a Pod of it, getent hosts ${host} with getent hosts ${asked[0]?.full}.` },
      ],
    }),
  ];
}

/** A full name has four dots, fewer than ndots 5: each search domain is tried first, those of the outside too (kubernetes#25861). */
export const cli008 = defineRule({
  id: 'CLI-008',
  name: 'search-domain-hijack',
  stage: 'references',
  severity: 'high',
  title: 'a search domain of the outside stands before the name of a Service',
  healthy: 'no search domain of the outside is asked before a Service',
  roles: ['caller', 'target'],
  gate: 'resolver',
  needs: ['logs'],
  uses: ['systemServices', 'references', 'services', 'called', 'kubeletConfig', 'corefile'],
  explains: [],
  docs: {
    why: 'Even the full name of a Service has fewer dots than ndots 5, so a resolver tries it with each search domain first. Where a domain of the outside has a wildcard record, that record answers; where its server fails, some resolvers give up. Only a lookup shows which: compare the name with and without a dot at its end. Search domains that a Pod inherits from its node cannot be seen from outside.',
    confirm: [
      'kubectl -n NAMESPACE exec POD -- cat /etc/resolv.conf',
      'kubectl -n NAMESPACE exec POD -- getent hosts NAME.NAMESPACE.svc.cluster.local',
    ],
    fix: 'Write full names with a dot at the end, lower ndots, or take the domain off the search list.',
    references: ['kubernetes.io: DNS for Services and Pods', 'kubernetes issue 25861'],
  },
  check(facts) {
    const looks = suspects(facts, (spec) => (spec.dnsConfig?.searches ?? []).length > 0);
    if (!('length' in looks)) return unseen(looks, facts.subject);
    return failIfAny(looks.flatMap((look) => report(look, facts.subject)));
  },
});
