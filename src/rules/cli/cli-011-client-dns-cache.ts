import type { Pod } from '../../facts/wire.ts';
import { clusterIps, isWithin, neighbourhood } from '../../model/ip-range.ts';
import { type LogMatch, matchLog } from '../../model/log-shapes.ts';
import { containerStates, podIPs } from '../../model/readiness.ts';
import type { LogReader } from '../facts.ts';
import { finding } from '../finding.ts';
import { defineRule, failIfAny, notApplicable, pass, unanswered } from '../rule.ts';
import { objectText, scopeIn } from './caller-text.ts';

const FAILED = new Set(['refused', 'timeout', 'unreachable', 'reset']);

/** What the Pod's log says of an address near that of the Service, which is not its address. */
function staleCall(pod: Pod, logs: LogReader, current: readonly string[]): LogMatch | null {
  const near = current.map(neighbourhood);
  for (const { container } of containerStates(pod)) {
    const log = logs(pod, container.name, false);
    const match = matchLog(log.known ? log.value : []).find(
      (one) =>
        FAILED.has(one.class) &&
        one.ip !== null &&
        isWithin(one.ip, near) &&
        !current.includes(one.ip) &&
        !podIPs(pod).includes(one.ip),
    );
    if (match !== undefined) return match;
  }
  return null;
}

/** A Service that was made anew has another cluster IP; a client that keeps what it once resolved calls the old one. */
export const cli011 = defineRule({
  id: 'CLI-011',
  name: 'client-dns-cache',
  stage: 'references',
  severity: 'info',
  title: 'a client calls an address that the Service no longer has',
  healthy: 'clients call the address that the Service has',
  roles: ['caller'],
  needs: ['references'],
  uses: ['called', 'services', 'logs'],
  explains: [],
  docs: {
    why: 'Some clients resolve a name once: a JVM with networkaddress.cache.ttl=-1, nginx with a plain host in proxy_pass, pools that never close. When the Service is deleted and made anew it gets another cluster IP, and such a client calls the old one until it is restarted.',
    confirm: ['kubectl -n NAMESPACE get service NAME', 'kubectl -n NAMESPACE logs POD'],
    fix: 'Restart the client; make it resolve names again (nginx: resolver and a variable in proxy_pass).',
    references: ['kubernetes.io: DNS for Services and Pods', 'nginx.org: ngx_http_core_module, resolver'],
  },
  check({ subject, references, called, services, logs }) {
    if (!called.known) return unanswered(called);
    if (called.value === null || !logs.known) return notApplicable('there is no Service whose address it could keep');
    const current = clusterIps(called.value.spec);
    const born = Date.parse(called.value.metadata?.creationTimestamp ?? '');
    if (!services.known || !services.complete) return notApplicable('the Services in reach are not known');
    const others = services.value.flatMap(({ spec }) => clusterIps(spec));
    for (const workload of references) {
      for (const pod of workload.pods) {
        if (!(born > Date.parse(pod.metadata?.creationTimestamp ?? ''))) continue;
        const match = staleCall(pod, logs.value, current);
        if (match === null || others.includes(match.ip ?? '')) continue;
        const name = `${pod.metadata?.namespace}/${pod.metadata?.name}`;
        return failIfAny([
          finding({
            severity: 'info',
            confidence: 'possible',
            message: `${objectText(workload)} may still call an old address of ${subject.calls}: ${match.ip}, which no Service in reach has`,
            scope: scopeIn(subject),
            evidence: [
              {
                label: 'last log',
                text: `"${match.line}"`,
                object: `Pod ${name}`,
                path: 'log',
                found: match.ip,
                expected: current.join(', '),
              },
              {
                label: 'Service',
                text: `${subject.calls} is younger than the Pod, and has ${current.join(', ')}`,
                object: `Service ${subject.calls}`,
                path: 'spec.clusterIP',
                found: current.join(', '),
                expected: null,
              },
            ],
            effects: ['its calls go to an address where nothing answers, until it resolves the name again'],
            fix: {
              summary: 'restart the client',
              safety: 'review',
              commands: [`kubectl -n ${pod.metadata?.namespace} get pod ${pod.metadata?.name}`],
              steps: [`restart ${objectText(workload)}, so that it resolves the name again`],
              patch: null,
            },
          }),
        ]);
      }
    }
    return pass;
  },
});
