import { clusterDns } from '../../model/caller-names.ts';
import { saidOf } from '../../model/corefile-answer.ts';
import { type Filter, filteredBy } from '../../model/corefile-filter.ts';
import { dnsServiceOf } from '../../model/dns-service.ts';
import { endpointsOf } from '../../model/endpoints.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass, unread } from '../rule.ts';
import { COREFILE, corefileRow, RELOAD } from './dns-text.ts';

const WORDS: Readonly<Record<Filter, string>> = {
  'namespace-not-listed': 'its namespace is not among "namespaces"',
  'namespace-labels': 'its namespace does not carry the labels of "namespace_labels"',
  labels: 'it does not carry the labels of "labels"',
  'no-endpoints': 'the option "noendpoints" leaves headless Services without names',
};

const OPTIONS: Readonly<Record<Filter, string>> = {
  'namespace-not-listed': 'namespaces',
  'namespace-labels': 'namespace_labels',
  labels: 'labels',
  'no-endpoints': 'noendpoints',
};

/** Options of the plugin kubernetes that leave Services out: their names are denied as if they did not exist. */
export const dns012 = defineRule({
  id: 'DNS-012',
  name: 'kubernetes-plugin-filters-service',
  stage: 'dns',
  severity: 'critical',
  title: 'the Corefile leaves the Service out',
  healthy: 'the Corefile does not leave the Service out',
  roles: ['target', 'dependency'],
  gate: 'corefile',
  needs: ['systemServices'],
  uses: ['service', 'namespace', 'slices', 'corefile', 'kubeletConfig'],
  explains: ['DNS-016', 'DNS-019'],
  causes: {
    'namespace-not-listed': 'only other namespaces are listed in "namespaces"',
    'namespace-labels': '"namespace_labels" does not match the namespace',
    labels: '"labels" does not match the Service',
    'no-endpoints': '"noendpoints", and the Service is headless',
    'empty-service': '"ignore empty_service", and the Service has no ready endpoint',
  },
  docs: {
    why: 'The plugin kubernetes can be told to serve only some namespaces or labels, to serve no endpoints, or to deny Services without ready endpoints. Such a Service exists and has Pods, and still its name is denied (NXDOMAIN).',
    confirm: ["kubectl -n kube-system get configmap coredns -o jsonpath='{.data.Corefile}'"],
    fix: 'Widen or take out the option, or give the Service or its namespace the labels.',
    references: ['coredns.io: kubernetes'],
  },
  check({ subject, service, namespace, slices, systemServices, corefile, kubeletConfig }) {
    if (dnsServiceOf(systemServices) === null) return notApplicable('no DNS Service of the cluster was found');
    if (!corefile.known) return unread(corefile);
    if (corefile.value === null) return notApplicable('there is no ConfigMap kube-system/coredns');
    if (!service.known || !namespace.known) return notApplicable('the Service is not known');
    const { domain } = clusterDns(systemServices, kubeletConfig, corefile);
    const said = saidOf(corefile.value, `${subject.name}.${subject.namespace}.svc.${domain}.`);
    // Views give null for what is known to be absent.
    const present = service.value as typeof service.value | null;
    if (said.kind !== 'cluster' || present === null) return pass;
    const name = `${subject.namespace}/${subject.name}`;
    const { plugin } = said;
    const filter = filteredBy(plugin, present, namespace.value);
    const text = corefile.value.lines[plugin.line - 1]?.trim() ?? 'kubernetes';
    if (filter !== null) {
      return fail(
        finding({
          severity: 'critical',
          cause: filter,
          message: `${name} has no name in DNS: ${WORDS[filter]} in the Corefile`,
          evidence: [corefileRow(`${text} with the option ${OPTIONS[filter]}`, plugin.line)],
          effects: [`lookups of ${name} are denied (NXDOMAIN), from any namespace`],
          fix: {
            summary: 'let CoreDNS serve the Service',
            safety: 'review',
            commands: ["kubectl -n kube-system get configmap coredns -o jsonpath='{.data.Corefile}'"],
            steps: [
              `widen or take out "${OPTIONS[filter]}" in ${COREFILE}: kubectl -n kube-system edit configmap coredns`,
              RELOAD,
            ],
            patch: null,
          },
        }),
      );
    }
    const selects = present.spec?.clusterIP !== 'None' && present.spec?.type !== 'ExternalName';
    if (!plugin.ignoresEmpty || !selects || !slices.known || !slices.complete) return pass;
    if (endpointsOf(slices.value).some(({ ready }) => ready)) return pass;
    return fail(
      finding({
        severity: 'info',
        cause: 'empty-service',
        message: `${name} has no name in DNS while it has no ready endpoint: the Corefile says "ignore empty_service"`,
        evidence: [corefileRow(`${text} with the option ignore empty_service`, plugin.line)],
        effects: ['clients see "could not resolve host" in place of a refused connection'],
      }),
    );
  },
});
