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

const MOST = 300;

/** What kubectl says went wrong in the end, without its log's header and the path that it took. */
function reasonIn(stderr: string): string {
  const [, quoted, block] = /err=(?:"([\s\S]*)"|<\n([\s\S]*?)\n\s*>)\s*$/.exec(stderr) ?? [];
  const said = (quoted ?? block ?? stderr)
    .replaceAll(/\s+/g, ' ')
    .replace(/^\s*error: /, '')
    .trim();
  const last =
    said.split(/(?:accumulating resources|accumulation err='accumulating resources from [^:]*): /).at(-1) ?? said;
  return last.length > MOST ? `… ${last.slice(-MOST)}` : last;
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
  const words = error.killed ? 'it took longer than two minutes' : reasonIn(error.stderr ?? error.message);
  return {
    ...problem,
    message: `kubectl kustomize could not build it: ${words}`,
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
