/**
 * Kubernetes objects as they are on the wire: plain JSON, dates as ISO strings, keys as the API spells them (`from`, `continue`).
 * The generated client models serve as types only; none of their code is loaded.
 */
import type {
  CoreV1Event,
  V1ClusterRole,
  V1ConfigMap,
  V1Container,
  V1ContainerStatus,
  V1DaemonSet,
  V1Deployment,
  V1EndpointSlice,
  V1Endpoints,
  V1Ingress,
  V1IngressClass,
  V1Namespace,
  V1NetworkPolicy,
  V1NetworkPolicyPeer,
  V1NetworkPolicyPort,
  V1Node,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1Pod,
  V1PodDisruptionBudget,
  V1PodTemplateSpec,
  V1ResourceQuota,
  V1Service,
  V1ServiceCIDR,
  V1ServicePort,
  V1StatefulSet,
  V1StorageClass,
} from '@kubernetes/client-node';
import type { Extracts, GatewayRoute, Reference } from './extracts.ts';

/** The wire form of a client model: `Date` becomes `string`, `_from` becomes `from`. */
export type Json<T> = T extends Date
  ? string
  : T extends (infer U)[]
    ? Json<U>[]
    : T extends object
      ? { [K in keyof T as K extends `_${infer R}` ? R : K]: Json<T[K]> }
      : T;

export type Service = Json<V1Service> & { written?: Written };
export type ServicePort = Json<V1ServicePort>;
export type Pod = Json<V1Pod> & { written?: Written };
export type PodTemplate = Json<V1PodTemplateSpec>;
export type ContainerStatus = Json<V1ContainerStatus>;
export type EndpointSlice = Json<V1EndpointSlice>;
/** The deprecated v1 Endpoints: read only where a Service without selector has no slice. */
export type Endpoints = Json<V1Endpoints>;
export type ServiceCIDR = Json<V1ServiceCIDR>;
export type Deployment = Json<V1Deployment> & { written?: Written };
export type StatefulSet = Json<V1StatefulSet> & { written?: Written };
export type DaemonSet = Json<V1DaemonSet> & { written?: Written };
export type Node = Json<V1Node>;
export type Namespace = Json<V1Namespace>;
/** A ConfigMap after projection: outside of the system's own, values are gone; what they point at is kept by key. */
export type ConfigMap = Json<V1ConfigMap> & {
  keys?: readonly string[];
  /** When its data was last written, where the API server tells. */
  changedAt?: string;
  extracts?: Readonly<Record<string, readonly Reference[]>>;
  /** By key the routes of a gateway. */
  routes?: Readonly<Record<string, readonly GatewayRoute[]>>;
};
export type ClusterRole = Json<V1ClusterRole>;
export type Event = Json<CoreV1Event>;
export type PersistentVolumeClaim = Json<V1PersistentVolumeClaim>;
export type PersistentVolume = Json<V1PersistentVolume>;
export type StorageClass = Json<V1StorageClass>;
export type PodDisruptionBudget = Json<V1PodDisruptionBudget>;
export type ResourceQuota = Json<V1ResourceQuota>;
export type Ingress = Json<V1Ingress>;
export type IngressClass = Json<V1IngressClass>;
export type NetworkPolicy = Json<V1NetworkPolicy>;
export type NetworkPolicyPeer = Json<V1NetworkPolicyPeer>;
export type NetworkPolicyPort = Json<V1NetworkPolicyPort>;
/** A container after projection: env values are gone, what they point at is kept in `extracts`. */
export type Container = Json<V1Container> & { extracts?: Extracts };

/** A value that the API would not take as it is written. */
export interface Oddity {
  /** `spec.selector.version`. */
  path: string;
  found: string;
  wanted: 'text' | 'number' | 'flag' | 'port' | 'list' | 'object';
}

/** What only a file tells of an object: no object that a cluster holds has it. */
export interface Written {
  oddities: readonly Oddity[];
  /** False where the namespace is left to `-n`, the context or kustomize. */
  hasNamespace: boolean;
}

/** What every object of the API has. */
export interface KubeObject {
  apiVersion?: string;
  kind?: string;
  metadata?: {
    name?: string;
    namespace?: string;
    uid?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    creationTimestamp?: string;
    deletionTimestamp?: string;
  };
  written?: Written;
}
