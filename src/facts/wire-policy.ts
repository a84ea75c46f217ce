/** Policies of network plugins, as far as the doctor reads them: that they are there, and about whom. */
import type { KubeObject } from './wire.ts';

/** A CiliumNetworkPolicy, CiliumClusterwideNetworkPolicy or GlobalNetworkPolicy of Calico. */
export interface PluginPolicy extends KubeObject {
  spec?: {
    /** Cilium. Absent = it is about nodes. */
    endpointSelector?: {
      matchLabels?: Record<string, string>;
      matchExpressions?: { key: string; operator: string; values?: string[] }[];
    };
    /** Calico: an expression such as `app == 'web'`. */
    selector?: string;
  };
}
