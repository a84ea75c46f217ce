/** Preflight beyond start-up: files on a disk read, gathered into sets and judged, in ms. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { conclude, judgeWorlds, worldsOf } from '../src/cli/preflight.ts';
import { RULES } from '../src/rules/index.ts';
import { readManifests } from '../src/sources/manifests/read.ts';

const OPTIONS = { failOn: 'high', allowUnknown: false, symptom: null, only: [], skip: [], severity: null } as const;
const COUNT = Number(process.argv[2] ?? 500);
const RUNS = 5;
const A_FOLDER = 50;

function pair(name: string): readonly object[] {
  const labels = { app: name };
  const probe = { httpGet: { path: '/ready', port: 'http' } };
  const env = [{ name: 'API_URL', value: 'http://app-0' }];
  const container = {
    name,
    image: `${name}:1`,
    env,
    ports: [{ name: 'http', containerPort: 8080 }],
    readinessProbe: probe,
  };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  const metadata = { name };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: labels, ports: [{ port: 80, targetPort: 'http' }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { replicas: 2, selector: { matchLabels: labels }, template },
    },
  ];
}

const folder = mkdtempSync(join(tmpdir(), 'svc-doctor-bench-'));
const objects = Array.from({ length: COUNT / 2 }, (_, at) => pair(`app-${at}`)).flat();
objects.forEach((object, at) => {
  const own = join(folder, `team-${Math.floor(at / A_FOLDER)}`);
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, `${at}.yaml`), stringify(object));
});
const times: number[] = [];
let services = 0;
for (let run = 0; run < RUNS; run++) {
  const started = performance.now();
  const read = readManifests([folder]);
  const worlds = worldsOf(read, { namespace: null, now: new Date().toISOString() });
  services = conclude(judgeWorlds(worlds, RULES, OPTIONS), read.problems, null).diagnosis.summary.services;
  times.push(performance.now() - started);
}
rmSync(folder, { recursive: true });
const [first = Number.NaN] = times;
const median = [...times].sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN;
console.log(`${COUNT} manifests, ${services} Services: ${first.toFixed(0)} ms cold, ${median.toFixed(0)} ms warm`);
