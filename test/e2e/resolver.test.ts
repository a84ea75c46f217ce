/** The resolv.conf that a kubelet writes, and the names that resolve with it, are as the model says for every kind of resolver. */
import { expect, test } from 'vitest';
import { known, unknown } from '../../src/facts/fact.ts';
import type { Pod, Service } from '../../src/facts/wire.ts';
import { pinnedAddress, resolverConfig } from '../../src/model/resolver.ts';
import { lookUp, type Zone } from '../../src/model/resolver-lookup.ts';
import { describeOnCluster, IMAGE } from './environment.ts';
import type { KubernetesObject, Scenario } from './scenario.ts';
import { mustRun, run } from './shell.ts';
import { raise, type Stage } from './stage.ts';

type Spec = NonNullable<Pod['spec']>;

/** Every dnsPolicy, on and off the network of the node, with and without what dnsConfig and hostAliases can say. */
function shapes(dns: string): Readonly<Record<string, Partial<Spec>>> {
  const full = ['$names.svc.cluster.local', 'svc.cluster.local', 'cluster.local'];
  const quick = [
    { name: 'timeout', value: '1' },
    { name: 'attempts', value: '1' },
  ];
  return {
    'cluster-first': {},
    'cluster-first-ndots-2': { dnsConfig: { options: [{ name: 'ndots', value: '2' }] } },
    'cluster-first-more': { dnsConfig: { nameservers: ['203.0.113.1'], searches: ['corp.example.com'] } },
    'host-network': { hostNetwork: true },
    'host-network-dns': { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' },
    'of-the-node': { dnsPolicy: 'Default' },
    'none-cluster': { dnsPolicy: 'None', dnsConfig: { nameservers: [dns] } },
    'none-searches': { dnsPolicy: 'None', dnsConfig: { nameservers: [dns], searches: full } },
    'none-one-search': { dnsPolicy: 'None', dnsConfig: { nameservers: [dns], searches: ['svc.cluster.local'] } },
    'none-outside': { dnsPolicy: 'None', dnsConfig: { nameservers: ['203.0.113.1'], searches: full, options: quick } },
    aliases: { hostAliases: [{ ip: '192.0.2.9', hostnames: ['web', 'web.$names.svc.cluster.local'] }] },
  };
}

const NAMES = ['web', 'web.$names', 'web.$names.svc', 'web.$names.svc.cluster.local', 'web.$names.svc.cluster.local.'];
const SERVICE: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
};

function pod(name: string, spec: Partial<Spec>): KubernetesObject {
  const container = { name: 'caller', image: IMAGE, command: ['sh', '-c', 'exec sleep 3600'] };
  const rest = { terminationGracePeriodSeconds: 0, containers: [container] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { ...rest, ...spec } };
}

function scenario(dns: string): Scenario {
  return {
    title: 'resolvers',
    namespaces: ['names'],
    given: [SERVICE, ...Object.entries(shapes(dns)).map(([name, spec]) => pod(name, spec))],
    symptom: { command: 'true', expect: 'works' },
    diagnose: '',
    expect: { exitCode: 0, roots: [] },
  };
}

interface ResolvConf {
  nameservers: readonly string[];
  searches: readonly string[];
  ndots: number;
}

function parse(text: string): ResolvConf {
  const words = (key: string): string[] =>
    text
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([first]) => first === key)
      .flatMap(([, ...rest]) => rest);
  const ndots = words('options').find((option) => option.startsWith('ndots:'));
  return { nameservers: words('nameserver'), searches: words('search'), ndots: Number(ndots?.slice(6) ?? 1) };
}

/** What the model says of resolv.conf, with what only the node knows filled in from a Pod that has its file. */
function modelled(spec: Spec, namespace: string, dns: string, node: ResolvConf): ResolvConf {
  const config = resolverConfig(spec, namespace, { addresses: [dns], domain: 'cluster.local' });
  const own = spec.dnsConfig?.searches ?? [];
  const before = config.searches.filter((one) => !own.includes(one) || !config.nodeSearches);
  const after = config.searches.filter((one) => !before.includes(one));
  return {
    nameservers: [...(config.nodeNameservers ? node.nameservers : []), ...config.nameservers],
    searches: [...before, ...(config.nodeSearches ? node.searches : []), ...after],
    ndots: config.ndots ?? node.ndots,
  };
}

/** The address, `denied`, or null where the model does not say. */
function foretold(host: string, spec: Spec, service: Service, dns: string): string | null {
  const namespace = service.metadata?.namespace ?? '';
  const pinned = pinnedAddress(spec, host);
  if (pinned !== null) return pinned;
  const config = resolverConfig(spec, namespace, { addresses: [dns], domain: 'cluster.local' });
  if (config.nameservers[0] !== dns || config.nodeNameservers) return 'denied';
  const zone: Zone = {
    domain: 'cluster.local',
    servicesOf: (of) => (of === namespace ? known([service]) : unknown('not-collected', `services of ${of}`)),
  };
  const { result } = lookUp(host, config, zone);
  if (result.kind === 'service') return result.address;
  // `web` and `web.names` as they stand: no outside name of this form exists.
  return result.kind === 'none' || result.kind === 'outside' ? 'denied' : null;
}

async function seen(stage: Stage, name: string, hosts: readonly string[]): Promise<Record<string, string>> {
  const asked = hosts.map((host) => `echo "${host} $(getent ahostsv4 ${host} | head -1 | cut -d' ' -f1)"`).join('; ');
  const ran = await run(`kubectl exec -i ${name} -- sh -s`, { env: stage.env, stdin: `${asked}\n` });
  return Object.fromEntries(
    ran.stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([host = '', address = '']) => [host, address === '' ? 'denied' : address]),
  );
}

describeOnCluster('resolvers are as the model says', () => {
  test(`${Object.keys(shapes('')).length} kinds of Pods and ${NAMES.length} names`, { timeout: 240_000 }, async () => {
    const dns = (await mustRun("kubectl -n kube-system get service kube-dns -o jsonpath='{.spec.clusterIP}'")).trim();
    const stage = await raise(scenario(dns), IMAGE);
    try {
      await stage.apply(stage.scenario.given);
      const names = Object.keys(shapes(dns));
      await stage.wait([
        `kubectl wait --for=condition=Ready ${names.map((name) => `pod/${name}`).join(' ')} --timeout=90s`,
      ]);
      const service = JSON.parse(await mustRun('kubectl get service web -o json', { env: stage.env })) as Service;
      const namespace = service.metadata?.namespace ?? '';
      const hosts = NAMES.map((name) => name.replaceAll('$names', namespace));
      const file = (name: string): Promise<string> =>
        mustRun(`kubectl exec ${name} -- cat /etc/resolv.conf`, { env: stage.env });
      const node = parse(await file('of-the-node'));
      const [real, told]: Record<string, unknown>[] = [{}, {}];
      for (const name of names) {
        const { spec } = JSON.parse(await mustRun(`kubectl get pod ${name} -o json`, { env: stage.env })) as Pod;
        if (spec === undefined) throw new Error(`Pod ${name} has no spec`);
        const answers = await seen(stage, name, hosts);
        const expected = hosts.map((host) => [host, foretold(host, spec, service, dns) ?? answers[host]]);
        Object.assign(told ?? {}, {
          [name]: { file: modelled(spec, namespace, dns, node), answers: Object.fromEntries(expected) },
        });
        Object.assign(real ?? {}, { [name]: { file: parse(await file(name)), answers } });
      }
      expect(told).toEqual(real);
    } finally {
      await stage.strike();
    }
  });
});
