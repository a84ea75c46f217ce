/** Serves the healthy world of the scenarios over TLS until its input ends, and prints the kubeconfig to reach it: the same server for all who are compared. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApi } from '../test/api/server.ts';
import { objectsOf } from '../test/support/scenario.ts';

// kubectl asks for a user name over TLS where the kubeconfig holds no credentials
const api = await startApi({
  auth: { bearer: 'bench' },
  objects: objectsOf({ title: 'bench', kind: 'silent', expect: {} }),
  tls: true,
});
console.log(api.kubeconfig(join(mkdtempSync(join(tmpdir(), 'svc-doctor-bench-')), 'kubeconfig')));
process.stdin.resume().on('end', async () => {
  await api.close();
  process.exit(0);
});
