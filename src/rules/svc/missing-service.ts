/** What stands near a Service that does not exist: Services of near names, of the same name elsewhere, workloads without a Service. */
import type { Fact } from '../../facts/fact.ts';
import type { Pod, Service } from '../../facts/wire.ts';
import { isNear, nearNames, stem } from '../../model/near-names.ts';
import { shellQuote } from '../../model/patch.ts';
import { matches } from '../../model/selector.ts';
import { trafficPorts } from '../../model/target-port.ts';
import { ownerOf, ownerText, type Workload } from '../../model/workloads.ts';
import type { Evidence, Fix } from '../finding.ts';

/** The other namespaces that have a Service of this name; null when they cannot all be read. */
export function namespacesWith(
  name: string,
  namespace: string,
  everywhere: Fact<readonly Service[]>,
): readonly string[] | null {
  if (!everywhere.known || !everywhere.complete) return null;
  return everywhere.value
    .filter(({ metadata }) => metadata?.name === name && metadata.namespace !== namespace)
    .map(({ metadata }) => metadata?.namespace ?? '')
    .sort();
}

/** One row for each Service of the namespace whose name is near. */
export function nearServices(name: string, namespace: string, services: readonly Service[]): readonly Evidence[] {
  return nearNames(
    name,
    services.map(({ metadata }) => metadata?.name ?? ''),
  ).map((near) => ({
    label: 'near',
    text: `Service ${near} exists in ${namespace}`,
    object: `Service ${namespace}/${near}`,
    path: 'metadata.name',
    found: near,
    expected: name,
  }));
}

/** The only workload of that name or stem that no Service selects; null when there is none or several. */
export function unexposed(name: string, workloads: readonly Workload[], services: readonly Service[]): Workload | null {
  const near = workloads.filter(
    (workload) =>
      (workload.name === name || stem(workload.name) === stem(name)) &&
      !services.some(({ spec }) => matches(spec?.selector, workload.template.metadata?.labels)),
  );
  return near.length === 1 ? (near[0] ?? null) : null;
}

/** Says that nothing of a near name runs in the namespace; nothing where that is not known. */
export function nothingRuns(
  name: string,
  namespace: string,
  workloads: Fact<readonly Workload[]>,
  pods: Fact<readonly Pod[]>,
): readonly Evidence[] {
  if (!workloads.known || !workloads.complete || !pods.known || !pods.complete) return [];
  const owners = [...workloads.value.map((workload) => workload.name), ...pods.value.map((pod) => ownerOf(pod).name)];
  if (owners.some((owner) => isNear(owner, name))) return [];
  return [
    {
      label: 'also',
      text: `nothing in ${namespace} runs ${stem(name)} either (no workload, no Pod near that name)`,
      object: `Namespace ${namespace}`,
      path: 'metadata.name',
      found: null,
      expected: name,
    },
  ];
}

/** How to make the Service out of a workload: a command where `kubectl expose` can and exactly one port is declared. */
export function exposeFix(name: string, workload: Workload): Fix {
  const ports = [...new Set(trafficPorts(workload.template, 'TCP').map(({ number }) => number))];
  const [port] = ports;
  const summary = `make a Service for ${ownerText(workload)}`;
  if (workload.kind !== 'Deployment' || port === undefined || ports.length > 1) {
    const steps = [
      `create the Service ${name} with the labels of ${ownerText(workload)} as its selector and the port that it serves`,
    ];
    return { summary, safety: 'review', commands: [], steps, patch: null };
  }
  const command = `kubectl -n ${workload.namespace} expose deployment ${workload.name} --name=${shellQuote(name)} --port=${port} --target-port=${port}`;
  return { summary, safety: 'review', commands: [command], steps: [], patch: null };
}
