/** The way of a call from a named caller to the Pods, step by step, and where it is broken. */
import type { Ask } from '../facts/snapshot.ts';
import type { DiagnosedFinding, PathStep, Unanswered } from './diagnosis.ts';

/** The steps in their order, and which rules (ids, or groups with a dash) judge each; the first that names a rule has it. */
const STEPS: readonly { step: PathStep['step']; rules: readonly string[] }[] = [
  { step: 'name', rules: ['SVC-001', 'SVC-003', 'REF-', 'CLI-', 'EXN-'] },
  { step: 'DNS', rules: ['DNS-', 'NPO-005', 'NPO-012'] },
  {
    step: 'Service',
    rules: ['SVC-', 'SEL-', 'EPS-', 'HDL-', 'DUL-', 'PRT-001', 'PRT-002', 'PRT-003', 'PRT-006', 'PRT-007', 'PRT-012'],
  },
  { step: 'node', rules: ['KPX-', 'TRP-', 'POD-016'] },
  { step: 'policy', rules: ['NPO-', 'MSH-'] },
  { step: 'Pods', rules: ['POD-', 'PRT-'] },
];

/** `Deployment shop/frontend`, `any Pod of shop`, `Node worker-1`. */
export function callerText({ namespace, kind, name }: NonNullable<Ask['caller']>): string {
  if (kind === 'Namespace') return `any Pod of ${name}`;
  return kind === 'Node' ? `Node ${name}` : `${kind} ${namespace}/${name}`;
}

function stepOf(rule: string): PathStep['step'] | null {
  const named = (ids: readonly string[]): boolean =>
    ids.some((id) => (id.endsWith('-') ? rule.startsWith(id) : id === rule));
  const exact = STEPS.find(({ rules }) => rules.includes(rule));
  return (exact ?? STEPS.find(({ rules }) => named(rules)))?.step ?? null;
}

/** Each step with its roots, and whether something about it could not be answered. */
export function pathOf(roots: readonly DiagnosedFinding[], questions: readonly Unanswered[]): readonly PathStep[] {
  return STEPS.map(({ step }) => {
    const broken = roots.filter(({ rule }) => stepOf(rule) === step).map(({ id }) => id);
    const open = questions.some(({ rule }) => stepOf(rule) === step);
    return { step, state: broken.length > 0 ? 'broken' : open ? 'unknown' : 'fine', roots: broken };
  });
}
