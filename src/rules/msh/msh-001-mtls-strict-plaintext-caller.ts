import type { Pod } from '../../facts/wire.ts';
import type { PeerAuthentication } from '../../facts/wire-entrance.ts';
import { matchedPods } from '../../model/endpoints.ts';
import { callsUnmeshed, MESH_ROOT, sidecarOf } from '../../model/mesh.ts';
import { resolvePort } from '../../model/ports.ts';
import { isLive } from '../../model/readiness.ts';
import { matches } from '../../model/selector.ts';
import { ownerOf, ownerText } from '../../model/workloads.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass, unread } from '../rule.ts';
import { few, nameOf, stepsFix } from '../service-text.ts';

/** The policy that decides for the Pod's port: of the workload before the namespace's before the mesh's. */
function deciding(pod: Pod, policies: readonly PeerAuthentication[]): PeerAuthentication | null {
  const own = policies.filter(({ metadata }) => metadata?.namespace === pod.metadata?.namespace);
  const selects = ({ spec }: PeerAuthentication): boolean => matches(spec?.selector?.matchLabels, pod.metadata?.labels);
  return (
    own.find(selects) ??
    own.find(({ spec }) => spec?.selector === undefined) ??
    policies.find(({ spec, metadata }) => metadata?.namespace === MESH_ROOT && spec?.selector === undefined) ??
    null
  );
}

export const msh001 = defineRule({
  id: 'MSH-001',
  name: 'mtls-strict-plaintext-caller',
  stage: 'policy',
  severity: 'critical',
  title: 'the mesh takes encrypted calls only, and a caller stands outside of it',
  healthy: 'every known caller is in the mesh, or plain text is taken',
  roles: ['target'],
  gate: 'mesh',
  needs: ['service', 'pods'],
  uses: ['peerAuthentications'],
  explains: [],
  docs: {
    why: "With PeerAuthentication STRICT the proxies of Istio take calls in the mesh's own TLS only. A caller without proxy speaks plain text, and its connections are reset.",
    confirm: ['kubectl get peerauthentications --all-namespaces', 'kubectl get pods -o wide'],
    fix: 'Take the caller into the mesh, or let the workload take plain text too (PERMISSIVE).',
    references: ['Istio: PeerAuthentication', 'Istio: Mutual TLS Migration'],
  },
  check({ service, pods, peerAuthentications }) {
    const [backend] = matchedPods(service, pods).filter((pod) => isLive(pod) && sidecarOf(pod) === 'Istio');
    if (backend === undefined) return notApplicable('the Pods of the Service are not in an Istio mesh');
    const callers = callsUnmeshed(service, pods);
    if (callers.length === 0) return pass;
    if (!peerAuthentications.known) return unread(peerAuthentications);
    if (!peerAuthentications.complete) return notApplicable('not all policies of the mesh were read');
    const policy = deciding(backend, peerAuthentications.value);
    const mode = policy?.spec?.mtls?.mode ?? 'PERMISSIVE';
    const strict = (service.spec?.ports ?? []).filter((port) => {
      const number = resolvePort(port, backend);
      return (policy?.spec?.portLevelMtls?.[String(number)]?.mode ?? mode) === 'STRICT';
    });
    if (policy === null || strict.length === 0) return pass;
    const names = few([...new Set(callers.map((pod) => ownerText(ownerOf(pod))))].sort());
    const where = `${policy.metadata?.namespace}/${policy.metadata?.name}`;
    return fail(
      finding({
        severity: 'critical',
        confidence: 'likely',
        scope: { policy: where },
        message: `${nameOf(service)} resets the calls of ${names}: it takes calls from inside the mesh only, and ${names} is outside`,
        evidence: [
          {
            label: 'policy',
            text: 'mtls STRICT',
            object: `PeerAuthentication ${where}`,
            path: 'spec.mtls.mode',
            found: 'STRICT',
            expected: 'PERMISSIVE',
          },
          {
            label: 'caller',
            text: `${callers.length} Pod${callers.length === 1 ? '' : 's'} without istio-proxy, told to call ${service.metadata?.name}`,
            object: `Pod ${callers[0]?.metadata?.namespace}/${callers[0]?.metadata?.name}`,
            path: 'spec.containers',
            found: null,
            expected: 'istio-proxy',
          },
        ],
        effects: [`calls of ${names} end with "connection reset"`],
        fix: stepsFix(
          'take the caller into the mesh',
          `let injection give ${names} a proxy and restart it, or set ${where} to PERMISSIVE for this workload`,
        ),
      }),
    );
  },
});
