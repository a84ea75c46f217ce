/** Judging alone, in memory: how many Services a second. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { judge } from '../src/engine/engine.ts';
import { RULES } from '../src/rules/index.ts';
import { clusterOf } from './cluster.ts';

const OPTIONS = { failOn: 'high', allowUnknown: false, symptom: null, only: [], skip: [], severity: null } as const;
const RUNS = 9;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const cluster = clusterOf(Number(process.argv[2] ?? 5000));
const text = JSON.stringify(cluster.answers);
const times: number[] = [];
let summary = { services: 0, roots: 0 };
for (let run = -1; run < RUNS; run++) {
  // a snapshot of its own each time, so that nothing derived from the lists of the run before is at hand; what reading it left behind is not judging's
  const answers = JSON.parse(text) as typeof cluster.answers;
  collectGarbage();
  const started = performance.now();
  summary = judge({ ...cluster, answers }, RULES, OPTIONS).diagnosis.summary;
  if (run >= 0) times.push(performance.now() - started);
}
times.sort((a, b) => a - b);
const median = times[Math.floor(times.length / 2)] ?? Number.NaN;
const perSecond = Math.round((summary.services / median) * 1000);
console.log(
  `${summary.services} Services, ${RULES.length} rules, ${summary.roots} roots: ${median.toFixed(0)} ms, ${perSecond} Services a second`,
);
