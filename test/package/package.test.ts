/** What is shipped: the files of the npm package, its size, and the manifest by which krew finds an archive. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { krewManifest } from '../../scripts/krew-manifest.mjs';
import { expectGolden } from '../report/golden.ts';

const ROOT = join(import.meta.dirname, '../..');
const MANIFEST = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const LARGEST = 500_000;

describe('the npm package', () => {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const [packed] = JSON.parse(stdout) as [{ size: number; files: { path: string }[] }];

  test('holds these files, and the parts of the bundle', () => {
    const names = packed.files.map(({ path }) => path.replace(/\/[\w-]+-[0-9A-Z]{8}\.js$/, '/*.js'));
    expectGolden('package.files.txt', `${[...new Set(names)].sort().join('\n')}\n`);
  });

  test(`is at most ${LARGEST} bytes`, () => {
    expect(packed.size).toBeLessThanOrEqual(LARGEST);
  });

  test('needs nothing, and runs where it says', () => {
    const { dependencies, peerDependencies, optionalDependencies, bin, files } = MANIFEST;
    expect({ dependencies, peerDependencies, optionalDependencies }).toEqual({});
    const shipped = packed.files.map(({ path }) => path);
    expect(Object.values<string>(bin).filter((file) => !shipped.includes(file))).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'THIRD_PARTY_NOTICES']));
  });

  test('names every package of the bundle, with its licence', () => {
    const notices = readFileSync(join(ROOT, 'THIRD_PARTY_NOTICES'), 'utf8');
    const named = ['@kubernetes/client-node', '@oclif/core', 'chalk', 'cli-table3', 'ora', 'yaml'];
    expect(named.filter((name) => !new RegExp(`^${name} \\d`, 'm').test(notices))).toEqual([]);
    expect(notices).not.toContain('carries no licence file)\n\n(the package');
  });
});

describe('the krew manifest', () => {
  const sha256 = 'ab'.repeat(32);
  const uri = 'https://example.com/releases/svc-doctor-1.2.3-linux-amd64.tar.gz';
  const text = krewManifest('1.2.3', [{ os: 'linux', arch: 'amd64', uri, sha256 }]);
  const { apiVersion, kind, metadata, spec } = parse(text);

  // krew's own validation: internal/index/validation of kubernetes-sigs/krew
  test('passes what `kubectl krew` checks', () => {
    expect({ apiVersion, kind }).toEqual({
      apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
      kind: 'Plugin',
    });
    expect(metadata.name).toMatch(/^[\w-]+$/);
    expect(spec.version).toMatch(/^v\d+\.\d+\.\d+$/);
    expect(spec.shortDescription.trim()).not.toBe('');
    expect(spec.description.trim()).not.toBe('');
    expect(spec.platforms.length).toBeGreaterThan(0);
    for (const platform of spec.platforms) {
      expect(platform.sha256).toMatch(/^[a-f0-9]{64}$/);
      expect(platform.uri).toMatch(/^https:\/\/\S+\.(?:tar\.gz|zip)$/);
      expect(Object.keys(platform.selector.matchLabels).sort()).toEqual(['arch', 'os']);
      expect(platform.bin).toBe('kubectl-svc_doctor');
      expect(platform.files.map(({ from }: { from: string }) => from)).toContain(platform.bin);
      expect(platform.files.filter(({ from, to }: { from: string; to: string }) => /\.\./.test(from + to))).toEqual([]);
    }
  });

  // krew's naming guide and best practices
  test('keeps to the conventions of the index', () => {
    expect(metadata.name).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
    expect(metadata.name).not.toMatch(/kube/);
    expect(spec.shortDescription.length).toBeLessThanOrEqual(50);
    expect(spec.shortDescription).not.toMatch(/kubectl|plugin|\.$|\n/i);
    const lines = `${spec.description}${spec.caveats}`.split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    const { files } = spec.platforms[0];
    expect(files.map(({ from }: { from: string }) => from)).toContain('LICENSE');
  });

  test('knows no field that krew does not know', () => {
    const allowed = ['version', 'shortDescription', 'description', 'caveats', 'homepage', 'platforms'];
    expect(Object.keys(spec).filter((key) => !allowed.includes(key))).toEqual([]);
    const [platform] = spec.platforms;
    expect(Object.keys(platform).sort()).toEqual(['bin', 'files', 'selector', 'sha256', 'uri']);
  });
});
