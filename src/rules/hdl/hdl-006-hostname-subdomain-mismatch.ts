import type { Container, Pod } from '../../facts/wire.ts';
import { byKey } from '../../model/by-key.ts';
import { matchedPods } from '../../model/endpoints.ts';
import { isHeadless } from '../../model/governing.ts';
import { isLive } from '../../model/readiness.ts';
import { matches } from '../../model/selector.ts';
import { ownerOf, ownerText } from '../../model/workloads.ts';
import { finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { stepsFix } from '../service-text.ts';
import { doubted } from '../unseen.ts';

/** True where a container of these Pods is told to call such a name. */
function isUsed(name: string, pods: readonly Pod[]): boolean {
  return pods.some((pod) =>
    ((pod.spec?.containers ?? []) as readonly Container[]).some((container) =>
      (container.extracts?.references ?? []).some(({ host }) => host === name || host.startsWith(`${name}.`)),
    ),
  );
}

export const hdl006 = defineRule({
  id: 'HDL-006',
  name: 'hostname-subdomain-mismatch',
  stage: 'selector',
  severity: 'high',
  title: 'Pods with a hostname and subdomain that no headless Service serves',
  healthy: 'the subdomains of Pods are headless Services that select them',
  roles: ['target'],
  offline: true,
  gate: 'names',
  needs: ['service', 'services', 'pods'],
  uses: ['unseen'],
  explains: [],
  docs: {
    why: 'A Pod is reached as hostname.subdomain only if a headless Service named like the subdomain selects it. A subdomain without a hostname gives no name at all; one hostname in the template of a Deployment gives all its Pods the same.',
    confirm: ['kubectl get pods -o custom-columns=NAME:.metadata.name,HOST:.spec.hostname,SUB:.spec.subdomain'],
    fix: 'Create a headless Service named like the subdomain that selects the Pods.',
    references: ["kubernetes.io: DNS for Services and Pods, Pod's hostname and subdomain fields"],
  },
  check({ service, services, pods, unseen }) {
    const named = matchedPods(service, pods).filter(
      (pod) => pod.spec?.subdomain !== undefined && isLive(pod) && ownerOf(pod).kind !== 'StatefulSet',
    );
    const lost = named.filter(
      (pod) =>
        !services.some(
          (other) =>
            other.metadata?.name === pod.spec?.subdomain &&
            isHeadless(other) &&
            matches(other.spec?.selector, pod.metadata?.labels),
        ),
    );
    return failIfAny(
      byKey(lost, (pod) => `${ownerText(ownerOf(pod))} ${pod.spec?.subdomain}`).flatMap(([pod, ...others]) => {
        if (pod === undefined) return [];
        const { hostname, subdomain } = pod.spec ?? {};
        const name = `${hostname}.${subdomain}`;
        const used = hostname !== undefined && isUsed(name, pods);
        const where = `${pod.metadata?.namespace}`;
        const found = finding({
          severity: used ? 'high' : 'low',
          message:
            hostname === undefined
              ? `Pods of ${ownerText(ownerOf(pod))} in ${where} have the subdomain ${subdomain} and no hostname, which gives them no name`
              : `the name ${name} in ${where} does not resolve: no headless Service ${subdomain} selects the Pods of ${ownerText(ownerOf(pod))}`,
          evidence: [
            {
              label: 'Pods',
              text: `${others.length + 1} with hostname ${hostname ?? 'none'} and subdomain ${subdomain}`,
              object: `Pod ${where}/${pod.metadata?.name}`,
              path: 'spec.subdomain',
              found: subdomain ?? null,
              expected: 'a headless Service',
            },
          ],
          fix: stepsFix(
            'give the Pods names',
            `create a headless Service ${subdomain} in ${where} that selects them, or leave hostname and subdomain out`,
          ),
        });
        return [doubted(found, unseen)];
      }),
    );
  },
});
