import { configUses } from '../../model/config-references.ts';
import { type Misroute, misroutes } from '../../model/gateway-routes.ts';
import type { ReferencingWorkload } from '../../model/referencing.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { workloadText } from './reference-text.ts';

function report(workload: ReferencingWorkload, configMap: string, key: string, { route, meant }: Misroute): Finding {
  const { namespace } = workload;
  const name = route.id === '' ? route.path : route.id;
  return finding({
    severity: 'critical',
    confidence: 'likely',
    message: `${workloadText(workload)} passes ${route.path === '' ? `route ${name}` : route.path} on to ${route.host}, and no route leads to ${namespace}/${meant}`,
    scope: { service: `${namespace}/${meant}` },
    evidence: [
      {
        label: 'ConfigMap',
        text: `route "${name}" leads to ${route.host} (${key} of ${namespace}/${configMap})`,
        object: `ConfigMap ${namespace}/${configMap}`,
        path: `data.${key}`,
        found: route.host,
        expected: meant,
      },
      {
        label: 'closest',
        text: `Service ${namespace}/${meant}, which nothing else of the file leads to`,
        object: `Service ${namespace}/${meant}`,
        path: 'metadata.name',
        found: meant,
        expected: route.host,
      },
    ],
    effects: [`calls meant for ${namespace}/${meant} get the answers of ${route.host}`],
    fix: {
      summary: `lead route "${name}" to ${meant}`,
      safety: 'review',
      commands: [],
      steps: [
        `write ${meant} in place of ${route.host} in ${key} of ConfigMap ${namespace}/${configMap}`,
        `restart ${workloadText(workload)} where the file is mounted with subPath`,
      ],
      patch: null,
    },
  });
}

/** A gateway whose file has one route that leads astray, told by how all its other routes are named. */
export const ref017 = defineRule({
  id: 'REF-017',
  name: 'route-to-another-service',
  stage: 'references',
  severity: 'critical',
  title: 'a route of a gateway leads to the Service of another route',
  healthy: 'the routes of the gateway lead to the Services that they name',
  roles: ['target', 'caller'],
  offline: true,
  gate: 'calls',
  needs: ['references', 'services'],
  uses: ['configMaps'],
  explains: [],
  docs: {
    why: "An API gateway such as Spring Cloud Gateway or nginx has its routes in a file, out of a ConfigMap. Where nearly all routes are named for the Service to which they lead, one that leads to another route's Service, while its own exists and is led to by none, is a slip: every call of that path is answered by the wrong program.",
    confirm: ['kubectl -n NAMESPACE get configmap NAME -o yaml'],
    fix: 'Correct the route in the ConfigMap, and restart the gateway where the file is mounted with subPath.',
    references: ['kubernetes.io: ConfigMaps'],
  },
  check({ references, services, configMaps }) {
    if (!configMaps.known) return failIfAny([]);
    const read = configMaps.value;
    const findings = references.flatMap((workload): Finding[] => {
      const names = [...new Set(configUses(workload.spec).map(({ configMap }) => configMap))];
      const here = services.filter(({ metadata }) => metadata?.namespace === workload.namespace);
      return names.flatMap((configMap) => {
        const config = read(workload.namespace, configMap);
        const routes = config.known ? Object.entries(config.value?.routes ?? {}) : [];
        return routes.flatMap(([key, list]) =>
          misroutes(
            list,
            here.map(({ metadata }) => metadata?.name ?? ''),
          ).map((one) => report(workload, configMap, key, one)),
        );
      });
    });
    return failIfAny(findings);
  },
});
