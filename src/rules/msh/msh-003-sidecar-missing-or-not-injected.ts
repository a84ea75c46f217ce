import type { Namespace } from '../../facts/wire.ts';
import { matchedPods } from '../../model/endpoints.ts';
import { isMeshed, refusesSidecar } from '../../model/mesh.ts';
import { isLive } from '../../model/readiness.ts';
import { ownerOf } from '../../model/workloads.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { nameOf, stepsFix } from '../service-text.ts';

const RESTARTED: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** The mesh that gives new Pods of the namespace a proxy, or null. */
function injects(namespace: Namespace): string | null {
  const { labels, annotations } = namespace.metadata ?? {};
  if (labels?.['istio-injection'] === 'enabled' || labels?.['istio.io/rev'] !== undefined) return 'Istio';
  return annotations?.['linkerd.io/inject'] === 'enabled' ? 'Linkerd' : null;
}

export const msh003 = defineRule({
  id: 'MSH-003',
  name: 'sidecar-missing-or-not-injected',
  stage: 'policy',
  severity: 'medium',
  title: 'the namespace is in a mesh, and Pods run without its proxy',
  healthy: 'the Pods have the proxy of the mesh, or the namespace is in none',
  roles: ['target'],
  gate: 'mesh',
  needs: ['service', 'pods', 'namespace'],
  uses: [],
  explains: [],
  docs: {
    why: 'Proxies are added when Pods are made. Pods older than the label of the namespace have none: they work, but outside of the mesh, so callers and policies that count on it may fail.',
    confirm: ['kubectl get namespace NAME -o yaml', 'kubectl get pods'],
    fix: 'Restart the workload, so that new Pods get the proxy.',
    references: ['Istio: Installing the Sidecar', 'Linkerd: Automatic Proxy Injection'],
  },
  check({ service, pods, namespace }) {
    const mesh = namespace === null ? null : injects(namespace);
    if (mesh === null) return notApplicable('the namespace is in no mesh');
    const bare = matchedPods(service, pods).filter((pod) => isLive(pod) && !isMeshed(pod) && !refusesSidecar(pod));
    const [first] = bare;
    if (first === undefined) return pass;
    const { kind, name } = ownerOf(first);
    const where = `${first.metadata?.namespace}`;
    return fail(
      finding({
        severity: 'medium',
        confidence: 'possible',
        message: `${bare.length} Pod${bare.length === 1 ? '' : 's'} of ${nameOf(service)} run${bare.length === 1 ? 's' : ''} without the proxy of ${mesh}, which the namespace asks for`,
        evidence: [
          {
            label: 'Pod',
            text: `no proxy in ${first.metadata?.name}`,
            object: `Pod ${where}/${first.metadata?.name}`,
            path: 'spec.containers',
            found: null,
            expected: mesh === 'Istio' ? 'istio-proxy' : 'linkerd-proxy',
          },
        ],
        fix: RESTARTED.has(kind)
          ? {
              summary: 'make the Pods anew',
              safety: 'review',
              commands: [`kubectl -n ${where} rollout restart ${kind.toLowerCase()}/${name}`],
              steps: [],
              patch: null,
            }
          : stepsFix('make the Pods anew', `delete the Pods of ${kind} ${name}, so that new ones get the proxy`),
      }),
    );
  },
});
