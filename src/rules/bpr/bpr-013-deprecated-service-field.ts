import type { Service } from '../../facts/wire.ts';
import { finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { advice, nameOf, objectOf } from './advice.ts';

interface Deprecated {
  path: string;
  found: string;
  instead: string;
}

const ANNOTATIONS: Readonly<Record<string, string>> = {
  'service.kubernetes.io/topology-mode': 'spec.trafficDistribution',
  'service.kubernetes.io/topology-aware-hints': 'spec.trafficDistribution',
  'service.alpha.kubernetes.io/tolerate-unready-endpoints': 'spec.publishNotReadyAddresses',
};

function deprecatedIn({ spec, metadata }: Service): readonly Deprecated[] {
  const fields: Deprecated[] = [];
  if ((spec?.externalIPs ?? []).length > 0)
    fields.push({
      path: 'spec.externalIPs',
      found: (spec?.externalIPs ?? []).join(', '),
      instead: 'a Service of type LoadBalancer, or a Gateway',
    });
  if (spec?.loadBalancerIP !== undefined && spec.loadBalancerIP !== '')
    fields.push({
      path: 'spec.loadBalancerIP',
      found: spec.loadBalancerIP,
      instead: "the annotation of the load balancer's controller",
    });
  const notes = Object.entries(ANNOTATIONS).flatMap(([key, instead]): Deprecated[] => {
    const found = metadata?.annotations?.[key];
    return found === undefined || /^disabled$/i.test(found)
      ? []
      : [{ path: `metadata.annotations[${key}]`, found, instead }];
  });
  return [...fields, ...notes];
}

export const bpr013 = defineRule({
  id: 'BPR-013',
  name: 'deprecated-service-field',
  stage: 'existence',
  severity: 'info',
  title: 'the Service uses a deprecated field',
  healthy: 'the Service uses no deprecated field',
  roles: ['target'],
  offline: true,
  gate: 'marked',
  needs: ['service'],
  uses: [],
  explains: [],
  docs: {
    why: 'externalIPs are deprecated since 1.36, loadBalancerIP since 1.24, and the annotations of former alpha and beta features have fields in their place. They work until a release drops them.',
    confirm: ['kubectl get service NAME -o yaml'],
    fix: 'Use what has come in its place.',
    references: [
      'KEP-5707: Deprecate service.spec.externalIPs',
      'KEP-4444: Traffic Distribution',
      'API reference: ServiceSpec',
    ],
  },
  check({ service }) {
    const all = deprecatedIn(service);
    const [first] = all;
    if (first === undefined) return failIfAny([]);
    return failIfAny([
      finding({
        severity: 'info',
        message: `${nameOf(service)} uses ${all.map(({ path }) => path).join(' and ')}, which ${all.length === 1 ? 'is' : 'are'} deprecated`,
        evidence: all.map(({ path, found, instead }) => ({
          label: 'Service',
          text: `${path}: ${found}`,
          object: objectOf(service),
          path,
          found,
          expected: instead,
        })),
        fix: advice(
          'use what has come in its place',
          all.map(({ path, instead }) => `${instead} in place of ${path}`).join('; '),
        ),
      }),
    ]);
  },
});
