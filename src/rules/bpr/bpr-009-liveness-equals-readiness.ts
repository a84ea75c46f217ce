import type { Container } from '../../facts/wire.ts';
import { matchedPods } from '../../model/endpoints.ts';
import { type Probe, probeText, resolveProbePort } from '../../model/probe.ts';
import { isLive } from '../../model/readiness.ts';
import { ownerOf, ownerText } from '../../model/workloads.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { advice, nameOf } from './advice.ts';

/** What decides when the probe gives up; commands are not known, so those are never equal. */
function shapeOf(probe: Probe | undefined, container: Container): string | null {
  const port = probe === undefined ? null : resolveProbePort(probe, container);
  if (probe === undefined || port === null) return null;
  const { httpGet, grpc, periodSeconds = 10, failureThreshold = 3, timeoutSeconds = 1 } = probe;
  return [port, httpGet?.path, httpGet?.scheme, grpc?.service, periodSeconds, failureThreshold, timeoutSeconds].join(
    ' ',
  );
}

export const bpr009 = defineRule({
  id: 'BPR-009',
  name: 'liveness-equals-readiness',
  stage: 'pods',
  severity: 'low',
  title: 'liveness and readiness probe are the same',
  healthy: 'liveness and readiness probe differ',
  roles: ['target'],
  offline: true,
  gate: 'liveness',
  needs: ['service'],
  uses: ['pods'],
  explains: [],
  docs: {
    why: 'Readiness takes a Pod out of the endpoints while it cannot serve, liveness kills it. With the same request and the same patience whatever makes it unready, a slow dependency perhaps, restarts it at the same moment.',
    confirm: ['kubectl get pods -o yaml'],
    fix: 'Give liveness a higher failureThreshold, or a request that touches nothing but the process.',
    references: ['kubernetes.io: Configure Liveness, Readiness and Startup Probes'],
  },
  check({ service, pods }) {
    if (!pods.known) return notApplicable('the Pods are not known');
    for (const pod of matchedPods(service, pods.value).filter(isLive)) {
      const twin = pod.spec?.containers.find((container) => {
        const shape = shapeOf(container.livenessProbe, container);
        return shape !== null && shape === shapeOf(container.readinessProbe, container);
      });
      if (twin?.livenessProbe === undefined) continue;
      return fail(
        finding({
          severity: 'low',
          message: `container "${twin.name}" of ${ownerText(ownerOf(pod))} behind ${nameOf(service)} is restarted by what makes it unready: both probes are the same`,
          evidence: [
            {
              label: 'probe',
              text: `${probeText(twin.livenessProbe)}, for liveness and readiness alike`,
              object: `Pod ${pod.metadata?.namespace}/${pod.metadata?.name}`,
              path: `spec.containers[name=${twin.name}].livenessProbe`,
              found: probeText(twin.livenessProbe),
              expected: 'more patience than readiness',
            },
          ],
          fix: advice(
            'let liveness be the more patient',
            'raise failureThreshold of the livenessProbe, or let it ask for less',
          ),
        }),
      );
    }
    return pass;
  },
});
