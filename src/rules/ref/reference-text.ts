import type { ConfigSource } from '../../facts/extracts.ts';
import type { Fact } from '../../facts/fact.ts';
import type { Service } from '../../facts/wire.ts';
import { hear } from '../../model/complaints.ts';
import type { MissingReference } from '../../model/missing-references.ts';
import { shellQuote } from '../../model/patch.ts';
import { ageOf } from '../../model/readiness.ts';
import type { ReferencingWorkload } from '../../model/referencing.ts';
import type { LogReader } from '../facts.ts';
import type { Confidence, Evidence } from '../finding.ts';
import type { Subject } from '../subject.ts';

const SETTLING = 30_000;

type Use = MissingReference['uses'][number];

/** `http://backend:3000/api`, as far as the reference keeps it. */
export function addressText(use: Use, host = use.host): string {
  const port = use.port === null ? '' : `:${use.port}`;
  return `${use.scheme === null ? '' : `${use.scheme}://`}${host}${port}${use.path ?? ''}`;
}

/** `Deployment staging/frontend`. */
export function workloadText({ kind, namespace, name }: ReferencingWorkload): string {
  return `${kind} ${namespace}/${name}`;
}

/** A workload, what it calls there, and where that is written. */
export type Usage = Pick<MissingReference, 'workload' | 'uses'> & { service: { name: string; namespace: string } };

export interface Said {
  pod: string;
  line: string;
}

/** The line of a log that complains about the Service, or null. Of Ready Pods only what they said since counts. */
export function complaintAbout({ workload, service }: Usage, logs: Fact<LogReader>, now: number): Said | null {
  if (!logs.known) return null;
  for (const pod of workload.pods) {
    const found = hear(pod, logs.value, [], now).complaints.find(
      (one) => one.service?.name === service.name && one.service.namespace === service.namespace,
    );
    if (found !== undefined) return { pod: `${pod.metadata?.namespace}/${pod.metadata?.name}`, line: found.match.line };
  }
  return null;
}

/** A name that nothing complains about may be a leftover: a hint while the workload is Ready, likely while it is not, certain with a log line. */
export function confidenceOf(complaint: object | null, usage: Pick<Usage, 'workload' | 'uses'>): Confidence {
  if (complaint !== null) return 'certain';
  return usage.workload.struggles && !isFiled(usage.uses) ? 'likely' : 'possible';
}

/** True for what stands in files only: of what they hold, much is never used. */
export function isFiled(uses: readonly Use[]): boolean {
  return uses.length > 0 && uses.every(({ source }) => source !== undefined && source.how !== 'env');
}

/** Where the addresses are written, one row for each place. */
export function useRows(workload: ReferencingWorkload, uses: readonly Use[], expected: string | null): Evidence[] {
  const object = workloadText(workload);
  return uses.map((use): Evidence => {
    if (use.source !== undefined) return configRow(workload, use, use.source, expected);
    const source = use.variable === 'args' || use.variable === 'command' ? use.variable : `env ${use.variable}`;
    return {
      label: source,
      text: `${addressText(use)} (container "${use.container}")`,
      object,
      path: `spec.template.spec.containers[${use.container}].${source.replace('env ', 'env.')}`,
      found: use.host,
      expected,
    };
  });
}

function configRow(
  { namespace }: ReferencingWorkload,
  use: Use,
  { configMap, key }: ConfigSource,
  expected: string | null,
): Evidence {
  return {
    label: 'ConfigMap',
    text: `${addressText(use)} (${key} of ${namespace}/${configMap}, for container "${use.container}")`,
    object: `ConfigMap ${namespace}/${configMap}`,
    path: `data.${key}`,
    found: use.host,
    expected,
  };
}

/** The line that complains; no row where there is none. */
export function saidRows(said: Said | null): Evidence[] {
  if (said === null) return [];
  const { pod, line } = said;
  return [{ label: 'last log', text: `"${line}"`, object: `Pod ${pod}`, path: 'log', found: line, expected: null }];
}

/** Where the name is written, what it resolves to, and who complained. */
export function referenceRows({ workload, service, uses }: Usage, complaint: Said | null): Evidence[] {
  const missing = {
    label: 'missing',
    text: `Service ${service.namespace}/${service.name}, which that name means here`,
    object: `Service ${service.namespace}/${service.name}`,
    path: 'metadata.name',
    found: null,
    expected: service.name,
  };
  return [...useRows(workload, uses, null), missing, ...saidRows(complaint)];
}

/** The commands that write another host into the variables; only where the whole value is known, and kubectl set env can change the kind. */
export function setEnvCommands({ workload, uses }: Pick<Usage, 'workload' | 'uses'>, host: string): string[] {
  const kind = workload.kind.toLowerCase();
  if (!['deployment', 'statefulset', 'daemonset'].includes(kind)) return [];
  return uses
    .filter((use) => use.source === undefined && use.exact && use.variable !== 'args' && use.variable !== 'command')
    .map(
      (use) =>
        `kubectl -n ${workload.namespace} set env ${kind}/${workload.name} --containers=${shellQuote(use.container)} ${shellQuote(`${use.variable}=${addressText(use, host)}`)}`,
    );
}

/** Findings about a named caller speak of the Service that it means, so that those about different names stay apart. */
export function scopeOf({ service }: Pick<Usage, 'service'>, subject: Subject): string | null {
  return subject.role === 'caller' ? `${service.namespace}/${service.name}` : null;
}

/** True while all Pods of the workload are so young that what they call may yet come. */
export function isSettling({ pods }: ReferencingWorkload, now: number): boolean {
  return pods.length > 0 && pods.every((pod) => (ageOf(pod.metadata?.creationTimestamp, now) ?? SETTLING) < SETTLING);
}

/** Services of the namespace by name. */
export function namesIn(services: readonly Service[], namespace: string): string[] {
  return services
    .filter(({ metadata }) => metadata?.namespace === namespace)
    .map(({ metadata }) => metadata?.name ?? '');
}
