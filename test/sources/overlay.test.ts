/** Manifests laid over a cluster: what the apply would break, and what it leaves alone. */
import { describe, expect, test } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { conclude, judgeWorlds } from '../../src/cli/preflight.ts';
import { overlaysOf } from '../../src/cli/preflight-live.ts';
import { brokenBy } from '../../src/engine/broken-by.ts';
import { judge } from '../../src/engine/engine.ts';
import { withPlaces } from '../../src/engine/locate.ts';
import type { KubeObject } from '../../src/facts/wire.ts';
import { human } from '../../src/report/human.ts';
import { RULES } from '../../src/rules/index.ts';
import { overlayOf } from '../../src/sources/manifests/overlay.ts';
import { gathered, readText } from '../../src/sources/manifests/read.ts';
import { startApi } from '../api/server.ts';
import { mergePatch, objectsOf, type Scenario, snapshotOf } from '../support/scenario.ts';
import { ALL_RULES } from '../support/shop.ts';

const HEALTHY: Scenario = { title: 'healthy', kind: 'silent', expect: {} };
const INGRESS: KubeObject = parseAllDocuments(`
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop, creationTimestamp: "2026-01-30T09:00:00Z"}
spec:
  ingressClassName: nginx
  rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}}]
status: {loadBalancer: {ingress: [{ip: 203.0.113.9}]}}
`)[0]?.toJS() as KubeObject;

/** What a file would say of an object of the healthy world, changed: no status, and nothing that the API server gives. */
function written(kind: string, name: string, change: unknown): string {
  const object = objectsOf(HEALTHY).find((one) => one.kind === kind && one.metadata?.name === name) as KubeObject;
  const drop = {
    status: null,
    metadata: { uid: null, creationTimestamp: null, generation: null, namespace: null },
    ...(kind === 'Service'
      ? { spec: { clusterIP: null, clusterIPs: null, ipFamilies: null, ipFamilyPolicy: null, type: null } }
      : {}),
  };
  return stringify(mergePatch(mergePatch(object, drop), change));
}

function applied(texts: readonly string[], live: Scenario = HEALTHY): unknown {
  const text = texts.join('---\n');
  const { manifests } = readText({ file: 'shop.yaml', root: null, path: 'shop.yaml' }, text);
  const before = snapshotOf(live);
  const { snapshot, locate } = overlayOf(before, manifests, 'shop');
  const after = brokenBy(judge(snapshot, RULES, ALL_RULES), judge({ ...before, ask: snapshot.ask }, RULES, ALL_RULES));
  const { services, findings, unanswered } = withPlaces(after, locate).diagnosis;
  return {
    services: services.map(({ name, verdict }) => `${name} ${verdict}`),
    roots: findings
      .filter(({ role }) => role === 'root')
      .map(({ rule, place, notes }) => {
        const isNew = notes.some((note) => note.text.startsWith('the apply brings it'));
        return `${rule} ${place === null ? 'nowhere' : `${place.line}: ${place.excerpt.trim()}`}${isNew ? ', new' : ''}`;
      }),
    unanswered: [...new Set(unanswered.map(({ rule }) => rule))],
  };
}

