/** Diagnoses recorded incidents, each whole namespace at its own time, and writes the ranked roots as predictions. `truth.json` is not read. */
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { judge } from '../src/engine/engine.ts';
import { RULES } from '../src/rules/index.ts';
import { loadFolder } from '../src/sources/folder/folder.ts';
import { type Prediction, predictionsOf } from './incident-causes.ts';

const OPTIONS = { failOn: 'high', allowUnknown: false, symptom: null, only: [], skip: [], severity: null } as const;

/** The folders below that hold a recorded incident, by their path in it. */
function casesIn(root: string, folder = ''): string[] {
  const names = readdirSync(join(root, folder));
  if (names.includes('manifest.json')) return [folder];
  return names
    .map((name) => join(folder, name))
    .filter((path) => statSync(join(root, path)).isDirectory())
    .flatMap((path) => casesIn(root, path));
}

const { cases: root, out } = parseArgs({ options: { cases: { type: 'string' }, out: { type: 'string' } } }).values;
if (root === undefined) throw new Error('name the folder of the cases: npm run bench:incidents -- --cases DIR');
const predictions: Record<string, readonly Prediction[]> = {};
const times: number[] = [];
for (const name of casesIn(root).sort()) {
  const started = performance.now();
  const snapshot = loadFolder(join(root, name));
  predictions[name] = predictionsOf(judge(snapshot, RULES, OPTIONS).diagnosis, snapshot);
  times.push(performance.now() - started);
}
times.sort((a, b) => a - b);
const named = Object.values(predictions).filter((list) => list.length > 0).length;
console.log(`${times.length} incidents, ${named} with a root that the benchmark names`);
console.log(
  `median ${times[Math.floor(times.length / 2)]?.toFixed(0)} ms an incident, slowest ${times.at(-1)?.toFixed(0)} ms`,
);
if (out !== undefined) writeFileSync(out, `${JSON.stringify(predictions, null, 1)}\n`);
