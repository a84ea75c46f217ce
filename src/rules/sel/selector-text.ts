/** Words and fixes that the selector rules share. */
import type { Service } from '../../facts/wire.ts';
import type { Candidate } from '../../model/nearest-workload.ts';
import { type Patch, patchCommand } from '../../model/patch.ts';
import { portLabel } from '../../model/ports.ts';
import { type PairDifference, selectorText } from '../../model/selector.ts';
import { ownerText } from '../../model/workloads.ts';
import type { Evidence, Fix } from '../finding.ts';

/** `namespace/name` of the Service. */
export function nameOf(service: Service): string {
  return `${service.metadata?.namespace}/${service.metadata?.name}`;
}

/** What clients of the Service see when it has no endpoint: refused by IP, or no such host for a headless one. */
export function emptyEffects(service: Service): readonly string[] {
  const ip = service.spec?.clusterIP;
  const ports = service.spec?.ports ?? [];
  const name = `${service.metadata?.name}.${service.metadata?.namespace}`;
  if (ip === 'None')
    return [`the name ${name} does not resolve: a headless Service without ready endpoints has no records`];
  const which = ports.map(portLabel).join(', ');
  const addresses = ports.map((port) => `${ip ?? name}:${port.port}`).join(', ');
  return [
    `port${ports.length === 1 ? '' : 's'} ${which} ha${ports.length === 1 ? 's' : 've'} no endpoints`,
    `clients of ${addresses} are refused`,
  ];
}

/** `"app" has another value`, `"tier" is missing`, `"app" is called "run" there`. */
export function differenceText({ key, has, renamed }: PairDifference): string {
  if (has !== null) return `"${key}" has another value`;
  return renamed === null ? `"${key}" is missing` : `"${key}" is called "${renamed}" there`;
}

function podsText({ pods, ready, planned }: Candidate): string {
  if (pods === 0) return 'no Pods';
  if (planned) return `wants ${pods} Pod${pods === 1 ? '' : 's'}`;
  return `${ready} of ${pods} Pods Ready`;
}

/** Where the selector is wrong: its one pair that differs, else all of it. */
export function selectorPath(candidate: Candidate | undefined): string {
  const [only, ...more] = candidate?.differences ?? [];
  if (only === undefined || more.length > 0) return 'spec.selector';
  return /[./]/.test(only.key) ? `spec.selector[${only.key}]` : `spec.selector.${only.key}`;
}

/** The evidence row of the workload that the selector may have meant, with what its labels lack. */
export function closestEvidence(service: Service, candidate: Candidate): Evidence {
  const keys = candidate.differences.map(({ key, renamed }) => renamed ?? key);
  const has = Object.fromEntries(
    keys.flatMap((key) => (candidate.labels?.[key] === undefined ? [] : [[key, candidate.labels[key]]])),
  );
  const shown = selectorText(has as Record<string, string>);
  const words = [podsText(candidate), ...candidate.differences.map(differenceText)].join('; ');
  return {
    label: 'closest',
    text: `${ownerText(candidate.owner)}${shown === '' ? '' : `  ${shown}`}  (${words})`,
    object: `${candidate.owner.kind} ${service.metadata?.namespace}/${candidate.owner.name}`,
    path: candidate.workload === null ? 'metadata.labels' : 'spec.template.metadata.labels',
    found: selectorText(candidate.labels),
    expected: selectorText(service.spec?.selector),
  };
}

/** A merge patch of the Service's selector as a fix. */
export function selectorFix(
  service: Service,
  selector: Record<string, string | null>,
  summary: string,
  safety: Fix['safety'],
): Fix {
  const patch: Patch = {
    kind: 'service',
    namespace: service.metadata?.namespace ?? '',
    name: service.metadata?.name ?? '',
    type: 'merge',
    body: { spec: { selector } },
  };
  return { summary, safety, commands: [patchCommand(patch)], steps: [], patch };
}

/** A fix that a person must carry out. */
export function steps(summary: string, ...all: readonly string[]): Fix {
  return { summary, safety: 'review', commands: [], steps: all, patch: null };
}
