/** Which C library an image is likely to have: only its name tells. */
import type { Pod } from '../facts/wire.ts';

/** True where the image of the container says Alpine, whose C library is musl. */
export function isMusl(
  spec: Pick<NonNullable<Pod['spec']>, 'containers' | 'initContainers'>,
  container: string,
): boolean {
  const found = [...spec.containers, ...(spec.initContainers ?? [])].find(({ name }) => name === container);
  return /alpine|\bmusl\b/i.test(found?.image ?? '');
}
