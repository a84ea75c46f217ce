import type { KubeObject } from '../../../src/facts/wire.ts';

/** A Pod of namespace shop, labelled with its own name. */
export function podNamed(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', labels: { app: name } } };
}
