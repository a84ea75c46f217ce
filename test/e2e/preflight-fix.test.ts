/** What preflight says of files comes true on a cluster, and what `--fix` writes into them works there. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diagnosis, doctor, rootsOf } from './doctor.ts';
import { describeOnCluster, IMAGE } from './environment.ts';
import type { Scenario, Symptom } from './scenario.ts';
import { described, eventually, mustRun } from './shell.ts';
import { raise, type Stage } from './stage.ts';

const EXAMPLE = join(import.meta.dirname, '../../fixtures/manifests/broken-shop');
const SERVICES = ['web', 'api'];
const ROOTS = ['SEL-001 shop/web', 'PRT-001 shop/api'];

const SCENE: Scenario = {
  title: 'the broken example',
  namespaces: ['shop'],
  given: [],
  symptom: { command: 'call http://web', expect: 'fails' },
  diagnose: '',
  expect: { exitCode: 1, roots: ROOTS },
};

/** The example in a folder of its own, with the image that this cluster has. */
function copied(): string {
  const folder = mkdtempSync(join(tmpdir(), 'svc-doctor-preflight-'));
  cpSync(EXAMPLE, folder, { recursive: true });
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
  for (const file of files.map((name) => join(folder, name))) {
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('busybox:1.36', IMAGE));
  }
  return folder;
}

async function applied({ env }: Stage, folder: string): Promise<void> {
  await mustRun(`kubectl apply -R -f ${folder}`, { env });
  for (const name of SERVICES) await mustRun(`kubectl rollout status deployment/${name} --timeout=90s`, { env });
}

/** Which of the Services answer. */
async function answering(stage: Stage): Promise<readonly string[]> {
  const symptom = (name: string): Symptom => ({ command: `call http://${name}`, expect: 'works' });
  const codes = await Promise.all(
    SERVICES.map(async (name) => ({ name, code: (await stage.call(symptom(name))).code })),
  );
  return codes.filter(({ code }) => code === 0).map(({ name }) => name);
}

describeOnCluster('preflight', () => {
  test('the broken example fails as foretold; repaired by --fix it is clean, and every Service answers', async () => {
    const folder = copied();
    const stage = await raise(SCENE, IMAGE);
    const { namespaces, env } = stage;
    const files = `preflight -n ${namespaces.get('shop')} -f ${folder}`;
    try {
      const foretold = await diagnosis(files, env);
      expect([...rootsOf(foretold, namespaces)].sort()).toEqual([...ROOTS].sort());
      await stage.wait(['kubectl get pod client -o jsonpath={.status.phase} | grep -q Running']);
      await applied(stage, folder);
      expect(await answering(stage)).toEqual([]);
      // what is younger than half a minute is not accused yet
      await eventually(60, async () => {
        const roots = [...rootsOf(await diagnosis('', env), namespaces)].sort().join(', ');
        return roots === [...ROOTS].sort().join(', ') ? null : `roots: ${roots}`;
      });

      const fixed = await doctor(`${files} --fix`, env);
      expect({ code: fixed.code, fixes: fixed.stderr.match(/^fixed /gm)?.length }, described(fixed)).toEqual({
        code: 0,
        fixes: 2,
      });
      const clean = await diagnosis(files, env);
      expect({ exitCode: clean.exitCode, roots: clean.summary.roots }).toEqual({ exitCode: 0, roots: 0 });

      await applied(stage, folder);
      await eventually(60, async () => {
        const answers = await answering(stage);
        return answers.length === SERVICES.length ? null : `only these answer: ${answers.join(', ')}`;
      });
      await eventually(60, async () => {
        const { exitCode, summary } = await diagnosis('', env);
        return exitCode === 0 && summary.healthy === SERVICES.length
          ? null
          : `exit ${exitCode}: ${JSON.stringify(summary)}`;
      });
      // laid over the cluster that has them already, the files change nothing
      const over = await diagnosis(`${files} --live`, env);
      expect({ exitCode: over.exitCode, open: over.unanswered }).toEqual({ exitCode: 0, open: [] });
    } finally {
      await stage.strike();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
