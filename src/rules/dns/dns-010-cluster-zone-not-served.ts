import { clusterDns } from '../../model/caller-names.ts';
import { clusterZoneOf } from '../../model/corefile.ts';
import { type Said, saidOf } from '../../model/corefile-answer.ts';
import type { Corefile } from '../../model/corefile-parse.ts';
import { dnsServiceOf } from '../../model/dns-service.ts';
import { type Evidence, type Finding, finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass, unread } from '../rule.ts';
import { COREFILE, corefileRow, RELOAD } from './dns-text.ts';

type Cause = 'zone-differs' | 'no-plugin' | 'swallowed';

function causeOf(said: Said, corefile: Corefile): Cause {
  if (said.kind === 'swallowed' || said.kind === 'fixed') return 'swallowed';
  return clusterZoneOf(corefile) === null ? 'no-plugin' : 'zone-differs';
}

function rowsOf(said: Said, corefile: Corefile, domain: string): Evidence[] {
  const served = corefile.blocks
    .flatMap(({ directives }) => directives)
    .filter(({ name }) => name === 'kubernetes')
    .map(({ args, line }) => corefileRow(['kubernetes', ...args].join(' '), line, `kubernetes ${domain}`));
  return 'line' in said ? [...served, corefileRow(said.text, said.line)] : served;
}

function wordsOf(cause: Cause, said: Said, corefile: Corefile, domain: string): string {
  if (cause === 'swallowed' && 'line' in said)
    return `"${said.text}" answers every name of ${domain} before the plugin kubernetes`;
  if (cause === 'no-plugin') return `no server block has the plugin kubernetes`;
  return `the Corefile serves ${clusterZoneOf(corefile)?.slice(0, -1)}, and Pods ask for ${domain}`;
}

function stepOf(cause: Cause, said: Said, domain: string): string {
  if (cause === 'swallowed' && 'line' in said)
    return `add "fallthrough" to the block of line ${said.line}, or take it out`;
  if (cause === 'no-plugin') return `add "kubernetes ${domain} in-addr.arpa ip6.arpa" to the server block`;
  return `make the zone of the plugin kubernetes ${domain}, in the server block that answers for it`;
}

function report(said: Said, corefile: Corefile, domain: string): Finding {
  const cause = causeOf(said, corefile);
  return finding({
    severity: 'critical',
    cause,
    message: `no Service name resolves in this cluster: ${wordsOf(cause, said, corefile, domain)}`,
    evidence: rowsOf(said, corefile, domain),
    effects: ['every lookup of a Service is denied or fails, from every namespace; calls by IP address still work'],
    fix: {
      summary: `serve the zone ${domain}`,
      safety: 'review',
      commands: ["kubectl -n kube-system get configmap coredns -o jsonpath='{.data.Corefile}'"],
      steps: [`in ${COREFILE}, ${stepOf(cause, said, domain)}: kubectl -n kube-system edit configmap coredns`, RELOAD],
      patch: null,
    },
  });
}

/** The Corefile, asked for kubernetes.default of the kubelet's clusterDomain: where its plugin kubernetes does not get the question, no Service has a name. */
export const dns010 = defineRule({
  id: 'DNS-010',
  name: 'cluster-zone-not-served',
  stage: 'dns',
  severity: 'critical',
  title: 'the Corefile does not serve the domain of the cluster',
  healthy: 'the Corefile serves the domain of the cluster',
  roles: ['cluster'],
  needs: ['systemServices'],
  uses: ['corefile', 'kubeletConfig'],
  explains: ['DNS-011', 'DNS-012', 'DNS-016', 'DNS-019'],
  causes: {
    'zone-differs': 'the zone of the plugin kubernetes is not the clusterDomain of the kubelets',
    'no-plugin': 'no server block has the plugin kubernetes',
    swallowed: 'another plugin answers for the whole zone first',
  },
  docs: {
    why: 'CoreDNS makes names of Services in the plugin kubernetes, for the zones written there. Pods ask for names in the clusterDomain of their kubelet. Where these differ, where a more special server block without the plugin stands before, or where hosts or template answer for the whole zone without fallthrough, no Service name resolves.',
    confirm: [
      "kubectl -n kube-system get configmap coredns -o jsonpath='{.data.Corefile}'",
      "kubectl -n kube-system get configmap kubelet-config -o jsonpath='{.data.kubelet}'",
    ],
    fix: 'Make the zone of the plugin kubernetes the clusterDomain of the kubelets, in the server block that answers for it.',
    references: ['coredns.io: kubernetes', 'kubernetes.io: Customizing DNS Service'],
  },
  check({ systemServices, corefile, kubeletConfig }) {
    if (dnsServiceOf(systemServices) === null) return notApplicable('no DNS Service of the cluster was found');
    if (!corefile.known) return unread(corefile);
    if (corefile.value === null) return notApplicable('there is no ConfigMap kube-system/coredns');
    const { domain } = clusterDns(systemServices, kubeletConfig, corefile);
    const said = saidOf(corefile.value, `kubernetes.default.svc.${domain}.`);
    if (said.kind === 'cluster') return pass;
    if (said.kind === 'unknown') return notApplicable(`cannot be told: ${said.why}`);
    // A block of its own for the zone that forwards on purpose leaves the names to another server.
    if (said.kind === 'forwarded' && said.zone !== '.') return notApplicable(`another server answers: ${said.to}`);
    return fail(report(said, corefile.value, domain));
  },
});
