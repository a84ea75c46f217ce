import { expect, test } from 'vitest';
import type { Container, Deployment, Pod, Service } from '../../src/facts/wire.ts';
import { referencesOf } from '../../src/model/referencing.ts';
import { workloadsOf } from '../../src/model/workloads.ts';

const reference = (host: string) => ({ host, port: 80, scheme: 'http', variable: 'API_URL', path: '', exact: true });

function container(host: string): Container {
  return { name: 'web', extracts: { references: [reference(host)], listens: [] } };
}

function pod(name: string, ready: boolean, phase = 'Running', namespace = 'shop'): Pod {
  return {
    metadata: {
      name,
      namespace,
      labels: { app: 'web', 'pod-template-hash': 'abc' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-abc', uid: 'u', controller: true }],
    },
    spec: { containers: [container('live')] },
    status: { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
}

const deployment: Deployment = {
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container('template')] } },
  },
};
const workloads = workloadsOf([deployment], [], []);
const service: Service = { metadata: { name: 'web', namespace: 'shop' }, spec: { selector: { app: 'web' } } };
const target = { role: 'target', namespace: 'shop', name: 'web', caller: null };
const web = { kind: 'Deployment', name: 'web', namespace: 'shop' };
const live = [{ ...reference('live'), container: 'web' }];
const ofLive = { references: live, told: live, spec: { containers: [container('live')] } };
const templated = [{ ...reference('template'), container: 'web' }];
const ofTemplate = { references: templated, told: templated, spec: { containers: [container('template')] } };

test('the owner of the Pods behind a Service, finished and foreign Pods aside', () => {
  const a = pod('a', true);
  const b = pod('b', false);
  const pods = [a, b, pod('done', false, 'Succeeded'), pod('c', true, 'Running', 'other')];
  expect(referencesOf(pods, workloads, target, service)).toEqual([
    { ...web, pods: [a, b], struggles: false, ...ofLive },
  ]);
  expect(referencesOf([a], workloads, target, service)).toEqual([{ ...web, pods: [a], struggles: false, ...ofLive }]);
});

test('templates stand in where there are no Pods', () => {
  expect(referencesOf([], workloads, target, service)).toEqual([{ ...web, pods: [], struggles: false, ...ofTemplate }]);
  expect(referencesOf([], workloads, target, null)).toEqual([]);
});

test('a Service without a selector has nobody behind it', () => {
  expect(referencesOf([pod('a', true)], workloads, target, { ...service, spec: {} })).toEqual([]);
});

test('the caller that was named: workload, Pod, or nobody', () => {
  const a = pod('a', true);
  const caller = (name: string) => ({ role: 'caller', namespace: 'shop', name: 'api', caller: name });
  expect(referencesOf([a], workloads, caller('shop/Deployment/web'), null)).toEqual([
    { ...web, pods: [a], struggles: false, ...ofLive },
  ]);
  expect(referencesOf([], workloads, caller('shop/deployment/web'), null)).toEqual([
    { ...web, pods: [], struggles: false, ...ofTemplate },
  ]);
  expect(referencesOf([a], workloads, caller('shop/Pod/a'), null)).toEqual([
    { kind: 'Pod', name: 'a', namespace: 'shop', pods: [a], struggles: false, ...ofLive },
  ]);
  expect(referencesOf([a], workloads, caller('shop/StatefulSet/web'), null)).toEqual([]);
});
