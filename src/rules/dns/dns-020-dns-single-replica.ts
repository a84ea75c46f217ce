import { dnsPodsOf } from '../../model/coredns-log.ts';
import { expectsKubeProxy } from '../../model/dataplane.ts';
import { isReady } from '../../model/readiness.ts';
import { ownerOf } from '../../model/workloads.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { sharedNode } from './dns-text.ts';

/** One DNS Pod, or all on one node: when that node is restarted no name resolves. An opinion, for small clusters are made so. */
export const dns020 = defineRule({
  id: 'DNS-020',
  name: 'dns-single-replica',
  stage: 'dns',
  severity: 'low',
  title: 'all of DNS stands on one Pod or one node',
  healthy: 'DNS stands on several nodes',
  roles: ['dns'],
  offByDefault: true,
  needs: ['service', 'pods', 'nodes'],
  uses: [],
  explains: [],
  aliases: ['BPR-015'],
  docs: {
    why: 'Every call by name begins with a lookup. With one DNS Pod, or with all of them on one node, a restart of that node stops all lookups. kubeadm makes two; kind, minikube and k3s make one or two on purpose.',
    confirm: ['kubectl -n kube-system get pods -l k8s-app=kube-dns -o wide'],
    fix: 'Run two or more DNS Pods, spread over nodes.',
    references: ['kubernetes.io: Autoscale the DNS Service in a Cluster'],
  },
  check({ service, pods, nodes }) {
    const ready = dnsPodsOf(service, pods).filter(isReady);
    const [first] = ready;
    if (first === undefined) return notApplicable('no DNS Pod is Ready');
    const node = sharedNode(ready);
    if (node === null) return pass;
    const few = nodes.filter(expectsKubeProxy).length < 2;
    const owner = ownerOf(first);
    const name = `${service.metadata?.namespace}/${service.metadata?.name}`;
    const count = ready.length === 1 ? 'one Pod' : `${ready.length} Pods`;
    return fail(
      finding({
        severity: few ? 'info' : 'low',
        message: `all lookups stop when node ${node} does: ${name} has ${count}, all there`,
        evidence: [
          {
            label: 'Service',
            text: `${name}: ${count} on ${node}`,
            object: `Service ${name}`,
            path: 'spec.selector',
            found: String(ready.length),
            expected: '2 or more, on several nodes',
          },
        ],
        fix: {
          summary: 'run two or more, spread over nodes',
          safety: 'review',
          commands:
            owner.kind === 'Deployment' && ready.length === 1
              ? [`kubectl -n ${service.metadata?.namespace} scale deployment ${owner.name} --replicas=2`]
              : [],
          steps:
            ready.length > 1 ? ['spread the DNS Pods with topologySpreadConstraints over kubernetes.io/hostname'] : [],
          patch: null,
        },
      }),
    );
  },
});
