import { dnsServiceOf } from '../../model/dns-service.ts';
import { eventsOf } from '../../model/events.ts';
import { clusterDnsOf } from '../../model/kubelet-config.ts';
import { resolverMode } from '../../model/resolver.ts';
import { finding } from '../finding.ts';
import { defineRule, failIfAny, notApplicable, pass } from '../rule.ts';
import { FAILED_LOOKUPS, objectText, scopeIn } from './caller-text.ts';

/** Without clusterDNS a kubelet makes ClusterFirst fall back to the node's resolv.conf, with the event MissingClusterDNS on the Pod. */
export const cli007 = defineRule({
  id: 'CLI-007',
  name: 'kubelet-has-no-cluster-dns',
  stage: 'dns',
  severity: 'critical',
  title: 'the kubelet does not know the address of the cluster DNS',
  healthy: 'the kubelets know the address of the cluster DNS',
  roles: ['caller'],
  needs: ['references'],
  uses: ['systemServices', 'events', 'kubeletConfig'],
  explains: FAILED_LOOKUPS,
  docs: {
    why: 'The kubelet writes its clusterDNS into the resolv.conf of Pods with dnsPolicy ClusterFirst. Where it has none, these Pods get the resolv.conf of the node, which knows no Service, and the event MissingClusterDNS.',
    confirm: [
      'kubectl get events -A --field-selector reason=MissingClusterDNS',
      "kubectl -n kube-system get configmap kubelet-config -o jsonpath='{.data.kubelet}'",
    ],
    fix: 'Set clusterDNS in the configuration of the kubelet to the cluster IP of the DNS Service, restart it, and make the Pods anew.',
    references: [
      'kubernetes.io: kubelet configuration (v1beta1), clusterDNS',
      'kubernetes.io: Customizing DNS Service',
    ],
  },
  check({ subject, references, events, kubeletConfig, systemServices }) {
    if (!events.known) return pass;
    const told = kubeletConfig.known && kubeletConfig.value !== null ? clusterDnsOf(kubeletConfig.value) : null;
    const workloads = references.filter(({ spec }) => spec !== undefined && resolverMode(spec) === 'cluster');
    if (workloads.length === 0) return notApplicable('its Pods do not ask the DNS of the cluster');
    const address = systemServices.known ? dnsServiceOf(systemServices.value)?.spec?.clusterIP : undefined;
    return failIfAny(
      workloads.flatMap((workload) => {
        const said = workload.pods
          .flatMap((pod) => eventsOf('Pod', pod, events.value))
          .find(({ reason }) => reason === 'MissingClusterDNS');
        if (said === undefined) return [];
        const { namespace, name } = said.involvedObject;
        return [
          finding({
            severity: 'critical',
            confidence: 'certain',
            message: `${objectText(workload)} resolves no Service name: the kubelet of its node does not know the cluster DNS`,
            scope: scopeIn(subject),
            evidence: [
              {
                label: 'event',
                text: `MissingClusterDNS: ${said.message ?? ''}`,
                object: `Pod ${namespace}/${name}`,
                path: 'events',
                found: said.message ?? null,
                expected: null,
              },
              ...(told === null
                ? []
                : [
                    {
                      label: 'kubelet',
                      text: `clusterDNS of ConfigMap kube-system/kubelet-config: ${told.join(', ') || 'none'}`,
                      object: 'ConfigMap kube-system/kubelet-config',
                      path: 'data.kubelet.clusterDNS',
                      found: told.join(', '),
                      expected: address ?? null,
                    },
                  ]),
            ],
            effects: ['names of Services do not resolve there; names of the internet do'],
            fix: {
              summary: 'tell the kubelet the address of the DNS Service',
              safety: 'review',
              commands: ['kubectl -n kube-system get service kube-dns'],
              steps: [
                `set clusterDNS to ${address ?? 'the cluster IP of the DNS Service'} in the configuration of the kubelet (on kubeadm /var/lib/kubelet/config.yaml), and restart it`,
                `make the Pods of ${objectText(workload)} anew`,
              ],
              patch: null,
            },
          }),
        ];
      }),
    );
  },
});
