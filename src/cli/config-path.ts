/** Where the configuration file lies. */
import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

const CONFIG_NAME = '.svc-doctor.yaml';

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The nearest file of that name from the folder up to the root of its git repository; in the folder alone where it is in none. */
export async function findConfig(folder: string): Promise<string | null> {
  const found: string[] = [];
  for (let at = resolve(folder); ; at = dirname(at)) {
    const candidate = join(at, CONFIG_NAME);
    if (await exists(candidate)) found.push(candidate);
    if (await exists(join(at, '.git'))) return found[0] ?? null;
    if (dirname(at) === at) break;
  }
  const own = join(resolve(folder), CONFIG_NAME);
  return found.includes(own) ? own : null;
}