describe('what is applied to a cluster', () => {
  test('what is there already changes nothing', () => {
    expect(applied([written('Service', 'web', {}), written('Deployment', 'web', {})])).toEqual({
      services: ['web healthy'],
      roots: [],
      unanswered: [],
    });
  });

  test('a new image makes new Pods, which are not accused of anything', () => {
    const image = {
      spec: {
        template: {
          spec: {
            containers: [
              {
                name: 'web',
                image: 'x:2',
                ports: [{ name: 'http', containerPort: 8080 }],
                readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
              },
            ],
          },
        },
      },
    };
    expect(applied([written('Deployment', 'web', image)])).toEqual({
      services: ['web healthy'],
      roots: [],
      unanswered: [],
    });
  });

  test('a selector edit that leaves the running Pods behind', () => {
    expect(applied([written('Service', 'web', { spec: { selector: { app: 'webb' } } })])).toEqual({
      services: ['web ill'],
      roots: ['SEL-001 9: app: webb, new'],
      unanswered: [],
    });
  });

  test('labels of a workload that its Service in the cluster no longer selects', () => {
    const labels = {
      spec: { selector: { matchLabels: { app: 'shop' } }, template: { metadata: { labels: { app: 'shop' } } } },
    };
    expect(applied([written('Deployment', 'web', labels)])).toEqual({
      services: ['web ill'],
      roots: ['SEL-001 14: labels:, new'],
      unanswered: [],
    });
  });

  test('a container port that is called otherwise, while the Service in the cluster asks for its name', () => {
    const named: Scenario = {
      ...HEALTHY,
      change: { 'Service/web': { spec: { ports: [{ name: 'http', port: 80, targetPort: 'http' }] } } },
    };
    const port = {
      spec: {
        template: {
          spec: {
            containers: [
              {
                name: 'web',
                image: 'x:2',
                ports: [{ name: 'web', containerPort: 8080 }],
                readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
              },
            ],
          },
        },
      },
    };
    expect(applied([written('Deployment', 'web', port)], named)).toEqual({
      services: ['web ill'],
      roots: ['PRT-001 21: - name: web, new'],
      unanswered: [],
    });
  });

  test('a Service port that an Ingress in the cluster calls by its old name', () => {
    const live: Scenario = { ...HEALTHY, add: [INGRESS] };
    const port = { spec: { ports: [{ name: 'web', port: 80, targetPort: 8080 }] } };
    expect(applied([written('Service', 'web', port)], live)).toEqual({
      services: ['web ill'],
      roots: ['ING-003 10: ports:, new'],
      unanswered: [],
    });
  });

  test('a Service port that a ServiceMonitor in the cluster scrapes by its old name', () => {
    const monitor = {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'ServiceMonitor',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { selector: { matchLabels: { app: 'web' } }, endpoints: [{ port: 'http' }] },
    };
    const labels = { metadata: { labels: { app: 'web' } } };
    const live: Scenario = { ...HEALTHY, change: { 'Service/web': labels }, add: [monitor] };
    const port = { ...labels, spec: { ports: [{ name: 'web', port: 80, targetPort: 8080 }] } };
    expect(applied([written('Service', 'web', port)], live)).toEqual({
      services: ['web ill'],
      roots: ['REF-018 10: ports:, new'],
      unanswered: [],
    });
  });

  const webhook: KubeObject = parseAllDocuments(`
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: policy}
webhooks:
  - name: pods.policy.example.com
    clientConfig: {service: {namespace: shop, name: web, port: 80}}
    rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
`)[0]?.toJS() as KubeObject;

  test('a Service port that a webhook in the cluster calls by its old number', () => {
    const port = { spec: { ports: [{ name: 'http', port: 8443, targetPort: 8080 }] } };
    expect(applied([written('Service', 'web', port)], { ...HEALTHY, add: [webhook] })).toEqual({
      services: ['web ill'],
      roots: ['REF-019 10: ports:, new'],
      unanswered: [],
    });
  });

  test('a webhook that names a port which the Service in the cluster does not have', () => {
    const wrong = stringify(webhook).replace('port: 80', 'port: 443');
    expect(applied([written('Service', 'web', {}), wrong])).toEqual({
      services: ['web ill'],
      roots: ['REF-019 26: port: 443, new'],
      unanswered: [],
    });
  });

  test('a new Service for Pods that run already', () => {
    const text =
      'apiVersion: v1\nkind: Service\nmetadata: {name: front}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}\n';
    expect(applied([text])).toEqual({ services: ['front healthy'], roots: [], unanswered: [] });
  });
});

const RENAMED = { spec: { ports: [{ name: 'web', port: 80, targetPort: 8080 }] } };

test.each([
  ['a port that is called otherwise', RENAMED, { services: ['web ill'], roots: ['ING-003'], open: [], exitCode: 1 }],
  ['what is there already', {}, { services: ['web healthy'], roots: [], open: [], exitCode: 0 }],
])(
  'the cluster is read once for what the manifests touch, and nothing is written to it: %s',
  async (_, change, told) => {
    const api = await startApi({ objects: objectsOf({ ...HEALTHY, add: [INGRESS] }) });
    try {
      const file = { file: 'shop.yaml', root: null, path: 'shop.yaml' };
      const read = gathered([readText(file, written('Service', 'web', change))], [], 0);
      const asked: string[] = [];
      const worlds = await overlaysOf(
        read,
        { server: api.url, namespace: 'shop', kubeconfig: '/dev/null' },
        (trace) => {
          asked.push(`${trace.verb} ${trace.outcome}`);
        },
      );
      const { diagnosis } = conclude(judgeWorlds(worlds, RULES, ALL_RULES), [], null);
      expect({
        source: diagnosis.source.kind,
        services: diagnosis.services.map(({ name, verdict }) => `${name} ${verdict}`),
        roots: diagnosis.findings.filter(({ role }) => role === 'root').map(({ rule }) => rule),
        open: diagnosis.unanswered.map(({ rule }) => rule),
        asked: [...new Set(asked)],
        exitCode: diagnosis.exitCode,
      }).toEqual({ source: 'overlay', ...told, asked: ['GET 200'] });
    } finally {
      await api.close();
    }
  },
);

describe('a fix is for the file where the object stands there, and for the cluster where it does not', () => {
  const fixOf = (text: string, live: Scenario): string[] => {
    const { manifests } = readText({ file: 'shop.yaml', root: null, path: 'shop.yaml' }, text);
    const { snapshot, locate } = overlayOf(snapshotOf(live), manifests, 'shop');
    const page = { colour: false, width: 200, ascii: false, verbose: false, headers: true };
    const report = human(withPlaces(judge(snapshot, RULES, ALL_RULES), locate), page);
    return report.split('\n').filter((line) => line.startsWith('  fix '));
  };

  test('the Service of the file', () => {
    const text = written('Service', 'web', { spec: { selector: { app: 'wbe' } } });
    expect(fixOf(text, HEALTHY)).toEqual(['  fix     write spec.selector.app: web']);
  });

  test('the Ingress of the cluster', () => {
    expect(fixOf(written('Service', 'web', RENAMED), { ...HEALTHY, add: [INGRESS] })).toEqual([
      `  fix     kubectl -n shop patch ingress shop --type=json -p '[{"op":"replace","path":"/spec/rules/0/http/paths/0/backend/service/port","value":{"name":"web"}}]'`,
    ]);
  });
});
