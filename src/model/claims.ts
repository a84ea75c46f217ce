/** Why a PersistentVolumeClaim stays unbound: what the volume binder of kube-controller-manager compares (pv_controller, FindMatchingVolume). */
import type { Fact } from '../facts/fact.ts';
import type { Event, PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from '../facts/wire.ts';
import { eventsOf } from './events.ts';
import { meets } from './node-fit.ts';
import { quantityOf } from './quantity.ts';
import type { SchedulingCause } from './scheduling-cause.ts';

const STATIC = 'kubernetes.io/no-provisioner';

export interface ClaimFault {
  cause: SchedulingCause;
  claim: string;
  /** `asks for ReadWriteMany, PersistentVolume data offers ReadWriteOnce`. */
  words: string;
  /** The claim's field that says so. */
  path: string;
  found: string | null;
  expected: string | null;
  step: string;
}

export interface Storage {
  claims: Fact<readonly PersistentVolumeClaim[]>;
  volumes: Fact<readonly PersistentVolume[]>;
  classes: Fact<readonly StorageClass[]>;
  events: Fact<readonly Event[]>;
}

/** The names of the claims that the Pod mounts. */
export function claimNames(pod: Pod): readonly string[] {
  return (pod.spec?.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
}

function selectorHolds(claim: PersistentVolumeClaim, volume: PersistentVolume): boolean {
  const { matchLabels = {}, matchExpressions = [] } = claim.spec?.selector ?? {};
  const labels = volume.metadata?.labels;
  return (
    Object.entries(matchLabels).every(([key, value]) => labels?.[key] === value) &&
    matchExpressions.every((one) => meets(labels, one))
  );
}

function selectorWords({ spec }: PersistentVolumeClaim): string {
  const labels = Object.entries(spec?.selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const terms = (spec?.selector?.matchExpressions ?? []).map(({ key, operator, values = [] }) =>
    `${key} ${operator} ${values.join('|')}`.trim(),
  );
  return [...labels, ...terms].join(',');
}

type Mismatch = Omit<ClaimFault, 'claim'>;

/** What keeps the claim from this volume, the hardest to change first. */
function mismatches(claim: PersistentVolumeClaim, volume: PersistentVolume): readonly Mismatch[] {
  const name = `PersistentVolume ${volume.metadata?.name}`;
  const found: Mismatch[] = [];
  const modes = volume.spec?.accessModes ?? [];
  const wanted = claim.spec?.accessModes ?? [];
  if (!wanted.every((mode) => modes.includes(mode))) {
    found.push({
      cause: 'claim-access-mode',
      words: `asks for ${wanted.join(', ')}, ${name} offers ${modes.join(', ')}`,
      path: 'spec.accessModes',
      found: wanted.join(', '),
      expected: modes.join(', '),
      step: `ask for an access mode that ${name} has, or offer a volume that has the one asked for`,
    });
  }
  const size = claim.spec?.resources?.requests?.storage;
  const room = volume.spec?.capacity?.storage;
  if ((quantityOf(size) ?? 0) > (quantityOf(room) ?? Number.POSITIVE_INFINITY)) {
    found.push({
      cause: 'claim-capacity',
      words: `asks for ${size}, ${name} has ${room}`,
      path: 'spec.resources.requests.storage',
      found: size ?? null,
      expected: `${room} or less`,
      step: `ask for at most ${room}, or offer a volume of ${size}`,
    });
  }
  if (!selectorHolds(claim, volume)) {
    found.push({
      cause: 'claim-selector',
      words: `selects ${selectorWords(claim)}, ${name} does not carry that`,
      path: 'spec.selector',
      found: selectorWords(claim),
      expected: null,
      step: `label ${name} as the selector of the claim asks, or drop the selector`,
    });
  }
  const { claimRef } = volume.spec ?? {};
  const own = claimRef?.name === claim.metadata?.name && claimRef?.namespace === claim.metadata?.namespace;
  if (claimRef !== undefined && !own) {
    const holder = `${claimRef.namespace}/${claimRef.name}`;
    found.push({
      cause: 'volume-taken',
      words: `would fit ${name}, which is bound to claim ${holder}`,
      path: 'spec.volumeName',
      found: null,
      expected: null,
      step: `offer another PersistentVolume, or free ${name}: it belongs to claim ${holder}`,
    });
  }
  return found;
}

/** The volume with the fewest mismatches among those of the claim's class. */
function nearest(claim: PersistentVolumeClaim, volumes: readonly PersistentVolume[]): readonly Mismatch[] | null {
  const { storageClassName = '', volumeName } = claim.spec ?? {};
  const [best] = volumes
    .filter(({ metadata }) => volumeName === undefined || metadata?.name === volumeName)
    .filter(({ spec }) => (spec?.storageClassName ?? '') === storageClassName)
    .map((volume) => mismatches(claim, volume))
    .filter((found) => found.length > 0)
    .sort((a, b) => a.length - b.length);
  return best ?? null;
}

function unbound(claim: PersistentVolumeClaim, { volumes, classes, events }: Storage): Mismatch {
  const { storageClassName: name = '' } = claim.spec ?? {};
  const path = 'status.phase';
  const own = events.known ? eventsOf('PersistentVolumeClaim', claim, events.value) : [];
  const told = own.find(({ reason }) => reason === 'ProvisioningFailed' || reason === 'FailedBinding')?.message;
  const ofClass = volumes.known && volumes.value.some(({ spec }) => (spec?.storageClassName ?? '') === name);
  const kind = classes.known ? classes.value.find(({ metadata }) => metadata?.name === name) : undefined;
  if (name !== '' && classes.known && classes.complete && kind === undefined && !ofClass) {
    const others = classes.value.map(({ metadata }) => metadata?.name ?? '').sort();
    return {
      cause: 'claim-class-missing',
      words: `asks for StorageClass ${name}, which does not exist`,
      path: 'spec.storageClassName',
      found: name,
      expected: others.length === 0 ? null : others.join(', '),
      step: `create StorageClass ${name}, or make the claim anew with one that exists${others.length === 0 ? '' : ` (${others.join(', ')})`}`,
    };
  }
  const provisioned = kind !== undefined && kind.provisioner !== STATIC;
  const [first] = (!provisioned && volumes.known ? nearest(claim, volumes.value) : null) ?? [];
  if (first !== undefined) return first;
  if (provisioned) {
    return {
      cause: 'claim-provisioning',
      words: `waits for provisioner ${kind.provisioner}${told === undefined ? '' : `, which says "${told}"`}`,
      path,
      found: claim.status?.phase ?? null,
      expected: 'Bound',
      step: `look at provisioner ${kind.provisioner}: whether it runs, and what it says of this claim`,
    };
  }
  return {
    cause: 'claim-unbound',
    words: told === undefined ? 'is not bound' : `is not bound: ${told}`,
    path,
    found: claim.status?.phase ?? null,
    expected: 'Bound',
    step: 'offer a PersistentVolume that fits the claim, or name a StorageClass that provisions one',
  };
}

/** The first of the Pod's claims that is missing or not bound, and why; null where all are bound or not known. */
export function claimFault(pod: Pod, storage: Storage): ClaimFault | null {
  const { claims } = storage;
  if (!claims.known || !claims.complete) return null;
  for (const name of [...claimNames(pod)].sort()) {
    const claim = claims.value.find(({ metadata }) => metadata?.name === name);
    if (claim === undefined) {
      const all = claims.value.map(({ metadata }) => metadata?.name ?? '').sort();
      return {
        cause: 'claim-missing',
        claim: name,
        words: 'does not exist',
        path: 'metadata.name',
        found: null,
        expected: all.length === 0 ? null : `one of ${all.join(', ')}`,
        step: `create PersistentVolumeClaim ${name}, or correct its name in the Pod template`,
      };
    }
    if (claim.status?.phase !== 'Bound') return { claim: name, ...unbound(claim, storage) };
  }
  return null;
}
