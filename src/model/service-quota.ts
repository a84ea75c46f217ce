/** Whether a namespace may have one more Service: quotas on objects count what exists, and refuse what would be too many. */
import type { ResourceQuota } from '../facts/wire.ts';
import { quantityOf } from './quantity.ts';

export interface FullQuota {
  name: string;
  /** `11 of 11`. */
  used: string;
  /** Which of its limits: `services` or `count/services`. */
  limit: string;
  hard: number;
}

const LIMITS = ['services', 'count/services'] as const;

/** The first quota, by name, that leaves no room for a Service; null where all do. */
export function fullQuota(quotas: readonly ResourceQuota[]): FullQuota | null {
  const full = quotas.flatMap(({ metadata, status }) =>
    LIMITS.flatMap((limit): FullQuota[] => {
      const [used, hard] = [quantityOf(status?.used?.[limit]), quantityOf(status?.hard?.[limit])];
      if (used === null || hard === null || used < hard) return [];
      return [{ name: metadata?.name ?? '', used: `${used} of ${hard}`, limit, hard }];
    }),
  );
  return full.sort((a, b) => (a.name < b.name ? -1 : 1))[0] ?? null;
}
