import type { Container, Pod } from '../../facts/wire.ts';
import { matchedPods } from '../../model/endpoints.ts';
import { matchLog } from '../../model/log-shapes.ts';
import { declaredPorts } from '../../model/ports.ts';
import { isLive, isReady } from '../../model/readiness.ts';
import { portSigns } from '../../model/target-port.ts';
import { ownerOf, ownerText } from '../../model/workloads.ts';
import { type Evidence, finding } from '../finding.ts';
import { defineRule, fail, pass, unread } from '../rule.ts';
import { type CrashLog, crashLogs, mayCrash } from './container-log.ts';
import { nameOf, stepsFix } from './port-text.ts';

const DENIED = /EACCES|permission denied/i;
const FIRST_FREE = 1024;

interface Denied {
  port: number;
  line: string;
}

/** The port below 1024 that the container may not have: by the line itself, else the only such port that it speaks of. */
function deniedOf({ pod, container, lines }: CrashLog): Denied | null {
  const bind = matchLog(lines).find((match) => match.class === 'bind' && DENIED.test(match.line));
  if (bind === undefined) return null;
  const low = [...declaredPorts(pod), ...portSigns(pod)]
    .filter((sign) => sign.container === container.name && sign.number < FIRST_FREE)
    .map(({ number }) => number);
  const port = bind.port ?? (new Set(low).size === 1 ? low[0] : undefined);
  return port === undefined || port >= FIRST_FREE ? null : { port, line: bind.line };
}

function userEvidence(pod: Pod, container: Container): readonly Evidence[] {
  const of = { ...pod.spec?.securityContext, ...container.securityContext };
  const dropped = container.securityContext?.capabilities?.drop ?? [];
  const words = [
    ...(of.runAsUser === undefined ? [] : [`runs as user ${of.runAsUser}`]),
    ...(of.runAsNonRoot === true ? ['must not run as root'] : []),
    ...(dropped.length === 0 ? [] : [`drops ${dropped.join(', ')}`]),
  ];
  if (words.length === 0) return [];
  return [
    {
      label: 'container',
      text: `"${container.name}" ${words.join(', ')}`,
      object: `Pod ${pod.metadata?.namespace}/${pod.metadata?.name}`,
      path: `spec.containers[name=${container.name}].securityContext`,
      found: words.join(', '),
      expected: 'NET_BIND_SERVICE, or a port from 1024 on',
    },
  ];
}

export const prt015 = defineRule({
  id: 'PRT-015',
  name: 'privileged-port-bind-denied',
  stage: 'ports',
  severity: 'critical',
  title: 'a container may not listen on a port below 1024',
  healthy: 'no container behind the Service complains that it may not listen',
  roles: ['target', 'dependency'],
  gate: 'ill',
  needs: ['service', 'pods'],
  uses: ['logs'],
  explains: ['POD-008'],
  docs: {
    why: 'Ports below 1024 are for root or for processes with capability NET_BIND_SERVICE, unless the runtime or a sysctl allows them to all. A container that runs as another user ends with "permission denied" when it listens there.',
    confirm: ['kubectl logs POD --previous', 'kubectl get pod POD -o jsonpath={..securityContext}'],
    fix: 'Listen on a port from 1024 on and let targetPort lead there; callers see no difference.',
    references: ['kubernetes.io: Configure a Security Context', 'API reference: SecurityContext.capabilities'],
  },
  check({ service, pods, logs, now }) {
    const live = matchedPods(service, pods).filter(isLive);
    if (!live.some(mayCrash)) return pass;
    const { heard, missing } = crashLogs(service, pods, logs, now);
    for (const crash of heard) {
      const denied = deniedOf(crash);
      if (denied === null) continue;
      const { pod, container } = crash;
      const dead = !live.some(isReady);
      return fail(
        finding({
          severity: dead ? 'critical' : 'high',
          message: `${nameOf(service)} ${dead ? 'does not work' : 'lacks endpoints'}: container "${container.name}" of ${ownerText(ownerOf(pod))} may not listen on port ${denied.port}`,
          evidence: [
            {
              label: 'last log',
              text: `"${denied.line}"`,
              object: `Pod ${pod.metadata?.namespace}/${pod.metadata?.name}`,
              path: `log[${container.name}]`,
              found: denied.line,
              expected: null,
            },
            ...userEvidence(pod, container),
          ],
          effects: ['the process ends as it starts'],
          fix: stepsFix(
            'listen on a port from 1024 on',
            `let container "${container.name}" listen on 8080, say, and set targetPort to it; or add capability NET_BIND_SERVICE, or sysctl net.ipv4.ip_unprivileged_port_start`,
          ),
        }),
      );
    }
    return heard.length === 0 && missing !== null ? unread(missing) : pass;
  },
});
