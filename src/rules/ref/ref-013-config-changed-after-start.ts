import type { Pod } from '../../facts/wire.ts';
import { hear } from '../../model/complaints.ts';
import { resolveHost } from '../../model/references.ts';
import type { ReferencingWorkload } from '../../model/referencing.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { type Said, saidRows, type Usage, useRows, workloadText } from './reference-text.ts';

type Use = Usage['uses'][number];

/** Pods whose container runs since before the change. */
function older({ pods }: ReferencingWorkload, container: string, changed: number): readonly Pod[] {
  return pods.filter((pod) =>
    pod.status?.containerStatuses?.some(
      ({ name, state }) => name === container && Date.parse(state?.running?.startedAt ?? '') < changed,
    ),
  );
}

/** What the workload gets when a container starts and never again, by ConfigMap. */
function fixedUses({ told }: ReferencingWorkload): ReadonlyMap<string, readonly Use[]> {
  const found = new Map<string, Use[]>();
  for (const use of told) {
    if (use.source === undefined || use.source.how === 'file') continue;
    found.set(use.source.configMap, [...(found.get(use.source.configMap) ?? []), use]);
  }
  return found;
}

/** A ConfigMap that was changed while the containers that were told by it went on. */
export const ref013 = defineRule({
  id: 'REF-013',
  name: 'config-changed-after-start',
  stage: 'references',
  severity: 'high',
  title: 'the ConfigMap that addresses come from was changed after the containers started',
  healthy: 'containers started after the last change of the ConfigMaps that tell them whom to call',
  roles: ['target', 'dependency'],
  gate: 'calls',
  needs: ['references'],
  uses: ['configMaps', 'logs'],
  explains: ['POD-009', 'POD-012', 'REF-001'],
  docs: {
    why: 'Variables and files mounted with subPath keep the value that they had when the container started: Pods that run go on calling the old address until they are made anew. Files of a whole ConfigMap follow within a minute or two.',
    confirm: [
      'kubectl -n NAMESPACE get configmap NAME --show-managed-fields -o yaml',
      'kubectl -n NAMESPACE exec POD -- env',
    ],
    fix: 'Restart the Pods.',
    references: [
      'kubernetes.io: ConfigMaps, mounted ConfigMaps are updated automatically',
      'API reference: ManagedFieldsEntry',
    ],
  },
  check({ references, configMaps, logs, now }) {
    if (!configMaps.known) return failIfAny([]);
    const read = configMaps.value;
    const findings = references.flatMap((workload) =>
      [...fixedUses(workload)].flatMap(([name, uses]): Finding[] => {
        const config = read(workload.namespace, name);
        const time = config.known ? config.value?.changedAt : undefined;
        const stale = new Set(uses.flatMap(({ container }) => older(workload, container, Date.parse(time ?? ''))));
        if (time === undefined || stale.size === 0) return [];
        const said = oldAddress(workload, [...stale]);
        const kind = workload.kind.toLowerCase();
        const isRestartable = ['deployment', 'statefulset', 'daemonset'].includes(kind);
        return [
          finding({
            severity: 'high',
            confidence: said === null ? 'possible' : 'likely',
            message: `${stale.size} of ${workload.pods.length} Pods of ${workloadText(workload)} run with addresses from before ConfigMap ${workload.namespace}/${name} was changed`,
            evidence: [
              {
                label: 'ConfigMap',
                text: `changed ${time}, after the containers started`,
                object: `ConfigMap ${workload.namespace}/${name}`,
                path: 'metadata.managedFields',
                found: time,
                expected: null,
              },
              ...useRows(workload, uses, null),
              ...saidRows(said),
            ],
            effects: ['they call what the ConfigMap said before'],
            fix: {
              summary: 'restart the Pods',
              safety: 'review',
              commands: isRestartable
                ? [`kubectl -n ${workload.namespace} rollout restart ${kind}/${workload.name}`]
                : [],
              steps: isRestartable ? [] : ['delete the Pods, so that their owner makes new ones'],
              patch: null,
            },
          }),
        ];
      }),
    );
    return failIfAny(findings);

    /** A complaint about a Service that the workload is no longer told to call. */
    function oldAddress(workload: ReferencingWorkload, pods: readonly Pod[]): Said | null {
      const called = workload.told.map(({ host }) => resolveHost(host, workload.namespace));
      for (const pod of logs.known ? pods : []) {
        const complaints = hear(pod, logs.known ? logs.value : () => logs, [], now).complaints;
        const found = complaints.find(
          ({ service }) =>
            service !== null &&
            !called.some((one) => 'name' in one && one.name === service.name && one.namespace === service.namespace),
        );
        if (found !== undefined)
          return { pod: `${pod.metadata?.namespace}/${pod.metadata?.name}`, line: found.match.line };
      }
      return null;
    }
  },
});
