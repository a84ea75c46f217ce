/** Where the cluster tests run. They make and break things, so a cluster must be offered by name and on purpose. */
import { existsSync } from 'node:fs';
import { describe } from 'vitest';

/** A small image with a shell, `httpd`, `nc`, `nslookup` and either `curl` or `wget`. */
export const IMAGE = process.env.SVC_DOCTOR_TEST_IMAGE ?? 'busybox:1.36';

/** The API server's audit log, where this machine can read it. */
export const AUDIT_LOG = process.env.SVC_DOCTOR_AUDIT_LOG ?? null;

function missing(): string | null {
  if (process.env.SVC_DOCTOR_TEST_CLUSTER !== 'yes') {
    return 'SVC_DOCTOR_TEST_CLUSTER=yes is not set: these tests create namespaces and break CoreDNS, so offer a throw-away cluster';
  }
  const first = (process.env.KUBECONFIG ?? '').split(':').find((path) => path !== '');
  if (first === undefined) return 'KUBECONFIG is not set: name the kubeconfig of a throw-away cluster';
  return existsSync(first) ? null : `KUBECONFIG names ${first}, which does not exist`;
}

/** `describe`, or a loud skip with the reason when no cluster (or nothing else that is needed) was offered. */
export function describeOnCluster(name: string, tests: () => void, alsoMissing: string | null = null): void {
  const reason = missing() ?? alsoMissing;
  if (reason === null) {
    describe(name, tests);
    return;
  }
  process.stderr.write(`SKIPPED ${name}: ${reason}\n`);
  describe.skip(`${name} (skipped: ${reason})`, tests);
}
