/** What containers are told by ConfigMaps: which they name, and the addresses that come out of them. */
import type { ConfigSource, Reference } from '../facts/extracts.ts';
import type { Fact } from '../facts/fact.ts';
import type { ConfigMap, Container, PodTemplate } from '../facts/wire.ts';
import { type ReferencingWorkload, throughDns } from './referencing.ts';

export type ReadConfigMap = (namespace: string, name: string) => Fact<ConfigMap | null>;

/** A place in a container that a ConfigMap fills. */
export interface ConfigUse {
  configMap: string;
  container: string;
  /** Null: every key that the ConfigMap has. */
  key: string | null;
  how: ConfigSource['how'];
  /** The variable of one key, or the prefix of all keys of envFrom. */
  name: string;
  isOptional: boolean;
}

type Use = Reference & { container: string };

/** In every Pod; holds no address. */
const ROOT_CERTIFICATE = 'kube-root-ca.crt';

function ofVolumes(spec: PodTemplate['spec'], container: Container): ConfigUse[] {
  return (container.volumeMounts ?? []).flatMap((mount): ConfigUse[] => {
    const volume = spec?.volumes?.find(({ name }) => name === mount.name);
    const sources = [volume?.configMap, ...(volume?.projected?.sources ?? []).map((source) => source.configMap)];
    return sources.flatMap((source): ConfigUse[] => {
      if (source?.name === undefined || source.name === ROOT_CERTIFICATE) return [];
      const keys = source.items?.map(({ key }) => key) ?? null;
      const at = source.items?.find(({ path }) => path === mount.subPath)?.key ?? mount.subPath;
      const use = { configMap: source.name, container: container.name, name: '', isOptional: source.optional === true };
      if (at !== undefined && at !== '') return [{ ...use, key: at, how: 'subPath' }];
      return keys === null ? [{ ...use, key: null, how: 'file' }] : keys.map((key) => ({ ...use, key, how: 'file' }));
    });
  });
}

/** True when a ConfigMap fills some place of the Pod, the certificate that every Pod has left out. */
export function takesConfig(spec: PodTemplate['spec']): boolean {
  const isOwn = (source: { name?: string } | undefined): boolean =>
    source !== undefined && source.name !== ROOT_CERTIFICATE;
  const holds = spec?.volumes?.some(
    ({ configMap, projected }) =>
      isOwn(configMap) || projected?.sources?.some((source) => isOwn(source.configMap)) === true,
  );
  if (holds === true) return true;
  const fills = ({ env, envFrom }: { env?: Container['env']; envFrom?: Container['envFrom'] }): boolean =>
    (envFrom !== undefined && envFrom.length > 0) ||
    env?.some(({ valueFrom }) => valueFrom?.configMapKeyRef !== undefined) === true;
  return spec?.containers.some(fills) === true || spec?.initContainers?.some(fills) === true;
}

/** Every place of the Pod that a ConfigMap fills, variables first. */
export function configUses(spec: PodTemplate['spec']): readonly ConfigUse[] {
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])] as readonly Container[];
  return containers.flatMap((container): ConfigUse[] => {
    const own = { container: container.name, how: 'env' as const };
    const variables = (container.env ?? []).flatMap(({ name, valueFrom }): ConfigUse[] => {
      const from = valueFrom?.configMapKeyRef;
      return from?.name === undefined
        ? []
        : [{ ...own, configMap: from.name, key: from.key, name, isOptional: from.optional === true }];
    });
    const all = (container.envFrom ?? []).flatMap(({ configMapRef, prefix = '' }): ConfigUse[] =>
      configMapRef?.name === undefined
        ? []
        : [
            {
              ...own,
              configMap: configMapRef.name,
              key: null,
              name: prefix,
              isOptional: configMapRef.optional === true,
            },
          ],
    );
    return [...variables, ...all, ...ofVolumes(spec, container)];
  });
}

/** The addresses that one place gets. */
function addressesOf(use: ConfigUse, config: ConfigMap): readonly Use[] {
  return Object.entries(config.extracts ?? {}).flatMap(([key, references]) => {
    if (use.key !== null && use.key !== key) return [];
    return references.map((reference): Use => {
      const own = use.how === 'env' ? (use.key === null ? `${use.name}${key}` : use.name) : reference.variable;
      const source: ConfigSource = { configMap: use.configMap, key, how: use.how };
      return { ...reference, variable: own, exact: false, source, container: use.container };
    });
  });
}

/** The workload with what the ConfigMaps tell it, as far as they are known. Variables in env win over those of envFrom. */
export function withConfig(workload: ReferencingWorkload, read: ReadConfigMap): ReferencingWorkload {
  const uses = configUses(workload.spec);
  if (uses.length === 0) return workload;
  const found: Use[] = [];
  const overridden: Use[] = [];
  for (const use of uses) {
    const config = read(workload.namespace, use.configMap);
    if (!config.known || config.value === null) continue;
    const all = [...(workload.spec?.initContainers ?? []), ...(workload.spec?.containers ?? [])];
    const set = new Set(all.find(({ name }) => name === use.container)?.env?.map(({ name }) => name));
    for (const address of addressesOf(use, config.value)) {
      const isLost = use.how === 'env' && use.key === null && set.has(address.variable);
      (isLost ? overridden : found).push(address);
    }
  }
  if (found.length === 0 && overridden.length === 0) return workload;
  const told = [...workload.told, ...found];
  const lost = overridden.filter(
    (one) => !told.some((use) => use.variable === one.variable && use.host === one.host && use.port === one.port),
  );
  return {
    ...workload,
    told,
    overridden: lost,
    references: [...workload.references, ...throughDns(workload.spec, found)],
  };
}
