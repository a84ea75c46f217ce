import { clusterDns } from '../../model/caller-names.ts';
import { type Said, saidOf } from '../../model/corefile-answer.ts';
import { dnsServiceOf } from '../../model/dns-service.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass, unread } from '../rule.ts';
import { COREFILE, corefileRow, RELOAD } from './dns-text.ts';

function overrideOf(said: Said, name: string): { line: number; text: string; does: string; answers: boolean } | null {
  if (said.kind === 'fixed') {
    const answer = said.answer.replace(/\s+/g, ' ');
    return { line: said.line, text: said.text, does: `the plugin ${said.by} answers ${answer}`, answers: true };
  }
  if (said.kind === 'cluster' || said.kind === 'forwarded') {
    const { rewriting } = said;
    if (rewriting === null || said.name === name) return null;
    return { line: rewriting.line, text: rewriting.text, does: `rewrite makes it ${said.name}`, answers: false };
  }
  return null;
}

/** A rewrite, template or hosts entry of the Corefile that takes the very name of the Service: these plugins run before kubernetes, wherever they are written. */
export const dns011 = defineRule({
  id: 'DNS-011',
  name: 'corefile-overrides-service-name',
  stage: 'dns',
  severity: 'critical',
  title: 'the Corefile answers the name of the Service with something else',
  healthy: 'the name of the Service is answered out of the cluster',
  roles: ['target', 'dependency'],
  gate: 'corefile',
  needs: ['systemServices'],
  uses: ['corefile', 'kubeletConfig'],
  explains: ['DNS-016', 'DNS-019'],
  docs: {
    why: 'The plugins rewrite, template and hosts run before kubernetes, whatever the order of lines in the Corefile. One of them that takes the full name of a Service hides the Service from every client: the name is denied, or leads elsewhere, while kubernetes.default resolves. Rewrites of outside names to Services are common and harmless.',
    confirm: [
      "kubectl -n kube-system get configmap coredns -o jsonpath='{.data.Corefile}'",
      'kubectl -n NAMESPACE exec POD -- getent hosts NAME.NAMESPACE.svc.cluster.local.',
    ],
    fix: 'Take the stanza out of the Corefile.',
    references: ['coredns.io: template', 'coredns.io: rewrite', 'coredns.io: hosts', 'coredns: plugin.cfg'],
  },
  check({ subject, systemServices, corefile, kubeletConfig }) {
    if (dnsServiceOf(systemServices) === null) return notApplicable('no DNS Service of the cluster was found');
    if (!corefile.known) return unread(corefile);
    if (corefile.value === null) return notApplicable('there is no ConfigMap kube-system/coredns');
    const { domain } = clusterDns(systemServices, kubeletConfig, corefile);
    const name = `${subject.name}.${subject.namespace}.svc.${domain}.`;
    const said = saidOf(corefile.value, name);
    if (said.kind === 'unknown') return notApplicable(`cannot be told: ${said.why}`);
    const found = overrideOf(said, name);
    if (found === null || saidOf(corefile.value, `kubernetes.default.svc.${domain}.`).kind !== 'cluster') return pass;
    const service = `${subject.namespace}/${subject.name}`;
    return fail(
      finding({
        severity: 'critical',
        // Another name may be meant: a switch from one Service to the next is done this way.
        confidence: found.answers ? 'certain' : 'possible',
        message: `${service} is not reached by its name: line ${found.line} of the Corefile takes it, and ${found.does}`,
        evidence: [corefileRow(found.text, found.line, null)],
        effects: [`lookups of ${service} do not lead to it, from any namespace; other names of Services resolve`],
        fix: {
          summary: 'take the stanza out of the Corefile',
          safety: 'review',
          commands: ["kubectl -n kube-system get configmap coredns -o jsonpath='{.data.Corefile}'"],
          steps: [
            `take "${found.text}" (line ${found.line}) out of ${COREFILE}: kubectl -n kube-system edit configmap coredns`,
            RELOAD,
          ],
          patch: null,
        },
      }),
    );
  },
});
