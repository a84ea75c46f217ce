/** The Roles that `access` prints, on a real cluster: with them a reader without other rights reads all, and with one right less not all. */
import { expect, test } from 'vitest';
import type { PolicyRule, Role } from '../../src/facts/roles.ts';
import { diagnosis, doctor, PLUGIN } from './doctor.ts';
import { describeOnCluster, IMAGE } from './environment.ts';
import { setScene, settle } from './play.ts';
import { type Scenario, scenarios } from './scenario.ts';
import { described, mustRun, run } from './shell.ts';
import { raise, type Stage } from './stage.ts';

const READER = 'e2e-access-reader';

interface Told {
  reads: readonly { verb: string; resource: string; namespace: string | null; when: string; allowed: boolean | null }[];
  roles: readonly Role[];
}

async function told({ env }: Stage): Promise<Told> {
  return JSON.parse((await doctor(`access --as=${READER} -o json`, env)).stdout) as Told;
}

function denied({ reads }: Told): readonly string[] {
  return reads
    .filter(({ allowed }) => allowed === false)
    .map(({ verb, resource, namespace }) => `${verb} ${resource} ${namespace ?? '*'}`);
}

/** One Role with one right less: as `verb resource namespace`, with the Role that lacks it. */
function lesser(role: Role): readonly { right: string; role: Role }[] {
  return role.rules.flatMap((rule) =>
    rule.resources.flatMap((resource) =>
      rule.verbs.map((verb) => {
        const { resources, verbs } = rule;
        const rest: PolicyRule[] = [
          { ...rule, resources: resources.filter((one) => one !== resource) },
          { ...rule, resources: [resource], verbs: verbs.filter((one) => one !== verb) },
        ].filter((one) => one.resources.length > 0 && one.verbs.length > 0);
        const rules = [...role.rules.filter((other) => other !== rule), ...rest];
        return { right: `${verb} ${resource} ${role.metadata.namespace ?? '*'}`, role: { ...role, rules } };
      }),
    ),
  );
}

async function apply({ env }: Stage, role: Role): Promise<void> {
  await mustRun('kubectl apply -f -', { env, stdin: JSON.stringify(role) });
}

/** What the page says, word for word; a binding that is there already stays. */
async function grant({ env }: Stage, namespace: string): Promise<void> {
  const page = await doctor(`access -n ${namespace} --as=${READER} --color=never`, env);
  expect(page.code).toBe(3);
  await mustRun(`node ${PLUGIN} access -n ${namespace} -o yaml | kubectl apply -f -`, { env });
  for (const [, command = ''] of page.stdout.matchAll(/^ +(kubectl (?:-n \S+ )?create .*)$/gm)) {
    const ran = await run(command, { env });
    if (ran.code !== 0 && !ran.stderr.includes('already exists')) throw new Error(described(ran));
  }
}

async function withReader(name: string, judge: (stage: Stage) => Promise<void>): Promise<void> {
  const stage = await raise(scenarios().get(name) as Scenario, IMAGE);
  try {
    await setScene(stage);
    await settle(stage);
    for (const namespace of stage.namespaces.values()) await grant(stage, namespace);
    await judge(stage);
  } finally {
    const role = 'svc-doctor-reader --ignore-not-found';
    await stage.shell(`kubectl delete clusterrole,clusterrolebinding ${role}`);
    await stage.shell(`kubectl -n kube-system delete role,rolebinding ${role}`);
    await stage.strike();
  }
}

describeOnCluster('access', () => {
  for (const name of ['selector-typo', 'wrong-namespace']) {
    test(`${name}: the printed Roles, bound as printed, are enough`, () =>
      withReader(name, async (stage) => {
        expect(denied(await told(stage))).toEqual([]);
        const all = await diagnosis(stage.scenario.diagnose, stage.env);
        const reader = await diagnosis(`${stage.scenario.diagnose} --as=${READER}`, stage.env);
        expect(reader.unanswered.filter(({ why }) => why === 'denied')).toEqual([]);
        expect(reader.findings).toEqual(all.findings);
      }));
  }

  test('with any one right less, that one is missing, and a diagnosis that needs it says so', () =>
    withReader('healthy-undeclared-port', async (stage) => {
      const { roles, reads } = await told(stage);
      const home = [...stage.namespaces.values()][0];
      const always = new Set(
        reads.flatMap((read) => (read.when === 'always' ? [`${read.verb} ${read.resource}`] : [])),
      );
      const silent: string[] = [];
      for (const role of roles) {
        for (const less of lesser(role)) {
          await apply(stage, less.role);
          const [verb = '', resource = '', where = ''] = less.right.split(' ');
          const gone = denied(await told(stage));
          expect(gone, less.right).toContain(less.right);
          expect(
            gone.filter((right) => !right.startsWith(`${verb} ${resource} `)),
            less.right,
          ).toEqual([]);
          if (where === home && !always.has(`${verb} ${resource}`)) continue;
          if (where !== home && resource !== 'nodes') continue;
          const { unanswered } = await diagnosis(`${stage.scenario.diagnose} --as=${READER}`, stage.env);
          const missing = unanswered.map(({ permission }) => `${permission?.verb} ${permission?.resource}`);
          if (!missing.includes(`${verb} ${resource}`)) silent.push(less.right);
        }
        await apply(stage, role);
      }
      expect(silent).toEqual([]);
    }));
});
