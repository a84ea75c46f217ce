/** Judging alone, in memory: how many Services a second. */
import { judge } from '../src/engine/engine.ts';
import { RULES } from '../src/rules/index.ts';
import { clusterOf } from './cluster.ts';

const OPTIONS = { failOn: 'high', allowUnknown: false, symptom: null, only: [], skip: [], severity: null } as const;
const RUNS = 5;

const cluster = clusterOf(Number(process.argv[2] ?? 5000));
const services = cluster.ask.services.length;
const times: number[] = [];
let roots = 0;
for (let run = -1; run < RUNS; run++) {
  const started = performance.now();
  // a snapshot of its own each time, so that nothing derived from the lists of the run before is at hand
  const answers = structuredClone(cluster.answers);
  const cloned = performance.now();
  roots = judge({ ...cluster, answers }, RULES, OPTIONS).diagnosis.summary.roots;
  if (run >= 0) times.push(performance.now() - cloned);
  if (process.argv.includes('-v')) console.error(`${(cloned - started).toFixed(0)} ms to copy`);
}
times.sort((a, b) => a - b);
const median = times[Math.floor(times.length / 2)] ?? Number.NaN;
const perSecond = Math.round((services / median) * 1000);
console.log(
  `${services} Services, ${RULES.length} rules, ${roots} roots: ${median.toFixed(0)} ms, ${perSecond} Services a second`,
);
