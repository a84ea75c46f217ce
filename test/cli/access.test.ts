/** `access` against an API server that answers "may I?", and against one that refuses the question. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { accessFromCluster, type Extent } from '../../src/cli/access-from-cluster.ts';
import { namespaceOf, READS } from '../../src/facts/reads.ts';
import { rolesFor } from '../../src/facts/roles.ts';
import { type Access, accessJson, accessPage } from '../../src/report/access.ts';
import { yamlDocuments } from '../../src/report/yaml.ts';
import { costOf } from '../../src/rules/fact-reads.ts';
import { type AccessAttributes, type ApiOptions, startApi } from '../api/server.ts';
import { expectGolden } from '../report/golden.ts';
import { objectsOf } from '../support/scenario.ts';
import { WELL } from '../support/shop.ts';

const PLAIN = { colour: false, width: 80, ascii: false, verbose: false, headers: true };

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc-doctor-access-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** How many questions a right serves changes with every new rule; a test of its own holds that each serves one. */
function steady(text: string): string {
  return text
    .replace(/\d+ questions? (cannot be answered|may stay open): .*/g, 'N questions $1: …')
    .replace(/("(?:decides|helps)": )\[[^\]]*\]/g, '$1[]');
}

async function ask(
  options: ApiOptions,
  extent: Extent = 'namespace',
): Promise<{ access: Access; asked: readonly string[] }> {
  const api = await startApi({ objects: objectsOf(WELL), ...options });
  try {
    const kubeconfig = api.kubeconfig(join(folder, 'config'));
    const access = await accessFromCluster({ kubeconfig }, extent, null);
    return { access, asked: api.requests.map(({ method, path }) => `${method} ${path}`) };
  } finally {
    await api.close();
  }
}

/** A developer's rights: all of the own namespace but logs, nothing elsewhere. */
const mayI = ({ namespace, subresource }: AccessAttributes): boolean => namespace === 'shop' && subresource !== 'log';
/** The add-ons of the test server are not installed. */
const NO_ADDONS = [
  'cilium.io',
  'crd.projectcalico.org',
  'gateway.networking.k8s.io',
  'monitoring.coreos.com',
  'security.istio.io',
].map((group) => ({ path: `/apis/${group}/`, fault: { status: 404, message: 'page not found' } }));

describe('a server that answers', () => {
  test('for people, for programs, and the Roles alone', async () => {
    const { access } = await ask({ mayI, faults: NO_ADDONS });
    expectGolden('access.human.txt', steady(accessPage(access, PLAIN)));
    expectGolden('access.json', steady(accessJson(access)));
    const roles = yamlDocuments(access.roles);
    expectGolden('access.roles.yaml', roles);
    expect(parseAllDocuments(roles).map((document) => document.toJS())).toEqual(access.roles);
  });

  test('asks once for each right, and posts nothing else', async () => {
    const { asked } = await ask({ mayI: () => true });
    expect(asked.filter((line) => line.endsWith('/selfsubjectaccessreviews'))).toHaveLength(READS.length);
    expect([...new Set(asked.filter((line) => line.startsWith('POST')))].sort()).toEqual([
      'POST /apis/authentication.k8s.io/v1/selfsubjectreviews',
      'POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    ]);
  });

  test('Roles of namespaces alone hold all that a namespace can grant', async () => {
    const { access } = await ask({ mayI }, 'namespaced');
    expect(access.roles.map(({ kind, metadata }) => `${kind} ${metadata.namespace}`)).toEqual([
      'Role shop',
      'Role kube-system',
      'Role istio-system',
    ]);
    expect(access.reads.filter(({ read }) => read.place === 'cluster')).toEqual([]);
  });
});

test('for all namespaces, one ClusterRole holds what is read of Services, and each read is asked about once', async () => {
  const { access, asked } = await ask({ mayI: () => true, faults: NO_ADDONS }, 'everywhere');
  expect(asked.filter((line) => line.endsWith('/selfsubjectaccessreviews'))).toHaveLength(access.reads.length);
  expect(access.reads.filter(({ read }) => read.place === 'home')).toEqual([]);
  const singles = access.reads.filter(({ read }) => read.verb === 'get' && read.place === 'cluster');
  expect(singles.map(({ read }) => read.resource)).toEqual(['endpoints', 'clusterroles']);
  const wide = access.roles.find(({ kind }) => kind === 'ClusterRole');
  const listed = wide?.rules.flatMap(({ resources, verbs }) => (verbs.includes('list') ? resources : [])) ?? [];
  expect(listed).toEqual(expect.arrayContaining(['services', 'pods', 'endpointslices', 'deployments', 'ingresses']));
  expect(accessPage(access, { ...PLAIN, width: 200 }).split('\n')[0]).toMatch(
    /^✓ jane may read all \d+ things that a diagnosis in all namespaces may ask for$/,
  );
});

test('where the question is refused, what a diagnosis found denied is told', async () => {
  const denied = { status: 403, message: 'forbidden' };
  const { access } = await ask({ faults: [...NO_ADDONS, { path: '/api/v1/nodes', fault: denied }] });
  expectGolden('access.refused.txt', steady(accessPage(access, PLAIN)));
});

test('every right serves a question', () => {
  const idle = READS.filter((read) => {
    const { decides, helps } = costOf(read);
    return decides.length + helps.length === 0;
  });
  expect(idle).toEqual([]);
});

test('the Roles grant each read once, and nothing more', () => {
  const granted = rolesFor(READS, 'shop').flatMap(({ metadata, rules }) =>
    rules.flatMap(({ apiGroups, resources, resourceNames = [], verbs }) =>
      verbs.flatMap((verb) =>
        resources.map((resource) =>
          [metadata.namespace ?? '*', verb, apiGroups.join(), resource, ...resourceNames].join(' '),
        ),
      ),
    ),
  );
  const isGranted = (namespace: string | null, verb: string, resource: string, names: readonly string[]): boolean =>
    [namespace ?? '*', '*'].some((where) =>
      granted.some((line) => {
        const [at, of, , what, ...only] = line.split(' ');
        const named = only.length === 0 || names.join() === only.join();
        return at === where && of === verb && (what === resource || line.includes(`  ${resource}`)) && named;
      }),
    );
  expect(granted).toHaveLength(new Set(granted).size);
  const missing = READS.filter((read) => !isGranted(namespaceOf(read, 'shop'), read.verb, read.resource, read.names));
  expect(missing).toEqual([]);
});
