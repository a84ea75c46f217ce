/** The program as it ships, run in this process: most tests of what it says need no Node.js of their own. */
import { createRequire } from 'node:module';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

export interface Surroundings {
  /** The whole environment. */
  env: Readonly<Record<string, string | undefined>>;
  cwd?: string;
}

type Write = typeof process.stdout.write;

/** Takes what is written to the stream, until the answer is called. */
function taken(stream: NodeJS.WriteStream): () => string {
  const { write } = stream;
  let text = '';
  const take = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    const done = rest.find((one): one is () => void => typeof one === 'function');
    if (done !== undefined) process.nextTick(done);
    return true;
  };
  stream.write = take as Write;
  return () => {
    stream.write = write;
    return text;
  };
}

/** Gives the process this environment, and answers how to take it back. */
function surrounded({ env, cwd }: Surroundings): () => void {
  const [before, place, code] = [{ ...process.env }, process.cwd(), process.exitCode];
  const set = (wanted: Readonly<Record<string, string | undefined>>): void => {
    for (const key of Object.keys(process.env)) delete process.env[key];
    for (const [key, value] of Object.entries(wanted)) if (value !== undefined) process.env[key] = value;
  };
  set(env);
  if (cwd !== undefined) process.chdir(cwd);
  process.exitCode = undefined;
  return () => {
    set(before);
    process.chdir(place);
    process.exitCode = code;
  };
}

/** Runs one command line to its end. */
export async function program(words: readonly string[], surroundings: Surroundings): Promise<Ran> {
  const { main } = createRequire(import.meta.url)(join(ROOT, 'dist/main.js')) as typeof import('../../src/main.ts');
  const listening = process.listeners('SIGINT');
  const restore = surrounded(surroundings);
  const [stdout, stderr] = [taken(process.stdout), taken(process.stderr)];
  try {
    await main(words, ROOT);
  } finally {
    for (const listener of process.listeners('SIGINT')) {
      if (!listening.includes(listener)) process.removeListener('SIGINT', listener);
    }
  }
  const code = Number(process.exitCode ?? 0);
  restore();
  return { code, stdout: stdout(), stderr: stderr() };
}
