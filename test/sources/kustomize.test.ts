/** `-k`: what the kubectl on the PATH makes of a kustomization, and what is said where it makes nothing. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { kustomized } from '../../src/sources/manifests/kustomize.ts';

const PATH = process.env.PATH;
const folders: string[] = [];

afterEach(() => {
  process.env.PATH = PATH;
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A PATH on which this script is the kubectl; null = there is none. */
function pathWith(script: string | null): void {
  const folder = mkdtempSync(join(tmpdir(), 'svc-doctor-kubectl-'));
  folders.push(folder);
  if (script !== null) {
    writeFileSync(join(folder, 'kubectl'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, 'kubectl'), 0o755);
  }
  process.env.PATH = folder;
}

test('its output is read as one file that nobody writes to', async () => {
  pathWith(`echo "apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: $1-$2}}" | while IFS= read -r line; do echo "$line"; done`);
  const { files, problems } = await kustomized('overlays/prod');
  const names = files.flatMap(({ named, manifests }) =>
    manifests.map(({ kind, name }) => `${named.file}: ${kind} ${name}`),
  );
  expect({ names, problems }).toEqual({ names: ['kubectl kustomize overlays/prod: Service web'], problems: [] });
});

test.each([
  [
    'no kubectl',
    null,
    'kubectl, which builds kustomizations, was not found',
    'Install kubectl, or build it elsewhere: kustomize build DIR | kubectl svc-doctor preflight -f -',
  ],
  [
    'a kubectl that fails',
    `echo "E1121 20:52:55 14473 run.go:72] \\"command failed\\" err=\\"accumulating resources: accumulation err='accumulating resources from '../base': no such file': must resolve to a file\\"" >&2; exit 1`,
    "kubectl kustomize could not build it: no such file': must resolve to a file",
    'See it in full: kubectl kustomize overlays/prod',
  ],
])('%s is said', async (_, script, message, hint) => {
  pathWith(script);
  const { files, problems } = await kustomized('overlays/prod');
  const place = { file: 'overlays/prod', line: null, column: null, excerpt: null };
  expect({ files, problems }).toEqual({ files: [], problems: [{ ...place, message, hint }] });
});
