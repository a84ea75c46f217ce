import { isBrowserVariable } from '../../model/browser-variables.ts';
import { serviceBehind } from '../../model/called-services.ts';
import { clusterIps } from '../../model/ip-range.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { useRows, workloadText } from './reference-text.ts';

/** Variables that a build puts into the browser's code, holding a name that only the cluster's DNS knows. */
export const ref016 = defineRule({
  id: 'REF-016',
  name: 'browser-cannot-resolve-cluster-name',
  stage: 'references',
  severity: 'high',
  title: 'code for the browser is told to call a name that only the cluster knows',
  healthy: 'addresses for the browser are known outside of the cluster',
  roles: ['target', 'caller'],
  offline: true,
  gate: 'calls',
  needs: ['references', 'services'],
  uses: ['servicesEverywhere'],
  explains: [],
  docs: {
    why: "Values of variables such as REACT_APP_, VITE_ or NEXT_PUBLIC_ end up in code that runs in the user's browser. A browser outside of the cluster neither resolves names of Services nor reaches cluster IPs. Code that runs on the server may use the same variable, so this is a hint.",
    confirm: ['open the developer tools of the browser and look at the failing call'],
    fix: 'Call a relative path, and let the web server or an Ingress pass it on to the Service.',
    references: ['kubernetes.io: Connecting Frontends to Backends', 'kubernetes.io: Ingress'],
  },
  check({ references, services, servicesEverywhere: all, subject }) {
    const findings = references.flatMap((workload) =>
      workload.told.flatMap((use): Finding[] => {
        if (!isBrowserVariable(use.variable)) return [];
        const byName = serviceBehind(use.host, workload.namespace, services, all);
        const service = byName ?? services.find(({ spec }) => clusterIps(spec).includes(use.host));
        if (service === undefined) return [];
        const key = `${service.metadata?.namespace}/${service.metadata?.name}`;
        return [
          finding({
            severity: 'high',
            confidence: subject.role === 'caller' && subject.calls === key ? 'likely' : 'possible',
            message: `${workloadText(workload)} gives "${use.host}" to code for the browser, which cannot reach ${key} by it`,
            scope: { service: subject.role === 'caller' ? key : null },
            evidence: useRows(workload, [use], null),
            effects: ["calls out of the user's browser fail: the name is not known there"],
            fix: {
              summary: 'call a relative path and pass it on inside of the cluster',
              safety: 'review',
              commands: [],
              steps: [
                `write a path such as /api in ${use.variable} and build the image anew`,
                `let the web server or an Ingress pass that path on to ${key}`,
              ],
              patch: null,
            },
          }),
        ];
      }),
    );
    return failIfAny(findings);
  },
});
