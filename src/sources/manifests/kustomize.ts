/** What the user's own kubectl makes of a kustomization: patches, prefixes and generators applied. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Problem } from '../../facts/place.ts';
import { readText } from './read.ts';

const run = promisify(execFile);
const MAX_BYTES = 64 * 1024 * 1024;
const DEADLINE_MS = 120_000;

export interface Kustomized {
  files: readonly ReturnType<typeof readText>[];
  problems: readonly Problem[];
}

function failure(folder: string, error: Error & { code?: unknown; stderr?: string; killed?: boolean }): Problem {
  const problem = { file: folder, line: null, column: null, excerpt: null };
  if (error.code === 'ENOENT') {
    return {
      ...problem,
      message: 'kubectl, which builds kustomizations, was not found',
      hint: 'Install kubectl, or build it elsewhere: kustomize build DIR | kubectl svc-doctor preflight -f -',
    };
  }
  const words = error.killed
    ? 'it took longer than two minutes'
    : (error.stderr ?? error.message).trim().split('\n').at(-1);
  return {
    ...problem,
    message: `kubectl kustomize could not build it: ${words ?? ''}`,
    hint: `See it in full: kubectl kustomize ${folder}`,
  };
}

/** The manifests of `kubectl kustomize FOLDER`. Never throws: what goes wrong becomes a problem. */
export async function kustomized(folder: string): Promise<Kustomized> {
  try {
    const { stdout } = await run('kubectl', ['kustomize', folder], { maxBuffer: MAX_BYTES, timeout: DEADLINE_MS });
    const file = `kubectl kustomize ${folder}`;
    return { files: [readText({ file, root: null, path: file }, stdout)], problems: [] };
  } catch (error) {
    return { files: [], problems: [failure(folder, error as Error)] };
  }
}
