import { pinnedAddress } from '../../model/resolver.ts';
import { type Confidence, type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import type { Subject } from '../subject.ts';
import {
  FAILED_LOOKUPS,
  type Look,
  nameRows,
  objectText,
  scopeIn,
  specFix,
  specRow,
  suspects,
  unseen,
} from './caller-text.ts';

function report(
  whole: Look,
  subject: Subject,
  addressOf: (namespace: string, name: string) => string | null,
): Finding[] {
  return whole.names.flatMap((name): Finding[] => {
    const pinned = pinnedAddress(whole.spec, name.host);
    if (pinned === null) return [];
    const look = { ...whole, asked: [name] };
    const address = addressOf(name.service.namespace, name.service.name);
    const same = address === pinned;
    // A program of the Pod itself may stand in for the Service on purpose.
    const own = /^127\.|^::1$/.test(pinned);
    const confidence: Confidence = name.meant && !own && address !== null ? 'certain' : 'possible';
    const service = `${name.service.namespace}/${name.service.name}`;
    const others = (whole.spec.hostAliases ?? []).filter(
      ({ hostnames }) => !hostnames?.some((one) => one.toLowerCase() === name.host.toLowerCase()),
    );
    return [
      finding({
        severity: same ? 'info' : 'high',
        confidence,
        message: same
          ? `${objectText(whole.workload)} has the address of ${service} in hostAliases: it goes stale when the Service is made anew`
          : `${objectText(whole.workload)} never reaches ${service} as "${name.host}": hostAliases pin that name to ${pinned}`,
        scope: scopeIn(subject),
        evidence: [
          specRow(
            whole,
            'hostAliases',
            `"${name.host}" is ${pinned}${address === null ? '' : `; ${service} is ${address}`}`,
            pinned,
            address,
          ),
          ...nameRows({ ...look, complaint: null }),
        ],
        effects: same ? [] : [`calls of "${name.host}" from there go to ${pinned}, whatever the Service does`],
        fix: specFix(
          whole,
          'take the entry out of hostAliases; DNS knows the name',
          { hostAliases: others.length === 0 ? null : others },
          `take "${name.host}" out of hostAliases`,
        ),
      }),
    ];
  });
}

/** hostAliases become lines of /etc/hosts, which a resolver reads before it asks any name server. */
export const cli009 = defineRule({
  id: 'CLI-009',
  name: 'host-aliases-override',
  stage: 'references',
  severity: 'high',
  title: 'hostAliases pin the name of a Service to an address',
  healthy: 'no hostAliases stand before the name of a Service',
  roles: ['caller', 'target'],
  offline: true,
  gate: 'resolver',
  needs: ['logs'],
  uses: ['systemServices', 'references', 'services', 'called', 'kubeletConfig', 'corefile'],
  explains: FAILED_LOOKUPS,
  docs: {
    why: 'The kubelet writes hostAliases into the hosts file of the Pod. A resolver reads that file first, so a name that stands there never gets to DNS and keeps its address whatever becomes of the Service.',
    confirm: [
      "kubectl -n NAMESPACE get pod POD -o jsonpath='{.spec.hostAliases}'",
      'kubectl -n NAMESPACE exec POD -- cat /etc/hosts',
    ],
    fix: 'Take the entry out of hostAliases.',
    references: ['kubernetes.io: Adding entries to Pod /etc/hosts with HostAliases'],
  },
  check(facts) {
    const { subject, services, called } = facts;
    const looks = suspects(facts, (spec) => (spec.hostAliases ?? []).length > 0);
    if (!('length' in looks)) return unseen(looks, subject);
    const known = [...(services.known ? services.value : []), ...(called.known && called.value ? [called.value] : [])];
    const addressOf = (namespace: string, name: string): string | null => {
      const found = known.find(({ metadata }) => metadata?.name === name && metadata.namespace === namespace);
      const ip = found?.spec?.clusterIP;
      return ip === undefined || ip === 'None' ? null : ip;
    };
    return failIfAny(looks.flatMap((look) => report(look, subject, addressOf)));
  },
});
