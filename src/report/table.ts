/** One line a Service, columns as kubectl sets them. */
import type { Judgement } from '../engine/diagnosis.ts';
import { grid } from './grid.ts';
import { inkFor } from './ink.ts';
import type { ReportOptions } from './options.ts';

/** NAMESPACE SERVICE VERDICT ROOT CAUSE; the cause with the id of its rule. */
export function table(judgement: Judgement, options: ReportOptions): string {
  const ink = inkFor(options);
  const { services, findings } = judgement.diagnosis;
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  const rows = services.map((service) => {
    const root = byId.get(service.roots[0] ?? '');
    const rule = root === undefined ? '' : (root.reason ?? root.rule);
    return [service.namespace, service.name, service.verdict, rule, root?.message ?? '-'].map(ink.prose);
  });
  return grid(
    options.headers ? ['NAMESPACE', 'SERVICE', 'VERDICT', 'RULE', 'ROOT CAUSE'] : null,
    rows.map(([namespace = '', service = '', verdict = '', rule = '', cause = '']) => [
      namespace,
      service,
      verdict,
      rule === '' ? '-' : rule,
      cause,
    ]),
  );
}
