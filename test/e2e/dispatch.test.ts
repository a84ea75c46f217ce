/** `kubectl svc-doctor`, found by the real kubectl on the PATH. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { doctor, PLUGIN } from './doctor.ts';
import { describeOnCluster, IMAGE } from './environment.ts';
import { setScene, settle } from './play.ts';
import { type Scenario, scenarios } from './scenario.ts';
import { run } from './shell.ts';
import { raise } from './stage.ts';

describeOnCluster('plugin dispatch', () => {
  test('kubectl svc-doctor prints what the program itself prints, and ends with its exit code', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'svc-doctor-path-'));
    const program = join(folder, 'kubectl-svc_doctor');
    writeFileSync(program, `#!/bin/sh\nexec node '${PLUGIN}' "$@"\n`);
    chmodSync(program, 0o755);
    const stage = await raise(scenarios().get('selector-typo') as Scenario, IMAGE);
    try {
      await setScene(stage);
      await settle(stage);
      const env = { ...stage.env, PATH: `${folder}:${process.env.PATH}` };
      const dispatched = await run(`kubectl svc-doctor ${stage.scenario.diagnose}`, { env });
      const direct = await doctor(stage.scenario.diagnose, stage.env);
      expect({ code: dispatched.code, stdout: dispatched.stdout }).toEqual({
        code: direct.code,
        stdout: direct.stdout,
      });
      expect(direct.code).toBe(1);
    } finally {
      await stage.strike();
      rmSync(folder, { recursive: true });
    }
  });
});
