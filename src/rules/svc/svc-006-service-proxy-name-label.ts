import { whole } from '../../facts/fact.ts';
import type { EndpointSlice, Service } from '../../facts/wire.ts';
import { endpointsOf } from '../../model/endpoints.ts';
import { patchCommand } from '../../model/patch.ts';
import { type Evidence, type Fix, finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass, unread } from '../rule.ts';
import { doubted } from '../unseen.ts';

/** kube-proxy watches neither Services nor slices with the first label, and no slices with the second. */
const PROXY_NAME = 'service.kubernetes.io/service-proxy-name';
const HEADLESS = 'service.kubernetes.io/headless';

function labelOf(object: Service | EndpointSlice): string | null {
  return [PROXY_NAME, HEADLESS].find((key) => object.metadata?.labels?.[key] !== undefined) ?? null;
}

function evidenceOf(kind: string, object: Service | EndpointSlice, key: string): Evidence {
  const { namespace, name, labels } = object.metadata ?? {};
  return {
    label: 'label',
    text: `${key}=${labels?.[key]}  on ${kind} ${name}`,
    object: `${kind} ${namespace}/${name}`,
    path: `metadata.labels[${key}]`,
    found: labels?.[key] ?? null,
    expected: null,
  };
}

function removeLabel(service: Service, key: string): Fix {
  const patch = {
    kind: 'service',
    namespace: service.metadata?.namespace ?? '',
    name: service.metadata?.name ?? '',
    type: 'merge',
    body: { metadata: { labels: { [key]: null } } },
  } as const;
  return { summary: `remove label ${key}`, safety: 'review', commands: [patchCommand(patch)], steps: [], patch };
}

function unlabelSlices(namespace: string, slices: readonly EndpointSlice[]): Fix {
  return {
    summary: 'remove the labels from the slices',
    safety: 'review',
    commands: slices.map(
      (slice) => `kubectl -n ${namespace} label endpointslice ${slice.metadata?.name} ${labelOf(slice)}-`,
    ),
    steps: [],
    patch: null,
  };
}

export const svc006 = defineRule({
  id: 'SVC-006',
  name: 'service-proxy-name-label',
  stage: 'existence',
  severity: 'critical',
  title: 'a label tells kube-proxy to ignore the Service',
  healthy: 'no label tells kube-proxy to ignore the Service',
  roles: ['target', 'dependency'],
  offline: true,
  gate: 'marked',
  needs: ['service'],
  uses: ['slices', 'systemWorkloads', 'unseen'],
  explains: [],
  docs: {
    why: 'kube-proxy watches no Services and EndpointSlices that carry label service.kubernetes.io/service-proxy-name, which hands them to another proxy, and no EndpointSlices that carry service.kubernetes.io/headless. Without such a proxy nothing answers on the cluster IP.',
    confirm: [
      'kubectl get service NAME --show-labels',
      'kubectl get endpointslices -l kubernetes.io/service-name=NAME --show-labels',
    ],
    fix: 'Remove the label, or run the proxy that it names.',
    references: ['kube-proxy: label selector of its informers', 'kubernetes.io: Well-Known Labels'],
  },
  check({ service, slices, systemWorkloads, unseen }) {
    const { namespace = '', name = '', labels } = service.metadata ?? {};
    const ip = service.spec?.clusterIP;
    if (service.spec?.type === 'ExternalName' || ip === 'None' || ip === undefined || ip === '')
      return notApplicable('it has no cluster IP for a proxy to serve');
    const own = labels?.[PROXY_NAME] === undefined ? null : PROXY_NAME;
    const filled =
      slices.known && slices.complete ? slices.value.filter((slice) => endpointsOf([slice]).length > 0) : [];
    const hidden = filled.filter((slice) => labelOf(slice) !== null);
    const key = own ?? (hidden.length === filled.length && hidden[0] !== undefined ? labelOf(hidden[0]) : null);
    if (key === null) return pass;
    const proxy = labels?.[PROXY_NAME];
    if (proxy !== undefined) {
      const system = whole(systemWorkloads, 'the DaemonSets of kube-system');
      if (!system.known) return unread(system);
      if (system.value.some((workload) => proxy !== '' && workload.name.includes(proxy)))
        return notApplicable(`${proxy} runs in kube-system, and serves it in place of kube-proxy`);
    }
    const found = finding({
      severity: 'critical',
      confidence: 'likely',
      message: `${namespace}/${name} does not work: label ${key} tells kube-proxy to ignore ${own === null ? 'its EndpointSlices' : 'it'}`,
      evidence:
        own === null
          ? hidden.map((slice) => evidenceOf('EndpointSlice', slice, labelOf(slice) ?? ''))
          : [evidenceOf('Service', service, own)],
      effects: [`nothing answers on ${ip}`],
      fix: own === null ? unlabelSlices(namespace, hidden) : removeLabel(service, own),
    });
    return fail(doubted(found, unseen));
  },
});
