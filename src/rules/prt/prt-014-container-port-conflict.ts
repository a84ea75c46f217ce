import type { Pod, Service } from '../../facts/wire.ts';
import { matchedPods } from '../../model/endpoints.ts';
import { matchLog } from '../../model/log-shapes.ts';
import { declaredPorts } from '../../model/ports.ts';
import { isLive, isReady } from '../../model/readiness.ts';
import { portSigns } from '../../model/target-port.ts';
import { ownerOf, ownerText } from '../../model/workloads.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, fail, failIfAny, pass, unread } from '../rule.ts';
import { type CrashLog, crashLogs } from './container-log.ts';
import { nameOf, stepsFix } from './port-text.ts';

const IN_USE = /EADDRINUSE|(?:address|port \d+) (?:is |was )?already in use/i;

interface Conflict {
  port: number | null;
  line: string;
  /** The container or the host that seems to hold the port; null where nothing tells. */
  holder: string | null;
}

function conflictOf({ pod, container, lines }: CrashLog): Conflict | null {
  const bind = matchLog(lines).find((match) => match.class === 'bind' && IN_USE.test(match.line));
  if (bind === undefined) return null;
  const speaks = [...declaredPorts(pod), ...portSigns(pod)];
  const own = speaks.filter((sign) => sign.container === container.name).map(({ number }) => number);
  const other = speaks.find(
    (sign) =>
      sign.container !== container.name && (bind.port === null ? own.includes(sign.number) : sign.number === bind.port),
  );
  const host = pod.spec?.hostNetwork === true ? `the node ${pod.spec.nodeName ?? ''}`.trim() : null;
  const several = (pod.spec?.containers ?? []).length > 1;
  if (other === undefined && host === null && !several) return null;
  return {
    port: bind.port ?? other?.number ?? null,
    line: bind.line,
    holder: other === undefined ? host : `container "${other.container}"`,
  };
}

function findingOf(service: Service, crash: CrashLog, { port, line, holder }: Conflict, dead: boolean): Finding {
  const { pod, container } = crash;
  const which = port === null ? 'its port' : `port ${port}`;
  const object = `Pod ${pod.metadata?.namespace}/${pod.metadata?.name}`;
  return finding({
    severity: dead ? 'critical' : 'high',
    confidence: 'likely',
    message: `${nameOf(service)} ${dead ? 'does not work' : 'lacks endpoints'}: container "${container.name}" of ${ownerText(ownerOf(pod))} cannot listen on ${which}, ${holder ?? 'something else in its Pod'} has it already`,
    evidence: [
      { label: 'last log', text: `"${line}"`, object, path: `log[${container.name}]`, found: line, expected: null },
      ...(holder === null
        ? []
        : [
            {
              label: 'holder',
              text: `${holder} speaks of ${which} as well`,
              object,
              path: 'spec.containers[].ports[]',
              found: port === null ? null : String(port),
              expected: 'a port of its own',
            },
          ]),
    ],
    effects: ['the containers of a Pod share its addresses: a port can be had once'],
    fix: stepsFix(
      'give each container a port of its own',
      `let container "${container.name}" listen on another port than ${which}, and declare and probe that one`,
    ),
  });
}

/** Two containers that declare one port: legal, and worth a word where both run. */
function twinHints(service: Service, live: readonly Pod[]): Finding[] {
  const pod = live.find((one) => (one.spec?.containers ?? []).length > 1 && twinOf(one) !== null);
  const twin = pod === undefined ? null : twinOf(pod);
  if (pod === undefined || twin === null) return [];
  return [
    finding({
      severity: 'info',
      message: `two containers of ${ownerText(ownerOf(pod))} behind ${nameOf(service)} declare port ${twin.number}, which only one of them can have`,
      evidence: [
        {
          label: 'Pods',
          text: `containers "${twin.first}" and "${twin.second}" declare ${twin.number}/${twin.protocol}`,
          object: `Pod ${pod.metadata?.namespace}/${pod.metadata?.name}`,
          path: 'spec.containers[].ports[].containerPort',
          found: String(twin.number),
          expected: 'a port of its own',
        },
      ],
      fix: stepsFix(
        'declare what each container serves',
        'correct the declaration of the container that does not serve it',
      ),
    }),
  ];
}

function twinOf(pod: Pod): { number: number; protocol: string; first: string; second: string } | null {
  const ports = declaredPorts(pod);
  for (const { number, protocol, container } of ports) {
    const other = ports.find(
      (one) => one.number === number && one.protocol === protocol && one.container !== container,
    );
    if (other !== undefined) return { number, protocol, first: container, second: other.container };
  }
  return null;
}

export const prt014 = defineRule({
  id: 'PRT-014',
  name: 'container-port-conflict',
  stage: 'ports',
  severity: 'critical',
  title: 'a container cannot listen because its port is taken',
  healthy: 'no container behind the Service complains that its port is taken',
  roles: ['target', 'dependency'],
  offline: true,
  gate: 'settings',
  needs: ['service', 'pods'],
  uses: ['logs'],
  explains: ['POD-008'],
  docs: {
    why: 'The containers of a Pod share one network namespace, so two of them cannot listen on the same port; with hostNetwork that is so for everything on the node. The second one ends with "address already in use".',
    confirm: ['kubectl logs POD -c CONTAINER --previous', 'kubectl get pod POD -o jsonpath={..ports}'],
    fix: 'Let one of them listen on another port.',
    references: ['kubernetes.io: Pods, networking', 'API reference: Container.ports'],
  },
  check({ service, pods, logs, now, subject }) {
    const live = matchedPods(service, pods).filter(isLive);
    if (live.length === 0) return pass;
    const { heard, missing } = crashLogs(service, pods, logs, now);
    for (const crash of heard) {
      const conflict = conflictOf(crash);
      if (conflict !== null) return fail(findingOf(service, crash, conflict, !live.some(isReady)));
    }
    if (heard.length === 0 && missing !== null) return unread(missing);
    return failIfAny(subject.role === 'target' ? twinHints(service, live) : []);
  },
});
