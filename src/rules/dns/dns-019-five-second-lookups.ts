import { isDnsWell, silentLookup } from '../../model/silent-lookups.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';

/** Lookups of a Ready Pod now and then get no answer. Only a measurement shows the race of conntrack (kubernetes#56903); what a log says is a reason to measure. */
export const dns019 = defineRule({
  id: 'DNS-019',
  name: 'five-second-lookups',
  stage: 'dns',
  severity: 'medium',
  title: 'lookups of a Pod that works get no answer now and then',
  healthy: 'lookups get answers at once',
  roles: ['caller'],
  needs: ['logs'],
  uses: ['systemServices', 'systemPods', 'references'],
  explains: [],
  docs: {
    why: 'A resolver sends the questions for IPv4 and IPv6 at the same moment from one port. On some kernels the translation of addresses loses one of the two, and the lookup waits five seconds. It comes and goes, in all Pods, and only a measurement shows it: many lookups, and a histogram of their time.',
    confirm: [
      "kubectl -n NAMESPACE exec POD -- sh -c 'for i in $(seq 50); do time getent hosts kubernetes.default.svc.cluster.local.; done'",
    ],
    fix: 'Run NodeLocal DNSCache, or set the option single-request-reopen (glibc alone knows it), or update the kernel of the nodes.',
    references: ['kubernetes issue 56903', 'kubernetes.io: Using NodeLocal DNSCache in Kubernetes clusters'],
  },
  check({ subject, systemServices, systemPods, references, logs, now }) {
    if (!references.known || !systemPods.known || !systemServices.known)
      return notApplicable('who looks names up is not known');
    const found = silentLookup(references.value, logs, now, true);
    if (found === null) return pass;
    if (!isDnsWell(systemServices.value, systemPods.value)) return notApplicable('the DNS Pods are not Ready');
    const name = `${found.pod.metadata?.namespace}/${found.pod.metadata?.name}`;
    return fail(
      finding({
        severity: 'medium',
        confidence: 'possible',
        message: `lookups of ${name} get no answer now and then, although it and the DNS Pods are Ready`,
        scope: { service: subject.calls },
        evidence: [
          {
            label: 'last log',
            text: `"${found.line}"`,
            object: `Pod ${name}`,
            path: 'log',
            found: found.line,
            expected: null,
          },
        ],
        effects: ['a share of its calls waits five seconds or fails before it is sent'],
        fix: {
          summary: 'measure lookups, then choose',
          safety: 'review',
          commands: [],
          steps: [
            'time fifty lookups in the Pod; where some take five seconds, run NodeLocal DNSCache or set the option single-request-reopen',
          ],
          patch: null,
        },
      }),
    );
  },
});
