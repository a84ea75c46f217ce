import type { Unknown } from '../../facts/fact.ts';
import type { ConfigMap } from '../../facts/wire.ts';
import { type ConfigUse, configUses } from '../../model/config-references.ts';
import { isPlanned } from '../../model/planned-pods.ts';
import { isAddressName } from '../../model/references.ts';
import type { ReferencingWorkload } from '../../model/referencing.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny, unread } from '../rule.ts';
import type { Subject } from '../subject.ts';
import { doubted } from '../unseen.ts';
import { isSettling, workloadText } from './reference-text.ts';
import { weigh } from './reference-weight.ts';

/** What is not there: the ConfigMap, or its key; null where both are, or where the keys are not known. */
function missingOf({ configMap, key }: ConfigUse, config: ConfigMap | null, namespace: string): string | null {
  if (config === null) return `ConfigMap ${namespace}/${configMap}`;
  return key === null || config.keys === undefined || config.keys.includes(key)
    ? null
    : `key ${key} of ConfigMap ${namespace}/${configMap}`;
}

/** A variable for an address, taken from one key. */
function isAddress({ how, key, name }: ConfigUse): boolean {
  return how === 'env' && key !== null && isAddressName(name);
}

/** A container that cannot be made says so itself, which POD-006 tells. */
function isHeldUp({ pods }: ReferencingWorkload): boolean {
  return pods.some((pod) =>
    [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].some(
      ({ state }) => state?.waiting?.reason === 'CreateContainerConfigError',
    ),
  );
}

function report(
  workload: ReferencingWorkload,
  use: ConfigUse,
  missing: string,
  confidence: Finding['confidence'],
  subject: Subject,
) {
  const runs = workload.pods.some((pod) => !isPlanned(pod));
  const what = use.isOptional
    ? `has no ${use.name}: ${missing} does not exist, and the variable is optional`
    : runs
      ? `cannot be started again: ${missing}, which ${use.name} comes from, does not exist`
      : `cannot start: ${missing}, which ${use.name} comes from, does not exist`;
  return finding({
    severity: !use.isOptional && runs ? 'low' : 'critical',
    confidence,
    message: `${workloadText(workload)} ${what}`,
    scope: { service: subject.role === 'caller' ? subject.calls : null },
    evidence: [
      {
        label: 'missing',
        text: missing,
        object: `ConfigMap ${workload.namespace}/${use.configMap}`,
        path: use.key === null ? 'metadata.name' : `data.${use.key}`,
        found: null,
        expected: use.key ?? use.configMap,
      },
    ],
    effects: use.isOptional
      ? ['the program goes on without the address, or with one of its own']
      : ['the next container of it cannot be created'],
    fix: {
      summary: `create ${missing}`,
      safety: 'review',
      commands: [],
      steps: [`create ${missing}, or correct the name in ${workloadText(workload)}`],
      patch: null,
    },
  });
}

/** The source of an address that is not there. What comes from a Secret is not looked at. */
export const ref012 = defineRule({
  id: 'REF-012',
  name: 'reference-source-missing',
  stage: 'references',
  severity: 'critical',
  title: 'the ConfigMap that an address comes from lacks it',
  healthy: 'ConfigMaps hold the addresses that are taken from them',
  roles: ['target', 'dependency', 'caller'],
  offline: true,
  gate: 'calls',
  needs: ['references'],
  uses: ['configMaps', 'services', 'logs', 'unseen'],
  explains: ['POD-008', 'POD-012'],
  docs: {
    why: 'A variable that is taken from a ConfigMap needs the key when the container is made; without it the container is not created. With optional: true the variable is left out without a word, and the program has no address to call. Values of Secrets are never read: of an address that comes from there nothing can be said.',
    confirm: [
      'kubectl -n NAMESPACE get configmap NAME -o yaml',
      'kubectl -n NAMESPACE set env deployment/NAME --list --resolve',
    ],
    fix: 'Create the key, or correct its name where it is used.',
    references: ['API reference: EnvVarSource', 'kubernetes.io: Configure a Pod to Use a ConfigMap'],
  },
  check(facts) {
    const { references, configMaps, unseen, subject, logs, now } = facts;
    if (!configMaps.known) return failIfAny([]);
    const services = facts.services.known ? facts.services.value : [];
    const findings: Finding[] = [];
    let unknown: Unknown | null = null;
    for (const workload of references) {
      const matters = workload.struggles || subject.role === 'caller';
      for (const use of isHeldUp(workload) ? [] : configUses(workload.spec)) {
        const config = configMaps.value(workload.namespace, use.configMap);
        if (!config.known) {
          if (matters) unknown ??= config;
          continue;
        }
        const missing = isAddress(use) ? missingOf(use, config.value, workload.namespace) : null;
        if (missing === null) continue;
        const weight = weigh({ workload, uses: [] }, () => false, null, { logs, services, now, subject });
        const confidence = use.isOptional ? weight.confidence : 'certain';
        const found = {
          ...report(workload, use, missing, confidence, subject),
          converging: isSettling(workload, now),
        };
        findings.push(config.value === null ? doubted(found, unseen) : found);
      }
    }
    if (findings.length === 0 && unknown !== null) return unread(unknown);
    return failIfAny(findings);
  },
});
