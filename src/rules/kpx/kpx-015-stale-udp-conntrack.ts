import type { Node } from '../../facts/wire.ts';
import { dataplaneOf } from '../../model/dataplane.ts';
import { matchedPods } from '../../model/endpoints.ts';
import { portLabel } from '../../model/ports.ts';
import { ageOf, ageText, isReady } from '../../model/readiness.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { nameOf, stepsFix } from '../service-text.ts';

/** Long enough for a client that goes on sending to notice; what is older would long be seen. */
const RECENT = 10 * 60_000;
/** Since then entries of the connection table are cleaned up in another way, with gaps (kubernetes#125467, #139628). */
const SINCE_MINOR = 32;

function minorOf({ status }: Node): number {
  return Number(/^v1\.(\d+)/.exec(status?.nodeInfo?.kubeletVersion ?? '')?.[1] ?? 0);
}

/** The kernel sends a UDP client from the same port where it sent it before, until kube-proxy deletes that entry (pkg/proxy/conntrack). */
export const kpx015 = defineRule({
  id: 'KPX-015',
  name: 'stale-udp-conntrack',
  stage: 'dataplane',
  severity: 'medium',
  title: 'UDP clients may still be sent to an endpoint that is gone',
  healthy: 'no UDP Service whose endpoints have just changed',
  roles: ['target'],
  gate: 'kube-proxy',
  needs: ['service', 'pods', 'systemWorkloads', 'systemPods', 'nodes'],
  uses: [],
  explains: [],
  docs: {
    why: 'UDP has no connections, but the kernel remembers where it sent a client, by address and port, and goes on sending it there while it keeps talking. When an endpoint goes, kube-proxy must delete that memory; releases since 1.32 miss cases. A client with a fixed source port (DNS forwarders, syslog, SIP, game clients) then talks to an address where nobody is. Whether it does, only the table of connections on the node of the caller tells.',
    confirm: [
      'kubectl get endpointslices -l kubernetes.io/service-name=SERVICE -o wide',
      'kubectl debug node/NODE -it --profile=sysadmin --image=nicolaka/netshoot -- conntrack -L -p udp --orig-dst CLUSTER-IP',
    ],
    fix: 'Let the client start anew or use another source port; delete the entries with conntrack -D; update kube-proxy.',
    references: ['kubernetes/kubernetes#125467', 'kubernetes.io: Virtual IPs and Service Proxies'],
  },
  check({ service, pods, systemWorkloads, systemPods, nodes, now }) {
    const port = service.spec?.ports?.find(({ protocol }) => protocol === 'UDP');
    if (port === undefined || service.spec?.clusterIP === 'None') return notApplicable('no UDP port on a cluster IP');
    if (dataplaneOf(systemWorkloads, systemPods, nodes).kind !== 'kube-proxy')
      return notApplicable('Services are not served by kube-proxy');
    if (!nodes.some((node) => minorOf(node) >= SINCE_MINOR)) return pass;
    const isOld = (ageOf(service.metadata?.creationTimestamp, now) ?? RECENT) > RECENT;
    const fresh = matchedPods(service, pods)
      .filter((pod) => isReady(pod) && (ageOf(pod.metadata?.creationTimestamp, now) ?? RECENT) < RECENT)
      .sort((a, b) => ((a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1));
    const [first] = fresh;
    if (!isOld || first === undefined) return pass;
    const age = ageText(ageOf(first.metadata?.creationTimestamp, now) ?? 0);
    return fail(
      finding({
        severity: 'medium',
        confidence: 'possible',
        scope: { port: portLabel(port) },
        message: `UDP clients of ${nameOf(service)} that keep their source port may still be sent to a Pod that is gone: its endpoints changed ${age} ago`,
        evidence: [
          {
            label: 'Pods',
            text: `${fresh.length} made within ten minutes, ${first.metadata?.name} ${age} ago`,
            object: `Pod ${first.metadata?.namespace}/${first.metadata?.name}`,
            path: 'metadata.creationTimestamp',
            found: first.metadata?.creationTimestamp ?? null,
            expected: null,
          },
        ],
        fix: stepsFix(
          'if one client gets no answer and others do: let it start anew',
          'or delete its entries on its node: conntrack -D -p udp --orig-dst CLUSTER-IP',
          'update kube-proxy to a release with the repair of kubernetes#139628',
        ),
      }),
    );
  },
});
