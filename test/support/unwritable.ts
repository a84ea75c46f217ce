/** Patches of findings that cannot be written into the manifest of their object. */
import { stringify } from 'yaml';
import type { Diagnosis } from '../../src/engine/diagnosis.ts';
import type { KubeObject } from '../../src/facts/wire.ts';
import type { Patch } from '../../src/model/patch.ts';
import { editObject } from '../../src/sources/manifests/edit-object.ts';
import { objectsOf, type Scenario } from './scenario.ts';

/** One manifest as people write it: by two spaces with the lists under their keys, by four, in one line, as JSON. */
const STYLES: readonly ((object: KubeObject) => string)[] = [
  (object) => stringify(object, { indentSeq: false }),
  (object) => stringify(object, { indent: 4, lineWidth: 0 }).replaceAll('\n', '\r\n'),
  (object) => stringify(object, { collectionStyle: 'flow' }),
  (object) => JSON.stringify(object, null, 2),
];

function objectOf(patch: Patch, objects: readonly KubeObject[]): KubeObject | undefined {
  // the last one counts, as it does for kubectl apply
  return objects.findLast(
    ({ kind, metadata }) =>
      kind?.toLowerCase() === patch.kind && metadata?.name === patch.name && metadata.namespace === patch.namespace,
  );
}

/** The object's manifest: as the scenario has it, else in every style; none where it holds no such object. */
function textsOf(patch: Patch, scenario: Scenario): readonly string[] {
  if (scenario.manifests !== undefined) return [scenario.manifests];
  const object = objectOf(patch, objectsOf(scenario));
  return object === undefined ? [] : STYLES.map((style) => style(object));
}

/** `SEL-001, text 0: why` for each refusal. */
export function unwritable({ findings }: Diagnosis, scenario: Scenario): string[] {
  const patches = new Map(
    findings.flatMap(({ rule, fix }) =>
      fix?.patch ? [[JSON.stringify(fix.patch), { rule, patch: fix.patch }] as const] : [],
    ),
  );
  return [...patches].flatMap(([body, { rule, patch }]) =>
    textsOf(patch, scenario).flatMap((text, index) => {
      const edited = editObject(text, patch, 0);
      return 'refusal' in edited ? [`${rule}, text ${index}: ${edited.refusal} ${body}`] : [];
    }),
  );
}
