/** The way of a named caller's calls in one line, with what is broken marked. */
import type { DiagnosedFinding, DiagnosedService } from '../engine/diagnosis.ts';
import { labelled } from './cause.ts';
import type { Page } from './row.ts';

const MARKS = { fine: '✓', broken: '✗', unknown: '?' } as const;

/** `path    Deployment shop/frontend → name ✓ → DNS ✓ → Service ✗ SEL-001 → node ✓ → policy ✓ → Pods ✓`; nothing where no caller was named. */
export function pathRows(
  page: Page,
  { path }: DiagnosedService,
  byId: ReadonlyMap<string, DiagnosedFinding>,
): string[] {
  if (path === null) return [];
  const steps = path.steps.map(({ step, state, roots }) => {
    const rules = roots.flatMap((id) => byId.get(id)?.reason ?? byId.get(id)?.rule ?? []);
    return [step, MARKS[state], ...new Set(rules)].join(' ');
  });
  return labelled(page, 'path', [path.caller, ...steps].join(' → '));
}
