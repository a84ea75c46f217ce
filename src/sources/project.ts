/** The one projection, at the edge: drops what no rule reads and everything that may be secret. */

import type { KubeObject } from '../facts/wire.ts';
import { IGNORE } from '../model/ignore-annotation.ts';
import { redactLine } from '../model/redact.ts';
import { POD_MAKERS } from './pod-makers.ts';
import { configMap } from './project-config.ts';
import { projectEntrance } from './project-entrance.ts';
import { changed, isJson, type Json, pick, podSpec, sharing, status, without } from './project-pod.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Remembers, by index, which ports of a Service had no targetPort when it was applied: the API server fills it in from `port`. */
export const TARGET_PORT_OMITTED = 'svc-doctor.dev/target-port-omitted';

const MAX_ANNOTATION = 1024;
const MAX_LINE = 2000;
const MAX_LINES = 200;
const SYSTEM_NAMESPACE = 'kube-system';
const READ_CONFIG_MAPS = /^(?:kubelet-config(?:-[\d.]+)?|coredns(?:-custom)?|kube-proxy|cilium-config)$/;
/** Of ConfigMap cilium-config nothing else is read. */
const CILIUM_KEY = 'kube-proxy-replacement';

function ports(service: unknown): readonly Json[] {
  const spec = isJson(service) && isJson(service.spec) ? service.spec : {};
  return Array.isArray(spec.ports) ? spec.ports.filter(isJson) : [];
}

function omittedTargetPorts(service: Json, applied: unknown): string {
  if (typeof applied !== 'string') return '';
  let before: unknown;
  try {
    before = JSON.parse(applied);
  } catch {
    return '';
  }
  const written = ports(before);
  return ports(service)
    .flatMap((port, index) => {
      const one = written[index];
      const same = one !== undefined && one.port === port.port && port.targetPort === port.port;
      return same && one.targetPort === undefined ? [String(index)] : [];
    })
    .join(',');
}

function metadata(object: Json, kind: string | undefined): unknown {
  const { metadata: value } = object;
  if (!isJson(value)) return value;
  const kept = without(value, 'managedFields', 'selfLink');
  if (!isJson(kept.annotations)) return kept;
  if (kind === 'Node') {
    const own = pick(kept.annotations, [IGNORE]);
    return Object.keys(own).length === 0 ? without(kept, 'annotations') : { ...kept, annotations: own };
  }
  const annotations: Record<string, unknown> = {};
  for (const [key, note] of Object.entries(kept.annotations)) {
    const tooLong = typeof note === 'string' && note.length > MAX_ANNOTATION && key !== IGNORE;
    if (key === LAST_APPLIED || tooLong) continue;
    annotations[key] = typeof note === 'string' ? redactLine(note) : note;
  }
  const omitted = kind === 'Service' ? omittedTargetPorts(object, kept.annotations[LAST_APPLIED]) : '';
  if (omitted !== '') annotations[TARGET_PORT_OMITTED] = omitted;
  return { ...kept, annotations };
}

function template(value: unknown): unknown {
  if (!isJson(value)) return value;
  return changed({ ...value, metadata: metadata(value, undefined) }, 'spec', podSpec);
}

function workloadSpec(value: unknown): unknown {
  if (!isJson(value)) return value;
  const kept = changed(value, 'template', template);
  const claims = changed(kept, 'volumeClaimTemplates', (list) =>
    Array.isArray(list) ? list.filter(isJson).map((claim) => ({ metadata: { name: nameOf(claim) } })) : list,
  );
  return changed(claims, 'jobTemplate', (job) => (isJson(job) ? changed(job, 'spec', workloadSpec) : job));
}

function nameOf(object: Json): unknown {
  return isJson(object.metadata) ? object.metadata.name : undefined;
}

function configData(object: Json, value: Json): Json {
  const place = isJson(object.metadata) ? object.metadata : {};
  const wanted = place.namespace === SYSTEM_NAMESPACE && READ_CONFIG_MAPS.test(String(place.name));
  if (!wanted) return configMap(object, value);
  return changed(without(value, 'binaryData'), 'data', (data) =>
    isJson(data)
      ? Object.fromEntries(
          Object.entries(data)
            .filter(([key]) => place.name !== 'cilium-config' || key === CILIUM_KEY)
            .map(([key, file]) => [key, typeof file === 'string' ? file.split('\n').map(redactLine).join('\n') : file]),
        )
      : data,
  );
}

/** What a claim is compared with; where the volume is, and how it is reached, no rule reads. */
const VOLUME_KEYS = ['accessModes', 'capacity', 'claimRef', 'nodeAffinity', 'storageClassName', 'volumeMode'];

function byKind(kind: string | undefined, object: Json): Json {
  const kept = changed(object, 'status', status);
  if (kind === 'Pod') return changed(kept, 'spec', podSpec);
  if (kind !== undefined && POD_MAKERS.has(kind)) return changed(kept, 'spec', workloadSpec);
  if (kind === 'Node') {
    return changed(kept, 'status', (of) =>
      isJson(of) ? without(of, 'images', 'volumesInUse', 'volumesAttached') : of,
    );
  }
  if (kind === 'Secret') return without(kept, 'data', 'stringData');
  if (kind === 'PersistentVolume') return changed(kept, 'spec', (spec) => pick(spec, VOLUME_KEYS));
  if (kind === 'StorageClass') return without(kept, 'parameters', 'mountOptions');
  if (kind === 'FelixConfiguration') return changed(kept, 'spec', (spec) => pick(spec, ['bpfEnabled']));
  if (kind === 'ConfigMap') return configData(object, kept);
  if (kind === 'Event') return changed(kept, 'message', (text) => (typeof text === 'string' ? redactLine(text) : text));
  return kept;
}

/**
 * A new, smaller object with all that rules read and no secret: env values, arguments and commands become `extracts`
 * of their container. Needs `kind` to be set (items of a list come without it). Projecting twice is projecting once.
 */
export function projectObject<T extends KubeObject>(object: T): T {
  const raw = projectEntrance(object.kind, object as unknown as Json);
  const kept = byKind(object.kind, raw);
  const whole = kept.metadata === undefined ? { ...kept } : { ...kept, metadata: metadata(raw, object.kind) };
  return (object.kind === 'Pod' ? sharing(whole) : whole) as unknown as T;
}

/** The last lines of a log as they may be kept: cut to a length that is matched quickly, and redacted. */
export function projectLog(lines: readonly string[]): readonly string[] {
  return lines.slice(-MAX_LINES).map((line) => redactLine(line.slice(0, MAX_LINE)));
}
