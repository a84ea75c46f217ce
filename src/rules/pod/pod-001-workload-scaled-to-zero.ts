import type { Service } from '../../facts/wire.ts';
import { DNS_NAMESPACE, dnsServiceOf } from '../../model/dns-service.ts';
import { matchedPods, selectsPods } from '../../model/endpoints.ts';
import { managedDnsOf } from '../../model/managed-dns.ts';
import type { Patch } from '../../model/patch.ts';
import { isLive } from '../../model/readiness.ts';
import { plannedBy, type Workload } from '../../model/workloads.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny, notApplicable, pass, unanswered } from '../rule.ts';
import { doubted } from '../unseen.ts';
import { deadEffects, serviceText } from './impact.ts';

/** Marks of controllers that scale to zero on purpose and up again on demand or by the clock. */
const SCALERS = /keda\.sh|knative\.dev|downscaler|kube-green|sablier|snorlax|zeropod/;

function scalerOf({ object, labels }: Workload): string | null {
  const marks = [...Object.keys(object.metadata?.annotations ?? {}), ...Object.keys(labels ?? {})];
  return marks.sort().find((mark) => SCALERS.test(mark)) ?? null;
}

/** Where names are served outside of the cluster, the DNS Pods are meant to be gone. */
function isDns(service: Service): boolean {
  return service.metadata?.namespace === DNS_NAMESPACE && dnsServiceOf([service]) !== null;
}

function fixOf({ kind, namespace, name }: Workload): NonNullable<Finding['fix']> {
  const lower = kind === 'StatefulSet' ? 'statefulset' : 'deployment';
  const patch: Patch = { kind: lower, namespace, name, type: 'merge', body: { spec: { replicas: 1 } } };
  return {
    summary: `scale ${kind} ${name} up`,
    safety: 'review',
    commands: [`kubectl -n ${namespace} scale ${lower} ${name} --replicas=1`],
    steps: [],
    patch,
  };
}

export const pod001 = defineRule({
  id: 'POD-001',
  name: 'workload-scaled-to-zero',
  stage: 'pods',
  severity: 'critical',
  title: 'the workload behind the Service is scaled to zero',
  healthy: 'the workload behind the Service wants Pods',
  roles: ['target', 'dependency'],
  offline: true,
  gate: 'idle',
  needs: ['service', 'pods', 'workloads'],
  uses: ['nodes', 'unseen'],
  explains: ['POD-020', 'DNS-002', 'HDL-002'],
  docs: {
    why: 'A Deployment or StatefulSet with spec.replicas 0 has no Pods, so a Service that selects its Pods has no endpoints and refuses every call.',
    confirm: ['kubectl get deployments,statefulsets'],
    fix: 'Scale the workload up. Where an autoscaler keeps it at zero, look at what should wake it.',
    references: ['kubernetes.io: Scale a Deployment', 'apps/v1 DeploymentSpec.replicas'],
  },
  check({ service, pods, workloads, nodes, unseen }) {
    if (!selectsPods(service)) return notApplicable('the Service selects no Pods');
    if (matchedPods(service, pods).some(isLive)) return pass;
    const behind = plannedBy(service.spec?.selector, workloads).filter(({ kind }) => kind !== 'DaemonSet');
    if (behind.length === 0 || behind.some((workload) => workload.replicas > 0)) return pass;
    const [workload] = [...behind].sort((a, b) => (`${a.name} ${a.kind}` < `${b.name} ${b.kind}` ? -1 : 1));
    if (workload === undefined) return pass;
    if (isDns(service)) {
      if (!nodes.known) return unanswered(nodes);
      const managed = managedDnsOf(nodes.value);
      if (managed !== null) return notApplicable(`names may be served by ${managed}`);
    }
    const scaler = scalerOf(workload);
    const text = `${workload.kind} ${workload.name}`;
    const fault = `${serviceText(service)} does not work: ${text} is scaled to zero`;
    const found = finding({
      severity: scaler === null ? 'critical' : 'info',
      message: scaler === null ? fault : `${serviceText(service)} has no Pods: ${text} is scaled to zero by ${scaler}`,
      evidence: [
        {
          label: 'replicas',
          text: `0 wanted by ${text}`,
          object: `${workload.kind} ${workload.namespace}/${workload.name}`,
          path: 'spec.replicas',
          found: '0',
          expected: '1 or more',
        },
      ],
      effects: deadEffects(service),
      fix: scaler === null ? fixOf(workload) : null,
    });
    return failIfAny([doubted(found, unseen)]);
  },
});
