import type { Container, Service } from '../../facts/wire.ts';
import { portCalled } from '../../model/called-services.ts';
import { type PodLike, servingContainers } from '../../model/ports.ts';
import { resolveHost } from '../../model/references.ts';
import type { ReferencingWorkload } from '../../model/referencing.ts';
import { speaksFor } from '../../model/target-port.ts';
import { type Finding, type Fix, finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { isSettling, saidRows, setEnvCommands, type Usage, useRows, workloadText } from './reference-text.ts';
import { weighAddress } from './reference-weight.ts';

type Use = Usage['uses'][number];

/** Variables whose value is for a browser, for other machines, or for the container's own server. */
const NOT_CALLED =
  /(?:^|_)(?:LISTEN|BIND|SELF|HEALTH\w*|PROBE|CALLBACK|REDIRECT|PUBLIC|EXTERNAL|ORIGINS?|CORS|ALLOWED|HOSTNAME|BASE_URL|SITE|ADVERTISED?|FRONTEND)(?:_|$)|^(?:VITE|REACT_APP|NEXT_PUBLIC|VUE_APP|NG)_/i;

/** True where something in the Pod may listen there: a port that is spoken for, or a neighbour that declares none. */
function mayListen(use: Use, port: number, { spec }: ReferencingWorkload): boolean {
  if (spec === undefined || spec.hostNetwork === true) return true;
  const like: PodLike = { spec };
  if (speaksFor(like, port, 'TCP')) return true;
  const neighbours = servingContainers(like).filter(({ name }: Container) => name !== use.container);
  return neighbours.some(({ ports }) => (ports ?? []).length === 0);
}

function fixOf(workload: ReferencingWorkload, use: Use, port: number, services: readonly Service[]): Fix {
  const serving = services.filter(({ spec }) => spec?.ports?.some((one) => one.port === port));
  const name = serving.length === 1 ? serving[0]?.metadata?.name : undefined;
  const commands = name === undefined ? [] : setEnvCommands({ workload, uses: [use] }, name);
  const step = `write the name of the Service in place of ${use.host} in ${use.variable}`;
  return {
    summary: name === undefined ? 'call the Service by its name' : `call ${name}, the only Service with port ${port}`,
    safety: 'guess',
    commands,
    steps: commands.length > 0 ? [] : [step],
    patch: null,
  };
}

/** In a Pod localhost is the Pod: what runs elsewhere is not reached there. */
export const ref006 = defineRule({
  id: 'REF-006',
  name: 'localhost-reference',
  stage: 'references',
  severity: 'high',
  title: 'a workload is told to call localhost, where nothing of its Pod listens',
  healthy: 'what is called on localhost runs in the same Pod',
  roles: ['target', 'dependency', 'caller'],
  offline: true,
  gate: 'calls',
  needs: ['references', 'services'],
  uses: ['logs'],
  explains: ['POD-007', 'POD-008', 'POD-012'],
  docs: {
    why: 'localhost means the Pod itself, not the machine on which it was developed and not another Pod. A database or an API that runs in Pods of its own is reached by the name of its Service. Sidecars do listen on localhost: where a neighbour declares no ports, nothing is said.',
    confirm: [
      'kubectl -n NAMESPACE logs POD',
      'kubectl -n NAMESPACE get pod POD -o jsonpath={.spec.containers[*].ports}',
    ],
    fix: 'Write the name of the Service.',
    references: ['kubernetes.io: Pods, resource sharing and communication', 'kubernetes.io: DNS for Services and Pods'],
  },
  check(facts) {
    const { references, services, subject, now } = facts;
    const findings = references.flatMap((workload) =>
      workload.told.flatMap((use): Finding[] => {
        const port = portCalled(use);
        if (resolveHost(use.host, workload.namespace).kind !== 'local' || port === null) return [];
        if (/^(?:args|command)$/.test(use.variable) || NOT_CALLED.test(use.variable)) return [];
        if (/^(?:0\.0\.0\.0|::)$/.test(use.host) || mayListen(use, port, workload)) return [];
        const isLocal = (place: string | null): boolean => place !== null && resolveHost(place, 'x').kind === 'local';
        const { confidence, said } = weighAddress(
          { workload, uses: [use] },
          (match) => match.class === 'refused' && (isLocal(match.host) || isLocal(match.ip)) && match.port === port,
          facts,
        );
        return [
          finding({
            severity: 'high',
            confidence,
            message: `${workloadText(workload)} calls ${use.host}:${port}, but no container of its Pod is known to listen there`,
            scope: { service: subject.role === 'caller' ? `localhost:${port}` : null },
            evidence: [...useRows(workload, [use], null), ...saidRows(said)],
            effects: [`calls from there to ${use.host}:${port} are refused`],
            fix: fixOf(workload, use, port, services),
            converging: isSettling(workload, now),
          }),
        ];
      }),
    );
    return failIfAny(findings);
  },
});
