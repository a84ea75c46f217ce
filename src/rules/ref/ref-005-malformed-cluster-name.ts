import type { Container } from '../../facts/wire.ts';
import { serviceBehind } from '../../model/called-services.ts';
import { MALFORMED, type Malformed, malformed } from '../../model/malformed-name.ts';
import type { ReferencingWorkload } from '../../model/referencing.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { isSettling, saidRows, setEnvCommands, type Usage, useRows, workloadText } from './reference-text.ts';
import { weighAddress } from './reference-weight.ts';

type Use = Usage['uses'][number];

/** `DB_HOST=db:5432` beside `DB_PORT`: the program puts a port behind the host once more. */
function holdsMore(use: Use, { spec }: ReferencingWorkload): Malformed | null {
  const stem = /^(.*)_HOST(?:NAME)?$/i.exec(use.variable)?.[1];
  if (stem === undefined || use.portVariable !== undefined || (use.port === null && use.scheme === null)) return null;
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])] as readonly Container[];
  const own = containers.find(({ name }) => name === use.container)?.env ?? [];
  const isSplit = own.some(({ name }) => name.toUpperCase() === `${stem.toUpperCase()}_PORT`);
  return isSplit ? { cause: 'more-than-host', right: use.host } : null;
}

/** A name that was meant for the cluster's DNS and cannot be one: the lookup fails whatever exists. */
export const ref005 = defineRule({
  id: 'REF-005',
  name: 'malformed-cluster-name',
  stage: 'references',
  severity: 'critical',
  title: 'a workload calls a name that cannot be that of a Service',
  healthy: 'names of Services are written as DNS spells them',
  roles: ['target', 'dependency', 'caller'],
  offline: true,
  gate: 'calls',
  needs: ['references', 'services'],
  uses: ['servicesEverywhere', 'logs'],
  explains: ['POD-009', 'REF-001'],
  causes: MALFORMED,
  docs: {
    why: 'A Service is found as NAME, NAME.NAMESPACE, NAME.NAMESPACE.svc and NAME.NAMESPACE.svc.CLUSTER-DOMAIN. What ends in the cluster domain and has another form does not exist for DNS. Names of Services have no underscores, and svc/NAME is what kubectl takes, not a host.',
    confirm: ['kubectl -n NAMESPACE exec POD -- nslookup HOST'],
    fix: 'Write the name in one of these forms; NAME.NAMESPACE is enough.',
    references: ['kubernetes.io: DNS for Services and Pods', 'Kubernetes DNS specification 1.1.0'],
  },
  check(facts) {
    const { references, services, servicesEverywhere: all, subject, now } = facts;
    const findings = references.flatMap((workload): Finding[] => {
      const exists = (host: string): boolean => serviceBehind(host, workload.namespace, services, all) !== null;
      return workload.references.flatMap((use): Finding[] => {
        const fault = malformed(use.host, use.scheme === null ? use.path : null, exists) ?? holdsMore(use, workload);
        if (fault === null) return [];
        const { cause, right } = fault;
        const { confidence, said } = weighAddress({ workload, uses: [use] }, ({ host }) => host === use.host, facts);
        const bare = cause === 'more-than-host' ? { ...use, port: null, scheme: null } : use;
        const rest = cause === 'kind-in-name' ? { ...bare, path: '' } : bare;
        const commands = setEnvCommands({ workload, uses: [rest] }, right);
        const target = serviceBehind(right, workload.namespace, services, all)?.metadata;
        const key = target === undefined ? null : `${target.namespace}/${target.name}`;
        const meant = subject.role === 'caller' && key !== null && subject.calls === key && cause !== 'more-than-host';
        return [
          finding({
            severity: 'critical',
            confidence: meant ? 'certain' : cause === 'more-than-host' && said === null ? 'possible' : confidence,
            cause,
            message: `${workloadText(workload)} calls "${use.host}", which cannot work: ${MALFORMED[cause]}`,
            scope: { service: subject.role === 'caller' ? (key ?? use.host) : null },
            evidence: [...useRows(workload, [use], right), ...saidRows(said)],
            effects: [`lookups of what ${use.variable} says fail: "could not resolve host"`],
            fix: {
              summary: `write ${right}`,
              safety: 'review',
              commands,
              steps: commands.length > 0 ? [] : [`write ${right} where the address stands`],
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
