import { ageOf, ageText } from '../../model/readiness.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass, unanswered } from '../rule.ts';

/** Denials are kept for up to thirty seconds (coredns.io: cache): a name that was asked for before the Service was made is denied a little longer. */
const WINDOW = 30_000;

export const dns018 = defineRule({
  id: 'DNS-018',
  name: 'negative-cache-window',
  stage: 'dns',
  severity: 'info',
  title: 'the Service is so young that DNS may still deny its name',
  healthy: 'the Service is older than what DNS remembers',
  roles: ['caller'],
  needs: ['systemServices'],
  uses: ['called'],
  explains: [],
  docs: {
    why: 'Caches keep denials too: CoreDNS with "cache 30" and NodeLocal DNSCache for up to thirty seconds, some programs for ever. Who asked for the name before the Service was made gets that denial again until it is forgotten.',
    confirm: ["kubectl -n NAMESPACE get service NAME -o jsonpath='{.metadata.creationTimestamp}'"],
    fix: 'Wait thirty seconds; then restart a client that still does not find it.',
    references: ['coredns.io: cache', 'kubernetes.io: Using NodeLocal DNSCache in Kubernetes clusters'],
  },
  check({ subject, systemServices, called, now }) {
    if (!called.known) return unanswered(called);
    if (called.value === null || systemServices.length === 0) return notApplicable('there is no Service to find');
    const age = ageOf(called.value.metadata?.creationTimestamp, now);
    if (age === null || age >= WINDOW) return pass;
    return fail(
      finding({
        severity: 'info',
        confidence: 'possible',
        message: `${subject.calls} is ${ageText(age)} old: who asked for its name before may be denied for half a minute`,
        scope: { service: subject.calls },
        evidence: [
          {
            label: 'Service',
            text: `${subject.calls} was made ${ageText(age)} ago`,
            object: `Service ${subject.calls}`,
            path: 'metadata.creationTimestamp',
            found: called.value.metadata?.creationTimestamp ?? null,
            expected: null,
          },
        ],
        fix: {
          summary: 'wait thirty seconds',
          safety: 'review',
          commands: [],
          steps: ['wait thirty seconds; then restart a client that still does not find it'],
          patch: null,
        },
      }),
    );
  },
});
