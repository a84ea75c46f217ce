/** What the doctor reads of the components that implement Services. */
import type { KubeObject } from './wire.ts';

/** Calico's own settings, of which only one is read: whether its eBPF dataplane serves Services. */
export interface FelixConfiguration extends KubeObject {
  spec?: { bpfEnabled?: boolean };
}
