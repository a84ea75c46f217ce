/** Whom a rule is asked about. */

/**
 * Who is judged. target: a Service asked about; dependency: a Service that a target's Pods need; dns: the cluster's DNS Service;
 * caller: the `--from` workload; cluster: once a run, about the cluster itself.
 */
export type Role = 'target' | 'dependency' | 'dns' | 'caller' | 'cluster';

export interface Subject {
  role: Role;
  namespace: string;
  /** The Service's name; for a caller, the name of the Service it calls; empty for the cluster. */
  name: string;
  /** `namespace/kind/name` of the caller; null for the other roles. */
  caller: string | null;
  /** `namespace/name` of the Service asked about that this caller calls; null for the other roles. */
  calls: string | null;
}
