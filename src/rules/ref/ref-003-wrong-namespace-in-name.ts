import { type MissingReference, missingReferences, namespacesWith } from '../../model/missing-references.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny, pass } from '../rule.ts';
import {
  complaintAbout,
  confidenceOf,
  isSettling,
  referenceRows,
  scopeOf,
  setEnvCommands,
  workloadText,
} from './reference-text.ts';

/** A name with a namespace in which there is no such Service, while another namespace has one of that name. */
export const ref003 = defineRule({
  id: 'REF-003',
  name: 'wrong-namespace-in-name',
  stage: 'references',
  severity: 'critical',
  title: 'a workload calls a Service by the name of a namespace that does not have it',
  healthy: 'names with a namespace lead to the namespace of the Service',
  roles: ['target', 'dependency', 'caller'],
  offline: true,
  gate: 'calls',
  needs: ['references', 'services'],
  uses: ['servicesEverywhere', 'logs'],
  explains: ['REF-001'],
  docs: {
    why: '"web.staging" means the Service web of namespace staging and nothing else. Manifests that were copied to another namespace keep the old one in their addresses: where it has no such Service, or does not exist, DNS answers NXDOMAIN.',
    confirm: ['kubectl get services -A --field-selector metadata.name=NAME'],
    fix: 'Write the namespace in which the Service stands; in its own namespace the name alone is enough.',
    references: ['kubernetes.io: DNS for Services and Pods', 'Kubernetes DNS specification 1.1.0'],
  },
  check({ subject, services, references, logs, servicesEverywhere: all, now }) {
    const named = missingReferences(references, services, all).missing.filter(({ short }) => !short);
    if (named.length === 0) return pass;
    return failIfAny(
      named.flatMap((missing: MissingReference): Finding[] => {
        const { workload, service, host } = missing;
        const places = namespacesWith(service.name, all) ?? [];
        const home = places.includes(workload.namespace) ? workload.namespace : null;
        const place = home ?? (places.length === 1 ? places[0] : undefined);
        if (place === undefined) return [];
        const said = complaintAbout(missing, logs, now);
        const meant = subject.role === 'caller' && subject.calls === `${place}/${service.name}`;
        const right = home === null ? `${service.name}.${place}` : service.name;
        const commands = setEnvCommands(missing, right);
        return [
          finding({
            severity: 'critical',
            confidence: meant ? 'certain' : confidenceOf(said, missing),
            message: `${workloadText(workload)} calls "${host}", but Service ${service.name} is in ${place}, not in ${service.namespace}`,
            scope: { service: scopeOf(missing, subject) },
            evidence: [
              ...referenceRows(missing, said),
              {
                label: 'closest',
                text: `Service ${place}/${service.name}`,
                object: `Service ${place}/${service.name}`,
                path: 'metadata.namespace',
                found: place,
                expected: service.namespace,
              },
            ],
            effects: [`lookups of "${host}" from there fail: "could not resolve host"`],
            fix: {
              summary: `call ${right}`,
              safety: 'review',
              commands,
              steps: commands.length > 0 ? [] : [`write ${right} in place of ${host}`],
              patch: null,
            },
            notes: [
              {
                label: 'not',
                text: `a fault of ${place}/${service.name}: only the name that the caller uses is wrong`,
              },
            ],
            dependency:
              subject.role === 'caller' || !workload.struggles ? null : `${service.namespace}/${service.name}`,
            converging: isSettling(workload, now),
          }),
        ];
      }),
    );
  },
});
