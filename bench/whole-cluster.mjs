// All Services of the cluster that KUBECONFIG names, beside `kubectl get pods -A` in the same run: medians, their ratio, and whether every
// planted fault was found and nothing else. npm run bench:cluster [-- RUNS]; faults are planted by the annotation below.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median, once } from './measure.mjs';

const RUNS = Number(process.argv[2] ?? 5);
const RUN = fileURLToPath(new URL('../bin/run.js', import.meta.url));
const ANNOTATION = 'test.svc-doctor.dev/fault';

const contenders = [
  { name: 'kubectl get pods -A', command: 'kubectl', args: ['get', 'pods', '-A'] },
  { name: 'svc-doctor -A -o table', command: process.execPath, args: [RUN, '-A', '-o', 'table'] },
];

function read(command, args) {
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 30 });
  if (stdout === '') throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

/** `namespace/name` of each Service that was made ill on purpose. */
function planted() {
  const { items } = read('kubectl', ['get', 'configmaps', '-A', '-o', 'json']);
  return items
    .filter(({ metadata }) => metadata.name === 'faults' && metadata.annotations?.[ANNOTATION] !== undefined)
    .map(({ metadata, data }) => `${metadata.namespace}/${data.service}`)
    .sort();
}

const results = new Map(contenders.map(({ name }) => [name, []]));
for (let run = -1; run < RUNS; run++) {
  for (const { name, command, args } of contenders) {
    const result = await once(command, args);
    if (run >= 0) results.get(name).push(result);
  }
}
const rows = contenders.map(({ name }) => ({
  name,
  ms: median(results.get(name).map(({ ms }) => ms)),
  mb: Math.max(...results.get(name).map(({ mb }) => mb)),
}));
const { summary, services } = read(process.execPath, [RUN, '-A', '-o', 'json']);
console.log(`${summary.services} Services (medians of ${RUNS}, peak memory of the largest run)`);
for (const { name, ms, mb } of rows) {
  const ratio = (ms / rows[0].ms).toFixed(2);
  console.log(
    `  ${name.padEnd(24)} ${ms.toFixed(0).padStart(7)} ms  ${ratio.padStart(5)} ×  ${mb.toFixed(0).padStart(5)} MB`,
  );
}
const wanted = planted();
const ill = services.filter(({ verdict }) => verdict === 'ill').map(({ namespace, name }) => `${namespace}/${name}`);
const missed = wanted.filter((name) => !ill.includes(name));
const wrong = ill.filter((name) => !wanted.includes(name));
console.log(
  `  ${wanted.length - missed.length} of ${wanted.length} planted faults found, ${wrong.length} others called ill`,
);
for (const name of [...missed.map((one) => `missed: ${one}`), ...wrong.map((one) => `called ill: ${one}`)])
  console.log(`  ${name}`);
process.exitCode = missed.length + wrong.length === 0 ? 0 : 1;
