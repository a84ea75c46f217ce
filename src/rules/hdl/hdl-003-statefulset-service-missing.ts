import type { Service } from '../../facts/wire.ts';
import { governingName, peerReference } from '../../model/governing.ts';
import { shellQuote } from '../../model/patch.ts';
import { declaredPorts } from '../../model/ports.ts';
import { matches } from '../../model/selector.ts';
import type { Workload } from '../../model/workloads.ts';
import { type Fix, finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { stepsFix } from '../service-text.ts';
import { mayExist } from '../unseen.ts';

/** The headless Service that the StatefulSet asks for: selector and ports from its own template. */
function createFix(workload: Workload, name: string): Fix {
  const selector = workload.selector ?? {};
  if (Object.keys(selector).length === 0) return stepsFix('create it', `create a headless Service ${name}`);
  const ports = [...new Map(declaredPorts(workload.template).map((port) => [port.number, port])).values()];
  const manifest = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: workload.namespace },
    spec: {
      clusterIP: 'None',
      selector,
      ports: ports.map(({ number, protocol }) => ({ name: `port-${number}`, port: number, protocol })),
    },
  };
  return {
    summary: `create the headless Service ${name}`,
    safety: 'review',
    commands: [`echo ${shellQuote(JSON.stringify(manifest))} | kubectl apply -f -`],
    steps: [],
    patch: null,
  };
}

function concerns(workload: Workload, name: string, service: Service | undefined): boolean {
  return governingName(workload) === name || matches(service?.spec?.selector, workload.template.metadata?.labels);
}

export const hdl003 = defineRule({
  id: 'HDL-003',
  name: 'statefulset-service-missing',
  stage: 'existence',
  severity: 'high',
  title: 'the Service that a StatefulSet names in serviceName does not exist',
  healthy: 'the Services that StatefulSets name in serviceName exist',
  roles: ['target', 'dependency'],
  offline: true,
  gate: 'names',
  needs: ['services', 'workloads'],
  uses: ['unseen'],
  explains: [],
  docs: {
    why: 'The Pods of a StatefulSet get names of their own (db-0.db-headless) from the headless Service in spec.serviceName. Without that Service the Pods start, and their names never resolve. That only harms who uses them.',
    confirm: ['kubectl get statefulset NAME -o jsonpath={.spec.serviceName}', 'kubectl get services'],
    fix: "Create a headless Service of that name with the template's labels as selector.",
    references: ['API reference: StatefulSetSpec.serviceName', 'kubernetes.io: StatefulSets, stable network ID'],
  },
  check({ services, workloads, unseen, subject }) {
    const names = new Set(services.map(({ metadata }) => metadata?.name));
    const own = services.find(({ metadata }) => metadata?.name === subject.name);
    return failIfAny(
      workloads.flatMap((workload) => {
        const name = governingName(workload);
        if (name === null || names.has(name) || !concerns(workload, subject.name, own)) return [];
        const peer = peerReference(workload);
        return [
          finding({
            severity: peer === null ? 'low' : 'high',
            confidence: mayExist(unseen) ? 'likely' : 'certain',
            message: `the Pods of StatefulSet ${workload.namespace}/${workload.name} have no names of their own: its serviceName ${name} is no Service`,
            evidence: [
              {
                label: 'missing',
                text: `Service ${workload.namespace}/${name}`,
                object: `StatefulSet ${workload.namespace}/${workload.name}`,
                path: 'spec.serviceName',
                found: name,
                expected: 'a headless Service',
              },
              ...(peer === null
                ? []
                : [
                    {
                      label: 'told',
                      text: `its containers are told to call ${peer}`,
                      object: `StatefulSet ${workload.namespace}/${workload.name}`,
                      path: 'spec.template.spec.containers[]',
                      found: peer,
                      expected: null,
                    },
                  ]),
            ],
            effects: peer === null ? [] : [`${peer} does not resolve`],
            fix: createFix(workload, name),
          }),
        ];
      }),
    );
  },
});
