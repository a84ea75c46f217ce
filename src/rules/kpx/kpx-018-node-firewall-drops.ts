import { silentCalls } from '../../model/silent-calls.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { nameOf, stepsFix } from '../service-text.ts';
import { podName } from './proxy-text.ts';

/** "No route to host" towards a Service with endpoints is what a firewall's rejection looks like (icmp-host-prohibited of firewalld). */
export const kpx018 = defineRule({
  id: 'KPX-018',
  name: 'node-firewall-drops',
  stage: 'dataplane',
  severity: 'medium',
  title: 'a firewall on the nodes may reject calls between Pods',
  healthy: 'no Pod complains that a Service with endpoints is unreachable',
  roles: ['target'],
  gate: 'troubled',
  needs: ['service', 'pods', 'services'],
  uses: ['namespaceSlices', 'logs'],
  explains: [],
  docs: {
    why: 'firewalld, ufw, a policy FORWARD DROP of Docker, or a security group between nodes keep packets of Pods away. One that rejects answers "no route to host", which kube-proxy never does; one that drops lets calls hang. No object of the API shows a firewall: rule out what does (policies, the network plugin, kube-proxy) first.',
    confirm: [
      'kubectl debug node/NODE -it --profile=sysadmin --image=nicolaka/netshoot -- iptables -S FORWARD',
      'kubectl exec POD -- wget -qO- -T 3 http://IP-OF-A-POD-ON-ANOTHER-NODE:PORT',
    ],
    fix: 'Stop firewalld or open it for the ranges of Pods and Services; set the policy of FORWARD to ACCEPT; open the ports of the overlay in the security group.',
    references: ['kubernetes.io: Ports and Protocols', 'kubernetes.io: Cluster Networking'],
  },
  check({ service, pods, services, namespaceSlices, logs, now }) {
    if (!namespaceSlices.known || !logs.known) return notApplicable('what its Pods complain of was not read');
    const world = { service, pods, services, slices: namespaceSlices.value, logs: logs.value };
    const [call] = silentCalls(world, 'unreachable', now);
    if (call === undefined) return pass;
    const elsewhere = call.targets.every((target) => target !== call.node);
    return fail(
      finding({
        severity: 'medium',
        confidence: 'possible',
        message: `${podName(call.pod)} is told that ${nameOf(call.service)} is unreachable, though it has endpoints: a firewall on node ${call.node}${elsewhere ? ' or on theirs' : ''} may reject the call`,
        scope: { node: call.node },
        evidence: [
          {
            label: 'last log',
            text: `"${call.match.line}"`,
            object: `Pod ${podName(call.pod)}`,
            path: 'log',
            found: call.match.line,
            expected: null,
          },
        ],
        fix: stepsFix(
          'let the nodes forward packets of Pods',
          `on node ${call.node}: look at firewalld, ufw and iptables -S FORWARD`,
          'open them for the ranges of Pods and Services, and for the port of the overlay between nodes',
        ),
      }),
    );
  },
});
