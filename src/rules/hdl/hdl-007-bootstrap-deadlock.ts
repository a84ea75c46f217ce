import type { Pod, Service, StatefulSet } from '../../facts/wire.ts';
import { governingName, isHeadless, isPeerName, peerReference } from '../../model/governing.ts';
import { matchLog } from '../../model/log-shapes.ts';
import { containerStates, isLive, isReady } from '../../model/readiness.ts';
import { podsOf, type Workload } from '../../model/workloads.ts';
import type { LogReader } from '../facts.ts';
import { type Evidence, finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { nameOf, serviceRow, specFix } from '../service-text.ts';

/** A line in which a Pod of the StatefulSet says that it cannot resolve another one. */
function complaint(workload: Workload, pods: readonly Pod[], logs: LogReader): Evidence | null {
  for (const pod of pods) {
    for (const { container } of containerStates(pod)) {
      for (const previous of [true, false]) {
        const log = logs(pod, container.name, previous);
        const found = log.known
          ? matchLog(log.value).find(
              ({ class: of, host }) => of === 'nxdomain' && host !== null && isPeerName(host, workload),
            )
          : undefined;
        if (found === undefined) continue;
        return {
          label: 'last log',
          text: `"${found.line}"`,
          object: `Pod ${pod.metadata?.namespace}/${pod.metadata?.name}`,
          path: `logs[${container.name}]`,
          found: found.host,
          expected: null,
        };
      }
    }
  }
  return null;
}

function concerns(subject: { name: string }, governing: Service, workload: Workload, service: Service | undefined) {
  const selector = Object.entries(service?.spec?.selector ?? {});
  const labels = workload.template.metadata?.labels;
  return (
    governing.metadata?.name === subject.name ||
    (selector.length > 0 && selector.every(([key, value]) => labels?.[key] === value))
  );
}

export const hdl007 = defineRule({
  id: 'HDL-007',
  name: 'bootstrap-deadlock',
  stage: 'pods',
  severity: 'critical',
  title: 'Pods of a StatefulSet wait for names of each other that exist only once they are ready',
  healthy: 'no StatefulSet waits for the names of its own Pods',
  roles: ['target', 'dependency'],
  gate: 'names',
  needs: ['services', 'workloads', 'pods'],
  uses: ['logs'],
  explains: ['HDL-002', 'POD-008', 'POD-009', 'POD-012', 'POD-014', 'POD-020'],
  docs: {
    why: "A clustered application looks up its peers before it is ready. The names come from the StatefulSet's headless Service, which publishes ready Pods only: so no Pod becomes ready.",
    confirm: ['kubectl logs POD', 'kubectl get service NAME -o jsonpath={.spec.publishNotReadyAddresses}'],
    fix: 'Set publishNotReadyAddresses on the headless Service that the StatefulSet names, not on the one for clients. Where a Pod waits for later ones, podManagementPolicy must be Parallel as well.',
    references: ['API reference: ServiceSpec.publishNotReadyAddresses', 'kubernetes.io: StatefulSets'],
  },
  check({ services, workloads, pods, logs, subject }) {
    const own = services.find(({ metadata }) => metadata?.name === subject.name);
    return failIfAny(
      workloads.flatMap((workload) => {
        const name = governingName(workload);
        const governing = services.find(({ metadata }) => metadata?.name === name);
        if (name === null || governing === undefined || !isHeadless(governing)) return [];
        if (governing.spec?.publishNotReadyAddresses === true || !concerns(subject, governing, workload, own))
          return [];
        const live = podsOf(workload, pods).filter(isLive);
        if (workload.replicas < 2 || live.length === 0 || live.some(isReady)) return [];
        const said = logs.known ? complaint(workload, live, logs.value) : null;
        const peer = said?.found ?? peerReference(workload);
        if (peer === null) return [];
        const ordered = (workload.object as StatefulSet).spec?.podManagementPolicy !== 'Parallel';
        return [
          finding({
            severity: 'critical',
            confidence: said === null ? 'possible' : 'likely',
            message: `the Pods of StatefulSet ${workload.namespace}/${workload.name} wait for each other: ${peer} resolves only once its Pod is ready`,
            evidence: [
              serviceRow(
                governing,
                `${nameOf(governing)} publishes ready Pods only; ${live.length} Pods, none Ready`,
                'spec.publishNotReadyAddresses',
                'false',
                'true',
              ),
              ...(said === null ? [] : [said]),
            ],
            effects: [`no Pod of StatefulSet ${workload.name} becomes ready`],
            fix: specFix(governing, { publishNotReadyAddresses: true }, 'publish the names before the Pods are ready'),
            notes: ordered
              ? [{ label: 'note', text: 'if a Pod waits for later ones, podManagementPolicy must be Parallel as well' }]
              : [],
          }),
        ];
      }),
    );
  },
});
