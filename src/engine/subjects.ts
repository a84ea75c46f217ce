/** Who is judged in a run. */
import { readList, type Snapshot } from '../facts/snapshot.ts';
import type { Service } from '../facts/wire.ts';
import { askedServices } from '../model/asked.ts';
import { DNS_NAMESPACE, dnsServiceOf } from '../model/dns-service.ts';
import type { Role, Subject } from '../rules/subject.ts';

/** The Services asked about; where none is named all of the namespace, or of the cluster. */
export function targetsOf(snapshot: Snapshot): readonly Subject[] {
  return askedServices(snapshot).map(({ namespace, name }) => subjectOf('target', namespace, name));
}

/** What every run judges beside the targets: the cluster itself, and its DNS Service where one is found and is not itself a target. */
export function sharedSubjects(snapshot: Snapshot): readonly Subject[] {
  const system = readList<Service>(snapshot, 'services', DNS_NAMESPACE);
  const dns = system.known ? (dnsServiceOf(system.value)?.metadata?.name ?? null) : 'kube-dns';
  return [subjectOf('cluster', DNS_NAMESPACE, ''), ...(dns === null ? [] : [subjectOf('dns', DNS_NAMESPACE, dns)])];
}

/** The caller of a target, when the user named one. */
export function callersOf(snapshot: Snapshot, target: Subject): readonly Subject[] {
  const { caller } = snapshot.ask;
  if (caller === null) return [];
  return [
    {
      role: 'caller',
      namespace: caller.namespace,
      name: target.name,
      caller: `${caller.namespace}/${caller.kind}/${caller.name}`,
      calls: `${target.namespace}/${target.name}`,
    },
  ];
}

/** The Service on which a finding depends, as a subject. */
export function dependencyOf(service: string): Subject {
  const [namespace = '', name = ''] = service.split('/');
  return subjectOf('dependency', namespace, name);
}

function subjectOf(role: Role, namespace: string, name: string): Subject {
  return { role, namespace, name, caller: null, calls: null };
}

/** `shop/web`, `cluster`, `staging/Pod/frontend → web`: for `-v`. */
export function subjectText(subject: Subject): string {
  if (subject.role === 'cluster') return 'cluster';
  return subject.caller === null ? `${subject.namespace}/${subject.name}` : `${subject.caller} → ${subject.name}`;
}
