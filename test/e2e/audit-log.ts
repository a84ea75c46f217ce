/** What the API server noted of the doctor's requests. */
import { existsSync, readFileSync } from 'node:fs';
import { AUDIT_LOG } from './environment.ts';

export interface Request {
  stage: string;
  verb: string;
  requestURI: string;
  userAgent?: string;
  impersonatedUser?: { username: string };
}

const AGENT = 'kubectl-svc_doctor';

/** Where the log is; empty where nobody said. */
export function auditLog(): string {
  return AUDIT_LOG ?? '';
}

/** Why there is no log to look into; null where there is one. */
export function missingAuditLog(): string | null {
  if (AUDIT_LOG === null) return 'SVC_DOCTOR_AUDIT_LOG does not name the audit log of the API server';
  return existsSync(AUDIT_LOG) ? null : `SVC_DOCTOR_AUDIT_LOG names ${AUDIT_LOG}, which does not exist`;
}

/** The doctor's requests in the log, oldest first. Reading a Pod's log leaves a second line, when the answer starts. */
export function requests(log: string): readonly Request[] {
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.includes(AGENT))
    .map((line) => JSON.parse(line) as Request)
    .filter((request) => request.stage === 'ResponseComplete' && request.userAgent?.startsWith(AGENT));
}
