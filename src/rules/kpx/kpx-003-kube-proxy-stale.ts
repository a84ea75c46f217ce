import type { Pod } from '../../facts/wire.ts';
import { ageOf, conditionOf, containerStates, isReady } from '../../model/readiness.ts';
import { crashOf } from '../../model/restarts.ts';
import { finding } from '../finding.ts';
import { defineRule, notApplicable } from '../rule.ts';
import { judged, proxyOf } from './proxy-standing.ts';
import { isLeaving, onlyOne, onNodes, restartPod, unreadyRow } from './proxy-text.ts';

const SETTLING = 30_000;

function runsUnready(pod: Pod, now: number): boolean {
  const states = containerStates(pod).filter(({ init }) => !init);
  const runs = states.some(({ status }) => status?.state?.running !== undefined && !status.ready);
  return runs && !isReady(pod) && states.every((state) => crashOf(state, pod, now) === null);
}

function isYoung(pod: Pod, now: number): boolean {
  const started = containerStates(pod).map(({ status }) => ageOf(status?.state?.running?.startedAt, now));
  const since = ageOf(conditionOf(pod, 'Ready')?.lastTransitionTime, now);
  return [...started, since].some((age) => age !== null && age < SETTLING);
}

/** kube-proxy's /healthz answers 503 while its rules are older than the last change (pkg/proxy/healthcheck); its readiness probe asks just that. */
export const kpx003 = defineRule({
  id: 'KPX-003',
  name: 'kube-proxy-stale',
  stage: 'dataplane',
  severity: 'high',
  title: 'kube-proxy runs, and its health check says that its rules are old',
  healthy: 'every kube-proxy that is probed is Ready',
  roles: ['cluster'],
  needs: ['systemWorkloads', 'systemPods', 'nodes'],
  uses: ['ciliumConfig', 'felixConfiguration'],
  explains: ['DNS-006', 'DNS-016'],
  docs: {
    why: 'The health check of kube-proxy on port 10256 fails while a change of Services or endpoints waits longer than it should to be written: the node goes on with old rules. A readiness probe shows it as a Pod that is not Ready. Without a probe the Pod tells nothing, and only the health check itself would. A node that is about to be deleted answers 503 on purpose.',
    confirm: [
      'kubectl -n kube-system get pods -l k8s-app=kube-proxy -o wide',
      'kubectl get --raw /api/v1/namespaces/kube-system/pods/POD:10256/proxy/healthz',
    ],
    fix: 'Read its log for what it cannot write or reach, repair that, and start the Pod anew.',
    references: ['kubernetes.io: Virtual IPs and Service Proxies', 'kubernetes/kubernetes: pkg/proxy/healthcheck'],
  },
  check(facts) {
    const proxy = proxyOf(facts);
    if ('verdict' in proxy) return proxy;
    const leaving = new Set(facts.nodes.filter(isLeaving).map(({ metadata }) => metadata?.name));
    const staying = proxy.pods.filter(({ spec }) => !leaving.has(spec?.nodeName));
    const stale = staying.filter((pod) => runsUnready(pod, facts.now));
    const [first] = stale;
    if (first === undefined) {
      const probed = staying.some(({ spec }) => spec?.containers?.some((one) => one.readinessProbe !== undefined));
      return probed
        ? judged([], proxy, facts)
        : notApplicable('kube-proxy has no readiness probe: only its /healthz tells');
    }
    const names = stale.map(({ spec }) => spec?.nodeName ?? '').sort();
    const found = finding({
      severity: 'high',
      message: `Services are stale on ${onNodes(names)}: kube-proxy runs there and its readiness probe fails`,
      scope: { node: onlyOne(names) },
      evidence: stale.map((pod) => unreadyRow(pod, facts.now)),
      effects: [`callers on ${names.join(', ')} may be sent to Pods that are gone, and do not reach new Services`],
      fix: restartPod(first, 'start it anew', 'read its log first: what keeps it from writing rules may come back'),
      converging: stale.every((pod) => isYoung(pod, facts.now)),
    });
    return judged([found], proxy, facts);
  },
});
