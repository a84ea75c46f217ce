/** Readers who may not read everything: what they cannot see is said to be unknown, with the missing permission, and never accused. */
import { expect, test } from 'vitest';
import { RESOURCES, type Resource } from '../../src/facts/resources.ts';
import { diagnosis } from './doctor.ts';
import { describeOnCluster, IMAGE } from './environment.ts';
import { setScene } from './play.ts';
import { type Scenario, scenarios } from './scenario.ts';
import { mustRun } from './shell.ts';
import { raise, type Stage } from './stage.ts';

type Reader = 'nobody' | 'one-namespace' | 'all-but-pods';

const READ = '--verb=get,list,watch';

/** The commands that give a reader's ServiceAccount its rights. */
function grants(reader: Reader, namespace: string): readonly string[] {
  const resources = Object.entries(RESOURCES).filter(
    ([, resource]: [string, Resource]) => resource.addon !== true && (resource.namespaced || reader === 'all-but-pods'),
  );
  const named = resources.map(([name, { group }]) => (group === '' ? name : `${name}.${group}`));
  const account = `--serviceaccount=${namespace}:${reader}`;
  if (reader === 'one-namespace') {
    return [
      `kubectl create role ${reader} ${READ} --resource=${[...named, 'pods/log'].join()}`,
      `kubectl create rolebinding ${reader} --role=${reader} ${account}`,
    ];
  }
  const role = `${namespace}-${reader}`;
  const others = named.filter((name) => name !== 'pods').join();
  return reader === 'nobody'
    ? []
    : [
        `kubectl create clusterrole ${role} ${READ} --resource=${others}`,
        `kubectl create clusterrolebinding ${role} --clusterrole=${role} ${account}`,
      ];
}

/** A kubeconfig of the reader, beside that of the stage. */
async function become(reader: Reader, stage: Stage): Promise<Readonly<Record<string, string>>> {
  const [namespace = ''] = stage.namespaces.values();
  await mustRun(`kubectl create serviceaccount ${reader}`, { env: stage.env });
  for (const command of grants(reader, namespace)) await mustRun(command, { env: stage.env });
  const token = (await mustRun(`kubectl create token ${reader}`, { env: stage.env })).trim();
  const path = `${stage.env.KUBECONFIG}-${reader}`;
  const env = { KUBECONFIG: path };
  await mustRun(`cp ${stage.env.KUBECONFIG} ${path}`);
  await mustRun(`kubectl config set-credentials ${reader} --token=${token}`, { env });
  await mustRun(`kubectl config set-context --current --user=${reader}`, { env });
  return env;
}

async function withReader(name: string, reader: Reader, judge: (stage: Stage, env: Stage['env']) => Promise<void>) {
  const stage = await raise(scenarios().get(name) as Scenario, IMAGE);
  try {
    await setScene(stage);
    await judge(stage, await become(reader, stage));
  } finally {
    const [namespace = ''] = stage.namespaces.values();
    await stage.shell(`kubectl delete clusterrole,clusterrolebinding --ignore-not-found ${namespace}-${reader}`);
    await stage.strike();
  }
}

describeOnCluster('readers without rights', () => {
  for (const reader of ['nobody', 'one-namespace', 'all-but-pods'] as const) {
    test.concurrent(`${reader}: accuses nobody in a healthy world, and names every missing permission`, () =>
      withReader('healthy-undeclared-port', reader, async (stage, env) => {
        const result = await diagnosis(stage.scenario.diagnose, env);
        expect(result.findings).toEqual([]);
        expect(result.exitCode).toBe(3);
        expect(result.unanswered).not.toEqual([]);
        expect(result.unanswered.filter(({ why, permission }) => why !== 'denied' || permission === null)).toEqual([]);
      }));

    test.concurrent(`${reader}: finds nothing in an ill world that a full reader does not find`, () =>
      withReader('selector-typo', reader, async (stage, env) => {
        const all = await diagnosis(stage.scenario.diagnose, stage.env);
        const few = await diagnosis(stage.scenario.diagnose, env);
        const found = new Set(all.findings.map(({ rule, scope }) => `${rule} ${JSON.stringify(scope)}`));
        const added = few.findings.filter(({ rule, scope }) => !found.has(`${rule} ${JSON.stringify(scope)}`));
        expect(added).toEqual([]);
        expect(few.summary.healthy).toBe(0);
      }));
  }
});
