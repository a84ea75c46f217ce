/** What a workload is told to call, but by a Secret: the values of Secrets are never read, so only that there is something is known. */
import type { Container } from '../facts/wire.ts';
import { isAddressName } from './references.ts';
import type { ReferencingWorkload } from './referencing.ts';

export interface SecretAddress {
  /** The variable; null = all that the Secret holds become variables. */
  variable: string | null;
  /** Name of the Secret, in the namespace of the workload. */
  secret: string;
}

function ofContainer({ env = [], envFrom = [] }: Container): readonly SecretAddress[] {
  const named = env.flatMap(({ name, valueFrom }): SecretAddress[] => {
    const secret = valueFrom?.secretKeyRef?.name;
    return secret === undefined || !isAddressName(name) ? [] : [{ variable: name, secret }];
  });
  const whole = envFrom.flatMap(({ secretRef }): SecretAddress[] =>
    secretRef?.name === undefined ? [] : [{ variable: null, secret: secretRef.name }],
  );
  return [...named, ...whole];
}

/** Each once, variables first, in the order of the containers. */
export function addressesFromSecrets({ spec }: ReferencingWorkload): readonly SecretAddress[] {
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])] as readonly Container[];
  const all = containers.flatMap(ofContainer);
  const distinct = new Map(all.map((one) => [`${one.variable} ${one.secret}`, one]));
  return [...distinct.values()].sort((a, b) => Number(a.variable === null) - Number(b.variable === null));
}
