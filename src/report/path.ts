/** The way of a named caller's calls in one line, with what is broken marked. */
import type { DiagnosedFinding, DiagnosedService } from '../engine/diagnosis.ts';
import { labelled } from './cause.ts';
import type { Page } from './row.ts';

const MARKS = { fine: '✓', broken: '✗', unknown: '?' } as const;

/** `Deployment shop/frontend → name ✓ → DNS ✓ → Service ✗ SEL-001`; null where no caller was named. */
export function pathText({ path }: DiagnosedService, byId: ReadonlyMap<string, DiagnosedFinding>): string | null {
  if (path === null) return null;
  const steps = path.steps.map(({ step, state, roots }) => {
    const rules = roots.flatMap((id) => byId.get(id)?.reason ?? byId.get(id)?.rule ?? []);
    return [step, MARKS[state], ...new Set(rules)].join(' ');
  });
  return [path.caller, ...steps].join(' → ');
}

/** `path    Deployment shop/frontend → name ✓ → DNS ✓ → Service ✗ SEL-001 → node ✓ → policy ✓ → Pods ✓`; nothing where no caller was named. */
export function pathRows(page: Page, service: DiagnosedService, byId: ReadonlyMap<string, DiagnosedFinding>): string[] {
  const text = pathText(service, byId);
  return text === null ? [] : labelled(page, 'path', text);
}
