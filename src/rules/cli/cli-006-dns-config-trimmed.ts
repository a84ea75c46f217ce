import type { Event } from '../../facts/wire.ts';
import { eventsOf } from '../../model/events.ts';
import { type Evidence, type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { type Look, objectText, scopeIn, specRow, suspects, unseen } from './caller-text.ts';

function eventRow(event: Event): Evidence {
  const { namespace, name } = event.involvedObject;
  return {
    label: 'event',
    text: `${event.reason}: ${event.message ?? ''}`,
    object: `Pod ${namespace}/${name}`,
    path: 'events',
    found: event.message ?? null,
    expected: null,
  };
}

function omittedText({ config }: Look): string | null {
  const { nameservers, searches } = config.trimmed;
  const parts = [
    ...(nameservers.length > 0 ? [`name server ${nameservers.join(', ')}`] : []),
    ...(searches.length > 0 ? [`search domain ${searches.join(', ')}`] : []),
  ];
  return parts.length === 0 ? null : parts.join(' and ');
}

/** resolv.conf takes three name servers and 32 search domains of 2048 characters (kubelet, formDNSConfigFitsLimits); the rest is left out. */
export const cli006 = defineRule({
  id: 'CLI-006',
  name: 'dns-config-trimmed',
  stage: 'references',
  severity: 'medium',
  title: 'the kubelet leaves out part of the DNS configuration of a Pod',
  healthy: 'the DNS configuration of Pods is within its limits',
  roles: ['caller', 'target'],
  gate: 'resolver',
  needs: ['logs'],
  uses: ['systemServices', 'references', 'services', 'called', 'kubeletConfig', 'corefile', 'events'],
  explains: [],
  docs: {
    why: 'A resolv.conf holds at most three name servers and a search list of 32 domains and 2048 characters (6 and 256 with old kubelets). The kubelet leaves out what is too much and says so in the event DNSConfigForming. The cluster comes first, so names of Services still resolve; what only an omitted server or domain would have found does not.',
    confirm: [
      'kubectl -n NAMESPACE get events --field-selector reason=DNSConfigForming',
      'kubectl -n NAMESPACE exec POD -- cat /etc/resolv.conf',
    ],
    fix: 'List fewer name servers and search domains in dnsConfig, or in the resolv.conf of the node.',
    references: ['kubernetes.io: DNS for Services and Pods', 'kubernetes.io: Debugging DNS Resolution, Known issues'],
  },
  check(facts) {
    const { subject, events } = facts;
    const looks = suspects(facts, (spec) => (spec.dnsConfig?.nameservers ?? spec.dnsConfig?.searches) !== undefined);
    if (!('length' in looks)) return unseen(looks, subject);
    return failIfAny(
      looks.flatMap((look): Finding[] => {
        const omitted = omittedText(look);
        if (omitted === null) return [];
        const said = events.known
          ? look.workload.pods
              .flatMap((pod) => eventsOf('Pod', pod, events.value))
              .filter(({ reason }) => reason === 'DNSConfigForming')
          : [];
        return [
          finding({
            severity: subject.role === 'caller' ? 'medium' : 'low',
            confidence: 'certain',
            message: `${objectText(look.workload)} does not get all of its DNS configuration: the kubelet leaves out ${omitted}`,
            scope: scopeIn(subject),
            evidence: [
              specRow(look, 'dnsConfig', `too much for one resolv.conf: ${omitted}`, omitted, null),
              ...said.slice(0, 1).map(eventRow),
            ],
            effects: ['names that only these would have found do not resolve there'],
            fix: {
              summary: 'list fewer of them',
              safety: 'review',
              commands: [],
              steps: [`take from dnsConfig of ${objectText(look.workload)} what is not needed`],
              patch: null,
            },
          }),
        ];
      }),
    );
  },
});
