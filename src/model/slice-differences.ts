/** Where EndpointSlices differ from what the controller would write for these Pods. */
import type { Endpoint } from './endpoints.ts';

export interface SliceDifference {
  kind: 'missing' | 'extra' | 'conditions' | 'ports';
  address: string;
  /** `namespace/name` of the Pod, null where none is named. */
  pod: string | null;
  /** What the slices hold, and what the Pods ask for; null where there is none. */
  found: string | null;
  expected: string | null;
}

function portsText({ ports }: Endpoint): string {
  const all = ports.map(({ name, port, protocol }) => `${name === '' ? '' : `${name}=`}${port}/${protocol}`);
  return all.length === 0 ? 'no ports' : all.sort().join(', ');
}

function conditionText({ ready, terminating }: Endpoint): string {
  return `${ready ? 'ready' : 'not ready'}${terminating ? ', terminating' : ''}`;
}

/**
 * Differences between expected endpoints and those in slices, by address. An address that stands in two slices, as it may while
 * the controller moves it, is right when one of them is. `serving` is not compared: slices of old servers leave it out.
 */
export function sliceDifferences(
  expected: readonly Endpoint[],
  actual: readonly Endpoint[],
): readonly SliceDifference[] {
  const missing = expected.flatMap((want): SliceDifference[] => {
    const { address, pod } = want;
    const all = actual.filter((entry) => entry.address === address);
    const [first] = all;
    if (first === undefined) return [{ kind: 'missing', address, pod, found: null, expected: conditionText(want) }];
    if (all.some((has) => portsText(has) === portsText(want) && conditionText(has) === conditionText(want))) return [];
    const kind = portsText(first) === portsText(want) ? 'conditions' : 'ports';
    const text = kind === 'ports' ? portsText : conditionText;
    return [{ kind, address, pod, found: text(first), expected: text(want) }];
  });
  const known = new Set(expected.map(({ address }) => address));
  const extra = actual
    .filter(({ address }) => !known.has(address))
    .map(
      (has): SliceDifference => ({
        kind: 'extra',
        address: has.address,
        pod: has.pod,
        found: conditionText(has),
        expected: null,
      }),
    );
  return [...missing, ...extra].sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
}
