/** From what the doctor says to the names of the benchmark's causes: a translation, no detection. */
import type { DiagnosedFinding, Diagnosis } from '../src/engine/diagnosis.ts';
import { readList, readObject, type Snapshot } from '../src/facts/snapshot.ts';
import type { KubeObject, Pod, Service } from '../src/facts/wire.ts';

export interface Prediction {
  root_cause: string;
  fault_object: string;
}

type Place = 'app' | 'dependency' | 'node' | 'control-plane' | 'namespace';

/** By rule and cause or reason, the more particular first: the benchmark's cause, and what it calls the faulty object. */
const CAUSES: Readonly<Record<string, readonly [cause: string, place: Place]>> = {
  'POD-003/service-account-missing': ['missing_service_account', 'app'],
  'POD-003/quota-cpu': ['namespace_cpu_quota_exceeded', 'namespace'],
  'POD-003/quota-memory': ['namespace_memory_quota_exceeded', 'namespace'],
  'POD-003/quota-pods': ['namespace_pod_quota_exceeded', 'namespace'],
  'POD-004/cordoned': ['node_cordon_mismatch', 'app'],
  'POD-004/node-affinity': ['node_affinity_mismatch', 'app'],
  'POD-004/node-selector': ['node_selector_mismatch', 'app'],
  'POD-004/pod-anti-affinity': ['pod_anti_affinity_conflict', 'app'],
  'POD-004/taint': ['taint_toleration_mismatch', 'app'],
  'POD-004/insufficient-cpu': ['cpu_capacity_mismatch', 'app'],
  'POD-004/insufficient-memory': ['memory_capacity_mismatch', 'app'],
  'POD-004/volume-taken': ['pv_binding_occupied', 'app'],
  'POD-004/claim-selector': ['pvc_selector_mismatch', 'app'],
  'POD-004/claim-class-missing': ['pvc_storage_class_mismatch', 'app'],
  'POD-004/claim-capacity': ['pvc_capacity_mismatch', 'app'],
  'POD-004/claim-access-mode': ['pvc_access_mode_mismatch', 'app'],
  'POD-004/claim-refused': ['namespace_storage_quota_exceeded', 'namespace'],
  'POD-004/no-scheduler': ['kube_scheduler_unavailable', 'control-plane'],
  'POD-005/image-unknown': ['incorrect_image_reference', 'app'],
  'POD-005/registry-unresolvable': ['image_registry_dns_failure', 'app'],
  'POD-005/pull-secret-missing': ['missing_image_pull_secret', 'app'],
  'POD-006/secret-missing': ['missing_secret_binding', 'app'],
  'POD-008/file-permission': ['volume_mount_permission_denied', 'app'],
  'POD-009/connections-exhausted': ['db_connection_exhaustion', 'dependency'],
  'POD-009/read-only': ['db_read_only', 'dependency'],
  'POD-009/login-refused': ['mysql_invalid_credentials', 'app'],
  'POD-009/refused': ['mysql_invalid_port', 'app'],
  'POD-009/other-dns': ['service_dns_resolution_failure', 'app'],
  'POD-010': ['oom_killed', 'app'],
  'POD-011/wrong-port': ['liveness_probe_incorrect_port', 'app'],
  'POD-011/wrong-protocol': ['liveness_probe_incorrect_protocol', 'app'],
  'POD-011/too-early': ['liveness_probe_incorrect_timing', 'app'],
  'POD-012/wrong-port': ['readiness_probe_incorrect_port', 'app'],
  'POD-012/wrong-protocol': ['readiness_probe_incorrect_protocol', 'app'],
  'POD-013/wrong-port': ['readiness_probe_incorrect_port', 'app'],
  'POD-013/wrong-protocol': ['readiness_probe_incorrect_protocol', 'app'],
  'POD-016/kubelet-silent': ['kubelet_unavailable', 'node'],
  'POD-016/runtime-down': ['containerd_unavailable', 'node'],
  'POD-001': ['deployment_zero_replicas', 'app'],
  'SEL-001/null': ['service_selector_mismatch', 'app'],
  'SEL-001/SEL-002': ['service_selector_mismatch', 'app'],
  'SEL-001/SEL-004': ['service_selector_mismatch', 'app'],
  'PRT-001': ['service_port_mapping_mismatch', 'app'],
  'PRT-007': ['service_port_mapping_mismatch', 'app'],
  'PRT-008': ['service_port_mapping_mismatch', 'app'],
  'PRT-003': ['service_protocol_mismatch', 'app'],
  'PRT-013': ['service_protocol_mismatch', 'app'],
  'PRT-014': ['service_sidecar_port_conflict', 'app'],
  'REF-001/quota-services': ['namespace_service_quota_exceeded', 'namespace'],
  'REF-001': ['service_env_var_address_mismatch', 'app'],
  'REF-004': ['service_env_var_address_mismatch', 'app'],
  'REF-017': ['gateway_misroute', 'app'],
  'KPX-001': ['kube_proxy_unavailable', 'node'],
};

/** The label `app` that the Service selects, where Pods carry it; else the Service's own name. */
function appOf(service: string, snapshot: Snapshot): string {
  const [namespace = '', name = ''] = service.split('/');
  const found = readObject<Service>(snapshot, 'services', namespace, name);
  const app = found.known ? found.value?.spec?.selector?.app : undefined;
  const pods = readList<Pod>(snapshot, 'pods', namespace);
  const isCarried = pods.known && pods.value.some(({ metadata }) => metadata?.labels?.app === app);
  return `app/${app !== undefined && isCarried ? app : name}`;
}

const CONTROL_PLANE: Readonly<Record<string, RegExp>> = {
  'node-role.kubernetes.io/control-plane': /^/,
  'node-role.kubernetes.io/master': /^/,
  'kubernetes.io/role': /^master$/,
};

function controlPlaneOf(snapshot: Snapshot): string {
  const nodes = readList<KubeObject>(snapshot, 'nodes');
  const found = (nodes.known ? nodes.value : []).find(({ metadata }) =>
    Object.entries(CONTROL_PLANE).some(
      ([label, value]) => metadata?.labels?.[label] !== undefined && value.test(metadata.labels[label]),
    ),
  );
  return `node/${found?.metadata?.name}`;
}

function objectOf({ scope, dependency }: DiagnosedFinding, place: Place, snapshot: Snapshot): string {
  if (place === 'node') return `node/${scope.node}`;
  if (place === 'control-plane') return controlPlaneOf(snapshot);
  if (place === 'namespace') return `namespace/${snapshot.ask.namespace}`;
  return appOf((place === 'dependency' ? dependency : scope.service) ?? '', snapshot);
}

/** The roots that the benchmark has a name for, best first, none twice. */
export function predictionsOf({ findings }: Diagnosis, snapshot: Snapshot): readonly Prediction[] {
  const roots = findings.filter(({ role }) => role === 'root');
  const all = roots.flatMap((root): [string, Prediction][] => {
    const found = CAUSES[`${root.rule}/${root.cause}`] ?? CAUSES[`${root.rule}/${root.reason}`] ?? CAUSES[root.rule];
    if (found === undefined) return [];
    const prediction = { root_cause: found[0], fault_object: objectOf(root, found[1], snapshot) };
    return [[JSON.stringify(prediction), prediction]];
  });
  return [...new Map(all).values()];
}
