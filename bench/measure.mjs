// One run of a command: how long it took, and how much memory it had at most.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Milliseconds of one run, and its peak memory in MB as the kernel last saw it. */
export function once(command, args, env) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
    let peak = 0;
    const watch = setInterval(() => {
      try {
        peak = Math.max(
          peak,
          Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0),
        );
      } catch (error) {
        if (error.code !== 'ENOENT' && error.code !== 'ESRCH') reject(error);
      }
    }, 4);
    child.on('error', reject);
    child.on('exit', (code) => {
      clearInterval(watch);
      resolve({ ms: performance.now() - started, mb: peak / 1024, code });
    });
  });
}
