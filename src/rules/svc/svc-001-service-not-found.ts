import type { ApiServerCall } from '../../model/api-server-calls.ts';
import { effectsOf, removalStep } from '../api-server-text.ts';
import { type Fix, finding, type Note } from '../finding.ts';
import { defineRule, fail, pass } from '../rule.ts';
import { doubted } from '../unseen.ts';
import { exposeFix, namespacesWith, nearServices, nothingRuns, unexposed } from './missing-service.ts';

function manual(summary: string, ...steps: readonly string[]): Fix {
  return { summary, safety: 'review', commands: [], steps, patch: null };
}

/** Where nothing is left that would answer, who calls it is removed as well. */
function removal(calls: readonly ApiServerCall[]): Note {
  return { label: 'or', text: removalStep(calls) };
}

export const svc001 = defineRule({
  id: 'SVC-001',
  name: 'service-not-found',
  stage: 'existence',
  severity: 'critical',
  title: 'the Service does not exist',
  healthy: 'the Service exists',
  roles: ['target', 'dependency'],
  offline: true,
  gate: 'absent',
  needs: ['services'],
  uses: ['servicesEverywhere', 'workloads', 'pods', 'unseen', 'apiServerCalls'],
  explains: ['REF-001', 'REF-019', 'POD-009', 'HDL-003', 'ING-001'],
  reasons: {
    'SVC-002': { name: 'service-in-other-namespace', title: 'the Service exists in another namespace only' },
  },
  docs: {
    why: 'A Service name resolves only where a Service of that name exists in that namespace. Without it clients get "could not resolve host".',
    confirm: ['kubectl get service NAME', 'kubectl get services --all-namespaces'],
    fix: 'Apply the missing manifest, correct the name, or call NAME.NAMESPACE where it exists in another namespace.',
    references: ['kubernetes.io: Debug Services', 'kubernetes.io: DNS for Services and Pods'],
  },
  check({ services, servicesEverywhere, workloads, pods, unseen, apiServerCalls, subject }) {
    const { name, namespace } = subject;
    if (services.some(({ metadata }) => metadata?.name === name)) return pass;
    const elsewhere = namespacesWith(name, namespace, servicesEverywhere) ?? [];
    const near = nearServices(name, namespace, services);
    const workload = workloads.known && workloads.complete ? unexposed(name, workloads.value, services) : null;
    const [only] = elsewhere;
    const [closest] = near;
    const single = elsewhere.length === 1;
    const fix =
      single && only !== undefined
        ? manual(`call it in ${only}`, `let clients in ${namespace} call ${name}.${only}`)
        : workload !== null
          ? exposeFix(name, workload)
          : closest !== undefined
            ? manual('correct the name', `let clients call ${closest.found}, or apply the manifest of ${name}`)
            : manual('create the Service', `deploy ${name} into ${namespace}: svc-doctor does not know its manifest`);
    const calls = apiServerCalls.known ? apiServerCalls.value.filter(({ service }) => service === name) : [];
    const alias: Note = {
      label: 'or',
      text: `an ExternalName Service ${name} in ${namespace} that points at ${name} of ${only}`,
    };
    const found = finding({
      reason: elsewhere.length > 0 ? 'SVC-002' : null,
      severity: 'critical',
      message: `there is no Service ${name} in ${namespace}${single ? `; it exists in ${only}` : ''}`,
      evidence: [
        {
          label: 'missing',
          text: `Service ${namespace}/${name}`,
          object: `Service ${namespace}/${name}`,
          path: 'metadata.name',
          found: null,
          expected: name,
        },
        ...elsewhere.map((other) => ({
          label: 'elsewhere',
          text: `Service ${name} exists in ${other}`,
          object: `Service ${other}/${name}`,
          path: 'metadata.namespace',
          found: other,
          expected: namespace,
        })),
        ...near,
        ...nothingRuns(name, namespace, workloads, pods),
      ],
      effects: [
        `the name ${name}.${namespace} does not resolve: "could not resolve host"`,
        ...effectsOf(calls).slice(0, 3),
      ],
      fix,
      notes: [...(single ? [alias] : []), ...(calls.length === 0 ? [] : [removal(calls)])],
    });
    return fail(doubted(found, unseen));
  },
});
