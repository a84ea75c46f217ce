import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { advice } from './advice.ts';

export const bpr006 = defineRule({
  id: 'BPR-006',
  name: 'cross-namespace-short-name-risk',
  stage: 'references',
  severity: 'info',
  title: 'a short name reaches the Service of that name in the own namespace',
  healthy: 'no short name stands for another Service than the one asked about',
  roles: ['caller'],
  offline: true,
  needs: ['services', 'called', 'references'],
  uses: [],
  explains: [],
  docs: {
    why: 'A name without a namespace is looked up in the namespace of the caller first. Where both namespaces have a Service of that name the caller reaches its own one, without any error.',
    confirm: ['kubectl get services -A --field-selector metadata.name=NAME', 'kubectl exec POD -- getent hosts NAME'],
    fix: 'Call NAME.NAMESPACE where the other one is meant.',
    references: ['kubernetes.io: DNS for Services and Pods'],
  },
  check({ services, called, references, subject }) {
    const home = subject.namespace;
    const away = called?.metadata?.namespace;
    if (away === undefined || away === home) return notApplicable('the caller is in the namespace of the Service');
    const own = services.find(({ metadata }) => metadata?.name === subject.name);
    if (own === undefined || own.spec?.type === 'ExternalName') return pass;
    const short = references.flatMap(({ references: all }) => all).find(({ host }) => host === subject.name);
    if (short === undefined) return pass;
    return fail(
      finding({
        severity: 'info',
        message: `"${subject.name}" in ${short.variable} of ${subject.caller} reaches ${home}/${subject.name}, not ${away}/${subject.name}`,
        evidence: [
          {
            label: 'wanted by',
            text: `${short.variable} = ${short.host}`,
            object: subject.caller ?? '',
            path: `env ${short.variable}`,
            found: short.host,
            expected: `${subject.name}.${away}`,
          },
        ],
        fix: advice('name the namespace', `set it to ${subject.name}.${away} if that Service is meant`),
      }),
    );
  },
});
