/** Which objects of a file are judged: kinds by their API group, because other groups have a Service, a Gateway or an Ingress too. */

const GROUPS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    Service: [''],
    Pod: [''],
    Namespace: [''],
    ConfigMap: [''],
    Endpoints: [''],
    ReplicationController: [''],
    Deployment: ['apps', 'extensions'],
    StatefulSet: ['apps'],
    DaemonSet: ['apps', 'extensions'],
    ReplicaSet: ['apps', 'extensions'],
    Job: ['batch'],
    CronJob: ['batch'],
    EndpointSlice: ['discovery.k8s.io'],
    Ingress: ['networking.k8s.io', 'extensions'],
    IngressClass: ['networking.k8s.io'],
    PodDisruptionBudget: ['policy'],
    NetworkPolicy: ['networking.k8s.io', 'extensions'],
    HTTPRoute: ['gateway.networking.k8s.io'],
    GRPCRoute: ['gateway.networking.k8s.io'],
    Gateway: ['gateway.networking.k8s.io'],
    ReferenceGrant: ['gateway.networking.k8s.io'],
    PeerAuthentication: ['security.istio.io'],
    AuthorizationPolicy: ['security.istio.io'],
    ServiceMonitor: ['monitoring.coreos.com'],
    ValidatingWebhookConfiguration: ['admissionregistration.k8s.io'],
    MutatingWebhookConfiguration: ['admissionregistration.k8s.io'],
    APIService: ['apiregistration.k8s.io'],
  }),
);

const CLUSTER_SCOPED = new Set([
  'Namespace',
  'IngressClass',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'APIService',
]);

export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

/** True for a kind that is judged. */
export function isJudged(apiVersion: string, kind: string): boolean {
  return GROUPS.get(kind)?.includes(groupOf(apiVersion)) === true;
}

export function isNamespaced(kind: string): boolean {
  return !CLUSTER_SCOPED.has(kind);
}

/** Groups of Kubernetes itself: an object of one of them that is not judged makes no Pods. */
const BUILT_IN = /^(?:|apps|extensions|batch|autoscaling|policy|[\w.-]+\.k8s\.io)$/;

/** True for an object that an add-on reads: it may make Pods, with or without a template in it. */
export function isCustom(apiVersion: string): boolean {
  return !BUILT_IN.test(groupOf(apiVersion));
}

/** Groups whose objects configure what is there and make no Pods that a Service of the set could be for. */
const MAKE_NO_PODS =
  /^(?:networking\.istio\.io|security\.istio\.io|telemetry\.istio\.io|cert-manager\.io|acme\.cert-manager\.io|cilium\.io|projectcalico\.org|crd\.projectcalico\.org|kyverno\.io|external-secrets\.io|bitnami\.com|traefik\.io|traefik\.containo\.us|split\.smi-spec\.io|linkerd\.io|policy\.linkerd\.io|kustomize\.config\.k8s\.io|keda\.sh|cloud\.google\.com|networking\.gke\.io)$/;
const MAKE_NO_PODS_KINDS = /^(?:ServiceMonitor|PodMonitor|PrometheusRule|Probe|Kustomization|Component)$/;

/** True for a custom resource that may stand for Pods which no template of the files shows. */
export function mayMakePods(apiVersion: string, kind: string): boolean {
  return isCustom(apiVersion) && !MAKE_NO_PODS.test(groupOf(apiVersion)) && !MAKE_NO_PODS_KINDS.test(kind);
}
