/** Facts about the volumes that Pods wait for: read only where volumes keep a Pod from a node. */
import type { Fact } from '../facts/fact.ts';
import type { Snapshot } from '../facts/snapshot.ts';
import type { PersistentVolume, PersistentVolumeClaim, ResourceQuota, StorageClass } from '../facts/wire.ts';
import { listed } from './lists.ts';
import type { Subject } from './subject.ts';

export interface StorageFacts {
  /** PersistentVolumeClaims of the subject's namespace. */
  claims: readonly PersistentVolumeClaim[];
  /** Read only when such a claim is not bound. */
  volumes: readonly PersistentVolume[];
  /** Read only when such a claim is not bound. */
  storageClasses: readonly StorageClass[];
  /** ResourceQuotas of the subject's namespace. Read only when such a claim does not exist. */
  quotas: readonly ResourceQuota[];
}

export const STORAGE_READERS: {
  [K in keyof StorageFacts]: (snapshot: Snapshot, subject: Subject) => Fact<StorageFacts[K]>;
} = {
  claims: (s, on) => listed<PersistentVolumeClaim>(s, 'persistentvolumeclaims', on.namespace),
  volumes: (s) => listed<PersistentVolume>(s, 'persistentvolumes'),
  storageClasses: (s) => listed<StorageClass>(s, 'storageclasses'),
  quotas: (s, on) => listed<ResourceQuota>(s, 'resourcequotas', on.namespace),
};
