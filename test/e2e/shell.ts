/** Commands as a person types them: run by a POSIX shell, with their exit code and everything they print. */
import { spawn } from 'node:child_process';

export interface Ran {
  command: string;
  code: number;
  stdout: string;
  stderr: string;
}

export interface ShellOptions {
  env?: Readonly<Record<string, string>>;
  stdin?: string;
  /** Seconds until the command is killed; then its code is 124. */
  limit?: number;
}

/** Runs the command to its end. Never throws: the code says how it ended. */
export function run(command: string, { env = {}, stdin = '', limit = 120 }: ShellOptions = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', command], { env: { ...process.env, ...env } });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, limit * 1000);
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
    child.on('close', (code) => {
      clearTimeout(timer);
      const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString('utf8');
      resolve({ command, code: late ? 124 : (code ?? 137), stdout: text(out), stderr: text(err) });
    });
  });
}

/** Runs the command and fails the test, with all it printed, unless it exits 0. */
export async function mustRun(command: string, options: ShellOptions = {}): Promise<string> {
  const ran = await run(command, options);
  if (ran.code !== 0) throw new Error(described(ran));
  return ran.stdout;
}

/** Repeats `attempt` until it gives null (= as wanted); after `seconds` fails with the last complaint. */
export async function eventually(seconds: number, attempt: () => Promise<string | null>): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const complaint = await attempt();
    if (complaint === null) return;
    if (Date.now() > deadline) throw new Error(`not so after ${seconds} s: ${complaint}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** One run in words, for a failing test's message. */
export function described(ran: Ran): string {
  return `exit ${ran.code} of: ${ran.command}\n${ran.stdout}${ran.stderr}`;
}
