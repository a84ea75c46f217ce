#!/usr/bin/env node
import module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepCompiledCode } from './compile-cache.js';

const dist = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist');
if (module.enableCompileCache === undefined) keepCompiledCode(dist);
else module.enableCompileCache();
const { main } = createRequire(import.meta.url)(join(dist, 'main.js'));
await main(process.argv.slice(2), import.meta.url);
