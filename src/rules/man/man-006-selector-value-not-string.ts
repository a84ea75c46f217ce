import type { Oddity, Service } from '../../facts/wire.ts';
import { type Patch, patchCommand } from '../../model/patch.ts';
import type { Workload } from '../../model/workloads.ts';
import { type Finding, type Fix, finding } from '../finding.ts';
import { defineRule } from '../rule.ts';
import { specFix, stepsFix } from '../service-text.ts';
import { concerns } from './concerned.ts';
import { judgeWritten, refusal } from './written.ts';

const LABELS = /^(?:metadata\.labels|spec\.selector(?:\.matchLabels)?|spec\.template\.metadata\.labels)[.[]/;

function isLabel({ path, wanted }: Oddity): boolean {
  return wanted === 'text' && LABELS.test(path);
}

function keyOf(path: string): string {
  return /\[([^\]]+)\]$/.exec(path)?.[1] ?? path.slice(path.lastIndexOf('.') + 1);
}

/** The values as text, where they are the Service's own. */
function serviceFix(service: Service, { path, found }: Oddity): Fix {
  const key = keyOf(path);
  if (path.startsWith('spec.selector')) {
    const value = service.spec?.selector?.[key] ?? found;
    return specFix(service, { selector: { [key]: value } }, `put ${found} in quotes`, 'safe');
  }
  const { namespace = '', name = '', labels } = service.metadata ?? {};
  const body = { metadata: { labels: { [key]: labels?.[key] ?? found } } };
  const patch: Patch = { kind: 'service', namespace, name, type: 'merge', body };
  return { summary: `put ${found} in quotes`, safety: 'safe', commands: [patchCommand(patch)], steps: [], patch };
}

function ofWorkload({ kind, namespace, name, object }: Workload): readonly Finding[] {
  const odd = (object.written?.oddities ?? []).filter(isLabel);
  return odd.slice(0, 1).map(({ path, found }) =>
    finding({
      severity: 'critical',
      message: `${kind} ${namespace}/${name} will be refused: ${path} is ${found}, which is not text`,
      evidence: odd.map((one) => ({
        label: kind,
        text: `${one.path} ${one.found}`,
        object: `${kind} ${namespace}/${name}`,
        path: one.path,
        found: one.found,
        expected: `"${one.found}"`,
      })),
      effects: ['kubectl apply fails, and its Pods are not made or stay as they are'],
      fix: stepsFix('put the value in quotes', `write "${found}" at ${path}`),
    }),
  );
}

export const man006 = defineRule({
  id: 'MAN-006',
  name: 'selector-value-not-string',
  stage: 'selector',
  severity: 'critical',
  title: 'a label or selector value that YAML reads as number or boolean',
  healthy: 'labels and selectors are text',
  roles: ['target', 'dependency'],
  offline: 'only',
  needs: ['service', 'workloads'],
  uses: [],
  explains: ['SEL-001'],
  docs: {
    why: 'Labels are text. YAML reads an unquoted 2 or 1.10 as a number and true, yes, on and y as a boolean, and the API server refuses those: cannot unmarshal number into string.',
    confirm: ['kubectl apply --dry-run=server -f FILE'],
    fix: 'Put the value in quotes.',
    references: ['API reference: ObjectMeta.labels', 'YAML 1.1: boolean, float'],
  },
  check({ service, workloads }) {
    return judgeWritten(service, () => [
      ...(service.written?.oddities ?? []).filter(isLabel).map((odd) =>
        refusal(service, {
          words: `${odd.path} is ${odd.found}, which is not text`,
          path: odd.path,
          found: odd.found,
          expected: `"${odd.found}"`,
          fix: serviceFix(service, odd),
        }),
      ),
      ...workloads.filter((workload) => concerns(service, workload)).flatMap(ofWorkload),
    ]);
  },
});
