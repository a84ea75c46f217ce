import { isLocalCluster, providerOf } from '../../model/provider.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, unread } from '../rule.ts';
import { few, nameOf, serviceRow, stepsFix } from '../service-text.ts';

export const exp008 = defineRule({
  id: 'EXP-008',
  name: 'node-port-unreachable',
  stage: 'entrance',
  severity: 'high',
  title: 'a NodePort on nodes that hide their ports from the computer they run on',
  healthy: 'nothing speaks against the NodePort',
  roles: ['target'],
  gate: 'exposed',
  needs: ['service'],
  uses: ['nodes'],
  explains: [],
  docs: {
    why: "A NodePort is reached on the addresses of nodes. On kind and minikube nodes are containers, whose ports the host does not see unless they were mapped when the cluster was made. Elsewhere a firewall or the kube-proxy setting nodePortAddresses may stand before it (with nftables only the nodes' primary addresses answer, never localhost): a call from the client's place tells.",
    confirm: [
      'kubectl get nodes -o wide',
      'kubectl -n kube-system get configmap kube-proxy -o yaml',
      'curl http://NODE-ADDRESS:NODE-PORT',
    ],
    fix: 'Use kubectl port-forward or minikube service, map the port, or open the firewall.',
    references: ['kubernetes.io: Service, type NodePort', 'kind: extraPortMappings', 'minikube: accessing apps'],
  },
  check({ service, nodes }) {
    const ports = (service.spec?.ports ?? []).flatMap(({ nodePort }) => (nodePort === undefined ? [] : [nodePort]));
    if (service.spec?.type !== 'NodePort' || ports.length === 0)
      return notApplicable('the Service is not of type NodePort');
    if (!nodes.known) return unread(nodes);
    if (!isLocalCluster(nodes.value)) return notApplicable("only a call from the client's place can tell");
    const provider = providerOf(nodes.value);
    return fail(
      finding({
        severity: 'high',
        confidence: 'possible',
        message: `NodePort ${few(ports.map(String))} of ${nameOf(service)} may not be seen from this computer: the nodes of ${provider} are containers`,
        evidence: [serviceRow(service, `nodePort ${few(ports.map(String))}`, 'spec.ports[].nodePort')],
        fix: {
          ...stepsFix(
            'reach it another way',
            provider === 'kind'
              ? 'make the cluster with extraPortMappings for the port'
              : `run minikube service ${service.metadata?.name} -n ${service.metadata?.namespace}`,
          ),
        },
        notes: [
          {
            label: 'or',
            text: `kubectl -n ${service.metadata?.namespace} port-forward service/${service.metadata?.name} 8080:${service.spec.ports?.[0]?.port}`,
          },
        ],
      }),
    );
  },
});
