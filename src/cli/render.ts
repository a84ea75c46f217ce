/** The formats of a diagnosis; each report is loaded only when it is wanted. */
import type { Judgement } from '../engine/diagnosis.ts';
import type { ReportOptions } from '../report/options.ts';

export const FORMATS = [
  'human',
  'table',
  'json',
  'yaml',
  'name',
  'markdown',
  'github',
  'sarif',
  'junit',
  'html',
] as const;
export type Format = (typeof FORMATS)[number];

const REPORTS: Readonly<Record<Format, () => Promise<(judgement: Judgement, options: ReportOptions) => string>>> = {
  human: async () => (await import('../report/human.ts')).human,
  table: async () => (await import('../report/table.ts')).table,
  json: async () => (await import('../report/json.ts')).json,
  yaml: async () => (await import('../report/yaml.ts')).yaml,
  name: async () => (await import('../report/name.ts')).name,
  markdown: async () => (await import('../report/markdown.ts')).markdown,
  github: async () => (await import('../report/github.ts')).github,
  sarif: async () => (await import('../report/sarif.ts')).sarif,
  junit: async () => (await import('../report/junit.ts')).junit,
  html: async () => (await import('../report/html.ts')).html,
};

/** The report in the wanted format, ready for stdout. */
export async function render(format: Format, judgement: Judgement, options: ReportOptions): Promise<string> {
  const report = await REPORTS[format]();
  return report(judgement, options);
}
