/** The API server's own audit log: how much one diagnosis asks, and that it only reads. */
import { expect, test } from 'vitest';
import { auditLog, missingAuditLog, type Request, requests } from './audit-log.ts';
import { diagnosis } from './doctor.ts';
import { describeOnCluster, IMAGE } from './environment.ts';
import { setScene, settle } from './play.ts';
import { type Scenario, scenarios } from './scenario.ts';
import { raise } from './stage.ts';

/** 15 for one Service, the version among them; 3 more for one that is followed, and 3 where one is missing that webhooks and APIs may name; for a caller itself, its Pods, one log, its Services and quotas, how it asks DNS. */
const MOST = { 'selector-typo': 15, 'missing-dependency': 21, 'wrong-namespace': 22 };

describeOnCluster(
  'the audit log',
  () => {
    for (const [name, most] of Object.entries(MOST)) {
      test(`${name}: at most ${most} requests, and all of them only read`, async () => {
        // other tests ask at the same time: this one asks under a name of its own
        const user = `e2e-audit-${name}`;
        const stage = await raise(scenarios().get(name) as Scenario, IMAGE);
        try {
          await setScene(stage);
          await settle(stage);
          await diagnosis(`${stage.scenario.diagnose} --as=${user} --as-group=system:masters`, stage.env);
          const asked = requests(auditLog()).filter(
            ({ impersonatedUser }: Request) => impersonatedUser?.username === user,
          );
          expect(asked.length).toBeGreaterThan(0);
          const paths = asked.map(({ requestURI }) => requestURI);
          expect(new Set(paths).size, paths.join('\n')).toBeLessThanOrEqual(most);
          // one further look at Pods, slices and Deployments while the Service settles
          expect(paths.length, paths.join('\n')).toBeLessThanOrEqual(most + 3);
          expect(asked.filter(({ verb }) => verb !== 'get' && verb !== 'list')).toEqual([]);
        } finally {
          await stage.strike();
        }
      });
    }
  },
  missingAuditLog(),
);
