import type { Container } from '../../facts/wire.ts';
import { finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { objectText, scopeIn, specPath, suspects, unseen } from './caller-text.ts';

const FILES = ['/etc/resolv.conf', '/etc'];

function overlaid(containers: readonly Container[]): { container: string; path: string; volume: string } | null {
  for (const { name, volumeMounts } of containers) {
    const mount = volumeMounts?.find(({ mountPath }) => FILES.includes(mountPath.replace(/\/$/, '')));
    if (mount !== undefined) return { container: name, path: mount.mountPath, volume: mount.name };
  }
  return null;
}

/** Only a look into the Pod shows its real resolv.conf; what can be seen from outside is a volume that is laid over it. */
export const cli012 = defineRule({
  id: 'CLI-012',
  name: 'resolv-conf-differs-from-spec',
  stage: 'references',
  severity: 'medium',
  title: 'a volume is laid over the resolv.conf of a caller',
  healthy: 'callers have the resolv.conf that the kubelet wrote',
  roles: ['caller'],
  needs: ['logs'],
  uses: ['systemServices', 'references', 'services', 'called', 'kubeletConfig', 'corefile'],
  explains: [],
  docs: {
    why: 'The kubelet writes resolv.conf from dnsPolicy and dnsConfig. A volume mounted over it, an entrypoint that writes it, or a kubelet whose configuration changed after the Pod started make it differ; then names resolve otherwise than the spec says. Only the first of these can be seen in objects.',
    confirm: ['kubectl -n NAMESPACE exec POD -- cat /etc/resolv.conf'],
    fix: 'Take the volume away and say what is special in dnsConfig; where the kubelet changed, make the Pod anew.',
    references: ["kubernetes.io: DNS for Services and Pods, Pod's DNS Config"],
  },
  check(facts) {
    const { subject } = facts;
    const looks = suspects(facts, (spec) => overlaid(spec.containers as readonly Container[]) !== null);
    if (!('length' in looks)) return unseen(looks, subject);
    return failIfAny(
      looks.flatMap(({ workload, spec }) => {
        const found = overlaid(spec.containers as readonly Container[]);
        if (found === null) return [];
        return [
          finding({
            severity: 'medium',
            confidence: 'possible',
            message: `${objectText(workload)} may not look names up as its spec says: volume "${found.volume}" is mounted on ${found.path}`,
            scope: scopeIn(subject),
            evidence: [
              {
                label: 'mount',
                text: `${found.path} of container "${found.container}" is volume "${found.volume}"`,
                object: objectText(workload),
                path: specPath(workload, `containers[${found.container}].volumeMounts[${found.volume}].mountPath`),
                found: found.path,
                expected: null,
              },
            ],
            effects: ['whether names of Services resolve there depends on what that file says'],
          }),
        ];
      }),
    );
  },
});
