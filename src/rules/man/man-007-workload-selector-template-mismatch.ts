import { type Patch, patchCommand } from '../../model/patch.ts';
import { matches, selectorText } from '../../model/selector.ts';
import type { Workload } from '../../model/workloads.ts';
import { type Finding, type Fix, finding } from '../finding.ts';
import { defineRule } from '../rule.ts';
import { stepsFix } from '../service-text.ts';
import { concerns } from './concerned.ts';
import { judgeWritten } from './written.ts';

const KINDS = { Deployment: 'deployment', StatefulSet: 'statefulset', DaemonSet: 'daemonset' } as const;

/** The template's labels with what the selector asks for: both then find the Pods that the Service wants. */
function fixOf({ kind, namespace, name, selector, template }: Workload): Fix {
  if (Object.keys(selector ?? {}).length === 0) {
    const labels = selectorText(template.metadata?.labels);
    return stepsFix('write the selector', `set spec.selector.matchLabels to labels of the template (${labels})`);
  }
  const body = { spec: { template: { metadata: { labels: { ...selector } } } } };
  const patch: Patch = { kind: KINDS[kind], namespace, name, type: 'strategic', body };
  const summary = `give the template the labels ${selectorText(selector)}`;
  return { summary, safety: 'review', commands: [patchCommand(patch)], steps: [], patch };
}

function faultOf(workload: Workload): readonly Finding[] {
  const { kind, namespace, name, selector, template, object } = workload;
  if (object.written === undefined || object.spec?.selector?.matchExpressions !== undefined) return [];
  const labels = template.metadata?.labels;
  if (matches(selector, labels)) return [];
  const lacking = Object.entries(selector ?? {}).filter(([key, value]) => labels?.[key] !== value);
  const [first] = lacking;
  const words =
    first === undefined
      ? 'it has no selector'
      : `its selector ${selectorText(selector)} does not match its template (${selectorText(labels) || 'no labels'})`;
  const evidence = {
    label: kind,
    text: `selector ${selectorText(selector) || 'none'}, template ${selectorText(labels) || 'no labels'}`,
    object: `${kind} ${namespace}/${name}`,
    path: first === undefined ? 'spec.selector' : `spec.selector.matchLabels[${first[0]}]`,
    found: first === undefined ? null : first[1],
    expected: selectorText(labels),
  };
  return [
    finding({
      severity: 'critical',
      message: `${kind} ${namespace}/${name} will be refused: ${words}`,
      evidence: [evidence],
      effects: ['kubectl apply fails, and its Pods are not made or stay as they are'],
      fix: fixOf(workload),
    }),
  ];
}

export const man007 = defineRule({
  id: 'MAN-007',
  name: 'workload-selector-template-mismatch',
  stage: 'selector',
  severity: 'critical',
  title: 'a workload whose selector does not match its own Pod template',
  healthy: 'the selectors of workloads match their Pod templates',
  roles: ['target', 'dependency'],
  offline: 'only',
  needs: ['service', 'workloads'],
  uses: [],
  explains: ['SEL-001'],
  docs: {
    why: 'A Deployment, StatefulSet or DaemonSet must find its own Pods again: spec.selector has to match the labels of spec.template. Where it does not, the API server refuses it: `selector` does not match template `labels`.',
    confirm: ['kubectl apply --dry-run=server -f FILE'],
    fix: 'Write the labels of the template into spec.selector, or the other way round; of an existing workload the selector cannot be changed.',
    references: [
      'kubernetes.io: Deployments, selector',
      'kubernetes/kubernetes: pkg/apis/apps/validation, ValidateDeploymentSpec',
    ],
  },
  check({ service, workloads }) {
    return judgeWritten(service, () => workloads.filter((workload) => concerns(service, workload)).flatMap(faultOf));
  },
});
