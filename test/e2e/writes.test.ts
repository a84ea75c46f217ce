/** After everything else: that the API server's audit log shows no write of the doctor's, whatever was diagnosed. */
import { expect, test } from 'vitest';
import { auditLog, missingAuditLog, type Request, requests } from './audit-log.ts';
import { doctor } from './doctor.ts';
import { describeOnCluster } from './environment.ts';

/** `access` asks who one is and what one may: creates by their verb, of which nothing is kept. */
const QUESTION =
  /^\/apis\/(?:authorization\.k8s\.io\/v1\/selfsubjectaccessreviews|authentication\.k8s\.io\/v1\/selfsubjectreviews)$/;

function isQuestion({ verb, requestURI }: Request): boolean {
  return verb === 'create' && QUESTION.test(requestURI);
}

describeOnCluster(
  'the audit log of all runs',
  () => {
    test('no request ever wrote', async () => {
      await doctor('access', {});
      const all = requests(auditLog());
      const written = all.filter(({ verb }) => !['get', 'list', 'watch'].includes(verb));
      const [questions, writes] = [written.filter(isQuestion), written.filter((one) => !isQuestion(one))];
      expect(all.length).toBeGreaterThan(written.length);
      expect(new Set(questions.map(({ requestURI }) => requestURI)).size).toBe(2);
      expect(writes).toEqual([]);
    });
  },
  missingAuditLog(),
);
