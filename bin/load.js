import module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepCompiledCode } from './compile-cache.js';

/** The part of the bundle of that name, with what an earlier run compiled of it. */
export function load(name) {
  const dist = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist');
  if (module.enableCompileCache === undefined) keepCompiledCode(dist);
  else module.enableCompileCache();
  return createRequire(import.meta.url)(join(dist, name));
}
