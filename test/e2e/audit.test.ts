/** The API server's own audit log: what the doctor asked of it. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { diagnosis, doctor } from './doctor.ts';
import { AUDIT_LOG, describeOnCluster, IMAGE } from './environment.ts';
import { setScene, settle } from './play.ts';
import { type Scenario, scenarios } from './scenario.ts';
import { raise } from './stage.ts';

interface Request {
  stage: string;
  verb: string;
  requestURI: string;
  userAgent?: string;
}

const AGENT = 'kubectl-svc_doctor';
/** `access` asks who one is and what one may: creates by their verb, of which nothing is kept. */
const QUESTION =
  /^\/apis\/(?:authorization\.k8s\.io\/v1\/selfsubjectaccessreviews|authentication\.k8s\.io\/v1\/selfsubjectreviews)$/;

/** The doctor's requests in the log, oldest first. Reading a Pod's log leaves a second line, when the answer starts. */
function requests(log: string): readonly Request[] {
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.includes(AGENT))
    .map((line) => JSON.parse(line) as Request)
    .filter((request) => request.stage === 'ResponseComplete' && request.userAgent?.startsWith(AGENT));
}

function isQuestion({ verb, requestURI }: Request): boolean {
  return verb === 'create' && QUESTION.test(requestURI);
}

function missing(): string | null {
  if (AUDIT_LOG === null) return 'SVC_DOCTOR_AUDIT_LOG does not name the audit log of the API server';
  return existsSync(AUDIT_LOG) ? null : `SVC_DOCTOR_AUDIT_LOG names ${AUDIT_LOG}, which does not exist`;
}

/** 15 for one Service, the version among them; 3 more for one that is followed; for a caller itself, its Pods, one log, its Services and quotas, how it asks DNS. */
const MOST = { 'selector-typo': 15, 'missing-dependency': 18, 'wrong-namespace': 22 };

describeOnCluster(
  'the audit log',
  () => {
    const log = AUDIT_LOG ?? '';
    for (const [name, most] of Object.entries(MOST)) {
      test(`${name}: at most ${most} requests, and all of them only read`, async () => {
        const stage = await raise(scenarios().get(name) as Scenario, IMAGE);
        try {
          await setScene(stage);
          await settle(stage);
          const before = requests(log).length;
          await diagnosis(stage.scenario.diagnose, stage.env);
          const asked = requests(log).slice(before);
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

    test('no request of any run ever wrote', async () => {
      await doctor('access', {});
      const written = requests(log).filter(({ verb }) => !['get', 'list', 'watch'].includes(verb));
      const [questions, writes] = [written.filter(isQuestion), written.filter((one) => !isQuestion(one))];
      expect(new Set(questions.map(({ requestURI }) => requestURI)).size).toBe(2);
      expect(writes).toEqual([]);
    });
  },
  missing(),
);
