#!/usr/bin/env node
/**
 * Records what a diagnosis of the current cluster would read as `fixtures/incidents/<name>.json`:
 *
 *   node scripts/record-incident.mjs NAME --title TITLE -- SERVICE [--from …] [--symptom …] [-n …]
 *
 * The file is {title, command, options, snapshot}: `demo` and the incident tests judge it again.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '..');
const end = process.argv.indexOf('--');
const own = process.argv.slice(2, end < 0 ? undefined : end);
const args = end < 0 ? [] : process.argv.slice(end + 1);
const { values, positionals } = parseArgs({
  args: own,
  allowPositionals: true,
  options: { title: { type: 'string' } },
});
const [name] = positionals;
if (name === undefined || values.title === undefined || args.length === 0) {
  process.stderr.write('usage: node scripts/record-incident.mjs NAME --title TITLE -- SERVICE [FLAGS of diagnose]\n');
  process.exit(2);
}

/** Flags that change the judging but not what is read: kept as options, not handed to `snapshot`. */
const at = args.indexOf('--symptom');
const symptom = at < 0 ? null : args[at + 1];
const read = at < 0 ? args : args.toSpliced(at, 2);

const folder = mkdtempSync(join(tmpdir(), 'svc-doctor-record-'));
try {
  const file = join(folder, 'snapshot.json');
  const ran = spawnSync(process.execPath, [join(root, 'bin/run.js'), 'snapshot', ...read, '-o', file], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (ran.status !== 0) process.exit(ran.status ?? 1);
  const incident = {
    title: values.title,
    command: `kubectl svc-doctor ${args.join(' ')}`,
    options: symptom === null ? {} : { symptom },
    snapshot: JSON.parse(readFileSync(file, 'utf8')),
  };
  const target = join(root, 'fixtures/incidents', `${name}.json`);
  writeFileSync(target, `${JSON.stringify(incident, null, 1)}\n`);
  process.stdout.write(`${target}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
