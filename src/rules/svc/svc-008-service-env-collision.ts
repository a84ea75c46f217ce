import type { Pod, Service } from '../../facts/wire.ts';
import { matchedPods } from '../../model/endpoints.ts';
import { clusterIps } from '../../model/ip-range.ts';
import { matchLog } from '../../model/log-shapes.ts';
import { type Patch, patchCommand } from '../../model/patch.ts';
import { isLive, isReady } from '../../model/readiness.ts';
import { readsItsPort } from '../../model/service-links.ts';
import { ownerOf, ownerText } from '../../model/workloads.ts';
import { type Finding, type Fix, finding } from '../finding.ts';
import { KINDS } from '../pod/readiness-failure.ts';
import { type CrashLog, crashLogs } from '../prt/container-log.ts';
import { defineRule, fail, failIfAny, pass, unread } from '../rule.ts';

function nameOf({ metadata }: Service): string {
  return `${metadata?.namespace}/${metadata?.name}`;
}

/** `redis-master` → `REDIS_MASTER_PORT`: what the kubelet sets in every Pod of the namespace. */
function variableOf(service: Service): string {
  return `${(service.metadata?.name ?? '').toUpperCase().replaceAll('-', '_')}_PORT`;
}

function linksFix(pod: Pod): Fix {
  const summary = 'switch off the variables that Services put into these Pods';
  const owner = ownerOf(pod);
  const kind = KINDS[owner.kind];
  if (kind === undefined)
    return {
      summary,
      safety: 'review',
      commands: [],
      steps: ['set enableServiceLinks: false in the Pod'],
      patch: null,
    };
  const patch: Patch = {
    kind,
    namespace: pod.metadata?.namespace ?? '',
    name: owner.name,
    type: 'strategic',
    body: { spec: { template: { spec: { enableServiceLinks: false } } } },
  };
  return { summary, safety: 'review', commands: [patchCommand(patch)], steps: [], patch };
}

/** The Service whose address stands in the line of a crashing container that could not read a port. */
function collision(
  service: Service,
  { pod, container, lines }: CrashLog,
  services: readonly Service[],
  dead: boolean,
): Finding | null {
  const said = matchLog(lines).find((match) => match.class === 'service-link');
  if (said === undefined || pod.spec?.enableServiceLinks === false) return null;
  const guilty = services.find(({ spec }) => said.ip !== null && clusterIps(spec).includes(said.ip));
  const object = `Pod ${pod.metadata?.namespace}/${pod.metadata?.name}`;
  return finding({
    severity: dead ? 'critical' : 'high',
    confidence: guilty === undefined ? 'likely' : 'certain',
    message: `${nameOf(service)} ${dead ? 'does not work' : 'lacks endpoints'}: container "${container.name}" of ${ownerText(ownerOf(pod))} takes a variable that the kubelet sets for ${guilty === undefined ? 'a Service' : `Service ${guilty.metadata?.name}`} for its own`,
    evidence: [
      {
        label: 'last log',
        text: `"${said.line}"`,
        object,
        path: `log[${container.name}]`,
        found: said.line,
        expected: 'a number',
      },
      ...(guilty === undefined
        ? []
        : [
            {
              label: 'variable',
              text: `${variableOf(guilty)} is set for Service ${nameOf(guilty)} in every Pod of the namespace`,
              object: `Service ${nameOf(guilty)}`,
              path: 'metadata.name',
              found: guilty.metadata?.name ?? null,
              expected: null,
            },
          ]),
    ],
    effects: ['the process ends as it starts'],
    fix: linksFix(pod),
    notes:
      guilty === undefined
        ? []
        : [
            {
              label: 'or',
              text: `set ${variableOf(guilty)} in the container, or give Service ${guilty.metadata?.name} another name`,
            },
          ],
  });
}

/** A program known to read that variable, beside a Service of its name, without a value of its own. */
function staticHint(live: readonly Pod[], services: readonly Service[]): Finding[] {
  for (const pod of live) {
    if (pod.spec?.enableServiceLinks === false) continue;
    for (const container of pod.spec?.containers ?? []) {
      const name = readsItsPort(container.image);
      const service = services.find(
        ({ metadata }) => name !== null && (metadata?.name === name || `${metadata?.name}-ngx` === name),
      );
      if (service === undefined || container.env?.some((one) => one.name === variableOf(service))) continue;
      return [
        finding({
          severity: 'info',
          confidence: 'possible',
          message: `container "${container.name}" of ${ownerText(ownerOf(pod))} may take ${variableOf(service)}, which the kubelet sets for Service ${service.metadata?.name}, for its own port`,
          evidence: [
            {
              label: 'image',
              text: `${container.image} reads ${variableOf(service)}`,
              object: `Pod ${pod.metadata?.namespace}/${pod.metadata?.name}`,
              path: 'spec.enableServiceLinks',
              found: 'true',
              expected: 'false',
            },
          ],
          fix: linksFix(pod),
        }),
      ];
    }
  }
  return [];
}

export const svc008 = defineRule({
  id: 'SVC-008',
  name: 'service-env-collision',
  stage: 'pods',
  severity: 'critical',
  title: 'a variable that a Service puts into Pods is taken for a setting',
  healthy: 'no container takes the variables of Services for its own settings',
  roles: ['target', 'dependency'],
  offline: true,
  gate: 'settings',
  needs: ['service', 'pods'],
  uses: ['services', 'logs'],
  explains: ['POD-008'],
  docs: {
    why: 'For every Service the kubelet sets NAME_PORT=tcp://IP:PORT and more in each Pod of the namespace. A program that reads a variable of that name as its own port number fails on it, and only when the Service was there before the Pod.',
    confirm: ['kubectl exec POD -- env', 'kubectl logs POD --previous'],
    fix: 'Set enableServiceLinks: false in the Pod template, set the variable in the container, or rename the Service.',
    references: ['kubernetes.io: Service, Environment variables', 'API reference: PodSpec.enableServiceLinks'],
  },
  check({ service, pods, services, logs, now, subject }) {
    const live = matchedPods(service, pods).filter(isLive);
    if (live.length === 0) return pass;
    const { heard, missing } = crashLogs(service, pods, logs, now);
    const all = services.known ? services.value : [];
    for (const crash of heard) {
      const found = collision(service, crash, all, !live.some(isReady));
      if (found !== null) return fail(found);
    }
    if (heard.length === 0 && missing !== null) return unread(missing);
    return failIfAny(subject.role === 'target' ? staticHint(live, all) : []);
  },
});
