import type { Container } from '../../facts/wire.ts';
import { serviceBehind } from '../../model/called-services.ts';
import { resolveHost } from '../../model/references.ts';
import type { ReferencingWorkload } from '../../model/referencing.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import {
  addressText,
  complaintAbout,
  isSettling,
  saidRows,
  type Usage,
  useRows,
  workloadText,
} from './reference-text.ts';

type Use = Usage['uses'][number];

/** Addresses that lost against a later one of the same variable: set twice in env, or set in env over what envFrom brings. */
function losersIn({ spec, told, overridden = [] }: ReferencingWorkload): readonly Use[] {
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])] as readonly Container[];
  const twice = containers.flatMap(({ name, extracts }) =>
    (extracts?.shadowed ?? [])
      .map((one) => ({ ...one, container: name }))
      .filter((one) => told.some((use) => use.variable === one.variable && use.container === name)),
  );
  return [...twice, ...overridden];
}

/** Of two values of one variable a container gets the last; what env says wins over envFrom. */
export const ref014 = defineRule({
  id: 'REF-014',
  name: 'env-shadowed',
  stage: 'references',
  severity: 'high',
  title: 'a variable is set twice, with different addresses',
  healthy: 'each address is set once',
  roles: ['target', 'dependency', 'caller'],
  offline: true,
  gate: 'calls',
  needs: ['references', 'services'],
  uses: ['servicesEverywhere', 'logs'],
  explains: ['REF-001', 'REF-004'],
  docs: {
    why: 'Where env names a variable twice the last value wins, and env wins over envFrom. The other value has no effect, however right it is. It is a fault only where the address that wins leads nowhere; overriding a default is ordinary.',
    confirm: ['kubectl -n NAMESPACE set env deployment/NAME --list', 'kubectl -n NAMESPACE exec POD -- env'],
    fix: 'Keep one of the two.',
    references: ['API reference: EnvVar', 'kubernetes.io: Define Environment Variables for a Container'],
  },
  check({ references, services, servicesEverywhere: all, logs, subject, now }) {
    const findings = references.flatMap((workload) =>
      losersIn(workload).flatMap((loser): Finding[] => {
        const winners = workload.told.filter(
          ({ variable, container }) => variable === loser.variable && container === loser.container,
        );
        const [winner] = winners;
        if (winner === undefined) return [];
        const target = resolveHost(winner.host, workload.namespace);
        const was = serviceBehind(loser.host, workload.namespace, services, all);
        const wasThere = was !== null;
        const isThere = serviceBehind(winner.host, workload.namespace, services, all) !== null;
        // the caller is asked about because its calls to the Service fail, and the value that lost leads there
        const isMeant =
          subject.role === 'caller' &&
          target.kind === 'service' &&
          !isThere &&
          subject.calls === `${was?.metadata?.namespace}/${was?.metadata?.name}`;
        const service = target.kind === 'service' ? { name: target.name, namespace: target.namespace } : null;
        const said =
          service === null || isThere ? null : complaintAbout({ workload, service, uses: winners }, logs, now);
        return [
          finding({
            severity: 'high',
            confidence: wasThere && said !== null ? 'certain' : wasThere && isMeant ? 'likely' : 'possible',
            message: `${workloadText(workload)} sets ${loser.variable} twice: ${addressText(winner)} wins over ${addressText(loser)}`,
            scope: {
              service: subject.role === 'caller' && service !== null ? `${service.namespace}/${service.name}` : null,
            },
            evidence: [...useRows(workload, [winner, loser], null), ...saidRows(said)],
            effects: [`${addressText(loser)} is never called from there`],
            fix: {
              summary: `set ${loser.variable} once`,
              safety: 'review',
              commands: [],
              steps: [
                `keep one of the values of ${loser.variable} in container "${loser.container}" of ${workloadText(workload)}`,
              ],
              patch: null,
            },
            converging: isSettling(workload, now),
          }),
        ];
      }),
    );
    return failIfAny(findings);
  },
});
