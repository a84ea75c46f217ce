import { familiesOf, matchedPods } from '../../model/endpoints.ts';
import { containersServing, portLabel, resolvePort } from '../../model/ports.ts';
import { isLive } from '../../model/readiness.ts';
import { ownerOf, ownerText } from '../../model/workloads.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable } from '../rule.ts';
import { nameOf, stepsFix } from '../service-text.ts';

export const dul003 = defineRule({
  id: 'DUL-003',
  name: 'app-listens-on-one-family',
  stage: 'endpoints',
  severity: 'high',
  title: 'the application is told to listen on IPv4 only, and the Service serves IPv6',
  healthy: 'no setting binds the application to one IP family',
  roles: ['target'],
  gate: 'families',
  needs: ['service', 'pods'],
  uses: [],
  explains: [],
  docs: {
    why: 'A process bound to 0.0.0.0 takes IPv4 only; calls to its IPv6 address are refused. What a process is really bound to only its own network namespace tells; a setting is a sign.',
    confirm: ['kubectl exec POD -- cat /proc/net/tcp6'],
    fix: 'Let the application listen on :: (both families).',
    references: ['kubernetes.io: IPv4/IPv6 dual-stack'],
  },
  check({ service, pods }) {
    if (!familiesOf(service).includes('IPv6')) return notApplicable('the Service does not serve IPv6');
    const [pod] = matchedPods(service, pods).filter(isLive);
    for (const port of pod === undefined ? [] : (service.spec?.ports ?? [])) {
      for (const container of pod === undefined ? [] : containersServing(port, pod)) {
        const bound = container.extracts?.listens.find(
          (hint) => pod !== undefined && hint.port === resolvePort(port, pod) && hint.host === '0.0.0.0',
        );
        if (bound === undefined || pod === undefined) continue;
        return fail(
          finding({
            severity: 'high',
            confidence: 'possible',
            scope: { port: portLabel(port) },
            message: `${nameOf(service)} may refuse IPv6 calls: container "${container.name}" of ${ownerText(ownerOf(pod))} is told to listen on 0.0.0.0`,
            evidence: [
              {
                label: 'listens',
                text: `${bound.source} says 0.0.0.0:${bound.port}`,
                object: `Pod ${pod.metadata?.namespace}/${pod.metadata?.name}`,
                path: `spec.containers[name=${container.name}].env`,
                found: '0.0.0.0',
                expected: '::',
              },
            ],
            fix: stepsFix('listen on both families', `set ${bound.source} to :: or leave the host out`),
          }),
        );
      }
    }
    return notApplicable('only a call over each family can tell');
  },
});
