import type { Documentation } from './rule-pages.mjs';

export function writeDocumentation(
  made: Documentation,
  root: string,
  check: boolean,
): { code: number; stdout: string; stderr: string };
