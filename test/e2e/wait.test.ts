/** `--wait` on a real cluster: the printed fix is run while it waits. */
import { expect, test } from 'vitest';
import { diagnosis, doctor } from './doctor.ts';
import { describeOnCluster, IMAGE } from './environment.ts';
import { setScene, settle } from './play.ts';
import { type Scenario, scenarios } from './scenario.ts';
import { mustRun } from './shell.ts';
import { raise } from './stage.ts';

describeOnCluster('--wait', () => {
  test('a fault is repaired while it waits: exit 0, and the healthy diagnosis', async () => {
    const stage = await raise(scenarios().get('selector-typo') as Scenario, IMAGE);
    try {
      await setScene(stage);
      await settle(stage);
      const { diagnose } = stage.scenario;
      const found = await diagnosis(diagnose, stage.env);
      const fix = found.findings.find(({ role }) => role === 'root')?.fix?.commands[0] ?? '';
      const short = await doctor(`${diagnose} --wait=2s`, stage.env);
      expect({ code: short.code, stderr: short.stderr }).toEqual({ code: 1, stderr: 'not healthy after 2 s\n' });
      const waiting = doctor(`${diagnose} --wait=50s -o json`, stage.env);
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      const at = Date.now();
      await mustRun(fix, { env: stage.env });
      const { code, stdout } = await waiting;
      expect({ code, ill: JSON.parse(stdout).summary.ill }).toEqual({ code: 0, ill: 0 });
      // the watch tells, not the clock that looks every 30 s; a new endpoint may count as settling for that long
      expect(Date.now() - at).toBeLessThan(45_000);
    } finally {
      await stage.strike();
    }
  });
});
