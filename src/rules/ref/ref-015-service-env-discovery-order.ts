import type { Container, Pod, Service } from '../../facts/wire.ts';
import { isHeadless } from '../../model/governing.ts';
import type { ReferencingWorkload } from '../../model/referencing.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { isSettling, workloadText } from './reference-text.ts';
import { weigh } from './reference-weight.ts';

interface Link {
  prefix: string;
  container: string;
}

function linksOf(pod: Pod): readonly Link[] {
  const containers = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])] as readonly Container[];
  return containers.flatMap(({ name, extracts }) =>
    (extracts?.linked ?? []).map((prefix) => ({ prefix, container: name })),
  );
}

/** The name as the kubelet writes it: capitals, hyphens as underscores. */
function prefixOf({ metadata }: Service): string {
  return (metadata?.name ?? '').toUpperCase().replaceAll('-', '_');
}

/** Pods that were there before the Service: the kubelet sets its variables when a container is made. */
function tooOld({ pods }: ReferencingWorkload, service: Service, prefix: string): readonly Pod[] {
  const born = Date.parse(service.metadata?.creationTimestamp ?? '');
  return pods.filter((pod) => {
    if (!linksOf(pod).some((link) => link.prefix === prefix)) return false;
    const starts = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].map(
      ({ state }) => Date.parse(state?.running?.startedAt ?? state?.terminated?.startedAt ?? ''),
    );
    return pod.spec?.enableServiceLinks === false || starts.some((start) => start < born);
  });
}

/** `X_SERVICE_HOST` is used, and no container of the Pod can have it. */
export const ref015 = defineRule({
  id: 'REF-015',
  name: 'service-env-discovery-order',
  stage: 'references',
  severity: 'medium',
  title: 'a workload relies on the variables of a Service that is younger than its Pods',
  healthy: 'variables of Services are there where they are used',
  roles: ['target', 'dependency', 'caller'],
  gate: 'calls',
  needs: ['references', 'services'],
  uses: ['logs'],
  explains: ['POD-008'],
  docs: {
    why: 'The kubelet gives a container variables such as WEB_SERVICE_HOST for the Services with a cluster IP that its namespace has at that moment. A Service that comes later has none in it, one that was created again has another address, and with enableServiceLinks: false there are none at all.',
    confirm: [
      'kubectl -n NAMESPACE exec POD -- env',
      'kubectl -n NAMESPACE get services,pods --sort-by=.metadata.creationTimestamp',
    ],
    fix: 'Restart the Pods, or better call the Service by its name.',
    references: ['kubernetes.io: Service, environment variables', 'API reference: PodSpec.enableServiceLinks'],
  },
  check(facts) {
    const { references, services, subject, now } = facts;
    const findings = references.flatMap((workload) => {
      const used = new Set(workload.pods.flatMap(linksOf).map(({ prefix }) => prefix));
      if (used.size === 0) return [];
      const known = services.filter((service) => used.has(prefixOf(service)) && !isHeadless(service));
      return known.flatMap((service): Finding[] => {
        const prefix = prefixOf(service);
        const pods = tooOld(workload, service, prefix);
        const { name, namespace } = service.metadata ?? {};
        if (pods.length === 0) return [];
        const { confidence } = weigh({ workload, uses: [] }, () => false, `${namespace}/${name}`, facts);
        const off = pods.every(({ spec }) => spec?.enableServiceLinks === false);
        const kind = workload.kind.toLowerCase();
        const restart = `kubectl -n ${workload.namespace} rollout restart ${kind}/${workload.name}`;
        const isRestartable = !off && ['deployment', 'statefulset', 'daemonset'].includes(kind);
        return [
          finding({
            severity: 'medium',
            confidence: confidence === 'certain' ? 'likely' : confidence,
            message: `${workloadText(workload)} uses ${prefix}_SERVICE_HOST, which ${pods.length} of its ${workload.pods.length} Pods ${off ? 'do not get' : `lack or have from an earlier Service ${namespace}/${name}`}`,
            scope: { service: subject.role === 'caller' ? `${namespace}/${name}` : null },
            evidence: [
              {
                label: off ? 'Pods' : 'Service',
                text: off
                  ? 'enableServiceLinks is false'
                  : `created ${service.metadata?.creationTimestamp}, after the containers started`,
                object: off
                  ? `Pod ${pods[0]?.metadata?.namespace}/${pods[0]?.metadata?.name}`
                  : `Service ${namespace}/${name}`,
                path: off ? 'spec.enableServiceLinks' : 'metadata.creationTimestamp',
                found: off ? 'false' : (service.metadata?.creationTimestamp ?? null),
                expected: null,
              },
            ],
            effects: [`calls from there to ${namespace}/${name} go to no address, or to an old one`],
            fix: {
              summary: isRestartable ? 'restart the Pods' : `call ${name} by its name`,
              safety: 'review',
              commands: isRestartable ? [restart] : [],
              steps: isRestartable ? [] : [`write ${name} in place of ${prefix}_SERVICE_HOST`],
              patch: null,
            },
            converging: isSettling(workload, now),
          }),
        ];
      });
    });
    return failIfAny(findings);
  },
});
