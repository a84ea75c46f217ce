import { providerOf } from '../../model/provider.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass, unread } from '../rule.ts';
import { nameOf, serviceRow, specFix } from '../service-text.ts';

/** Providers whose load balancers send to NodePorts of the nodes unless they are told to send to Pods. */
const NEED_NODE_PORTS: ReadonlySet<string> = new Set([
  'aws',
  'digitalocean',
  'hcloud',
  'linode',
  'openstack',
  'oci',
  'vultr',
]);

export const exp007 = defineRule({
  id: 'EXP-007',
  name: 'node-ports-disabled',
  stage: 'entrance',
  severity: 'high',
  title: 'the load balancer may need NodePorts, and they are switched off',
  healthy: 'the load balancer has what it sends to',
  roles: ['target'],
  gate: 'exposed',
  needs: ['service'],
  uses: ['nodes'],
  explains: [],
  docs: {
    why: 'Many load balancers send to a NodePort on each node. With allocateLoadBalancerNodePorts: false there is none, so they have nothing to send to, unless they know how to reach Pods.',
    confirm: ['kubectl get service NAME -o yaml'],
    fix: 'Leave allocateLoadBalancerNodePorts out, or let the load balancer send to Pods.',
    references: ['kubernetes.io: Service, disabling load balancer NodePort allocation'],
  },
  check({ service, nodes }) {
    const { spec, metadata } = service;
    if (spec?.type !== 'LoadBalancer' || spec.allocateLoadBalancerNodePorts !== false)
      return notApplicable('NodePorts are not switched off');
    const target = metadata?.annotations?.['service.beta.kubernetes.io/aws-load-balancer-nlb-target-type'];
    if (!nodes.known) return unread(nodes);
    const provider = providerOf(nodes.value);
    const without = (spec.ports ?? []).filter(({ nodePort }) => nodePort === undefined);
    if (without.length === 0 || target === 'ip' || provider === null || !NEED_NODE_PORTS.has(provider)) return pass;
    return fail(
      finding({
        severity: 'high',
        confidence: 'possible',
        message: `the load balancer of ${nameOf(service)} may have nothing to send to: NodePorts are switched off`,
        evidence: [
          serviceRow(
            service,
            `allocateLoadBalancerNodePorts false, nodes of ${provider}`,
            'spec.allocateLoadBalancerNodePorts',
            'false',
            'true',
          ),
        ],
        fix: specFix(service, { allocateLoadBalancerNodePorts: true }, 'give it NodePorts'),
      }),
    );
  },
});
