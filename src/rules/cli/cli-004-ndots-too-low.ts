import { isMusl } from '../../model/libc.ts';
import { ndotsOf } from '../../model/resolver.ts';
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
  const asked = whole.asked.filter(
    ({ host, full }) =>
      questionsFor(host, whole.config, 'glibc').includes(full) &&
      !questionsFor(host, whole.config, 'musl').includes(full),
  );
  const complaint = asked.length === 0 ? null : whole.complaint;
  const look = { ...whole, asked, names: asked, complaint };
  if (asked.length === 0) return [];
  const musl = asked.some(({ uses }) => uses.some(({ container }) => isMusl(look.spec, container)));
  const ndots = String(look.config.ndots);
  return [
    finding({
      severity: musl || complaint !== null ? 'high' : 'low',
      confidence: musl || complaint !== null ? confidenceIn(look, 'likely') : 'possible',
      message: `${objectText(look.workload)} does not find ${namesText(look, subject)} where its C library is musl: ndots is ${ndots}, so the name is never completed`,
      scope: scopeIn(subject),
      evidence: [
        specRow(
          look,
          'dnsConfig.options[ndots].value',
          `ndots ${ndots}: a name with ${ndots} dots or more is asked for as it stands`,
          ndots,
          '5',
        ),
        ...nameRows(look),
      ],
      effects: [`musl (Alpine) takes the denial of ${namesText(look, subject)} as final; glibc goes on to complete it`],
      fix: {
        ...specFix(
          look,
          'take the option away, or write the full name with a dot at its end',
          { dnsConfig: { options: null } },
          'take the option ndots away',
        ),
      },
    }),
  ];
}

/** A name with as many dots as ndots is asked for as it stands; only glibc completes it afterwards (musl: src/network/lookup_name.c). */
export const cli004 = defineRule({
  id: 'CLI-004',
  name: 'ndots-too-low',
  stage: 'references',
  severity: 'high',
  title: 'ndots keeps names of Services from being completed',
  healthy: 'names of Services have fewer dots than ndots, or are full',
  roles: ['caller', 'target', 'dependency'],
  offline: true,
  gate: 'resolver',
  needs: ['logs'],
  uses: ['systemServices', 'references', 'services', 'called', 'kubeletConfig', 'corefile'],
  explains: FAILED_LOOKUPS,
  docs: {
    why: 'A resolver completes a name with the search list first where it has fewer dots than ndots (5 for ClusterFirst). With ndots 1 "web.shop" is asked for as it stands, which nobody knows. glibc then tries the search list, musl does not: in images built on Alpine the name does not resolve. Many clusters set ndots 2 to save lookups; there "web.shop" still resolves.',
    confirm: [
      "kubectl -n NAMESPACE get pod POD -o jsonpath='{.spec.dnsConfig.options}'",
      'kubectl -n NAMESPACE exec POD -- cat /etc/resolv.conf',
    ],
    fix: 'Take the option away, raise it above the dots of the names in use, or write full names with a dot at the end.',
    references: ["kubernetes.io: DNS for Services and Pods, Pod's DNS Config", 'resolv.conf(5)', 'musl: lookup_name.c'],
  },
  check(facts) {
    const looks = suspects(facts, (spec) => (ndotsOf(spec) ?? 5) < 5);
    if (!('length' in looks)) return unseen(looks, facts.subject);
    const asking = looks.filter(({ config }) => config.mode === 'cluster');
    return failIfAny(asking.flatMap((look) => report(look, facts.subject)));
  },
});
