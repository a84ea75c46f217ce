/** What a name resolves to from a Pod, step by step: the search list (resolv.conf(5)), then what the cluster's DNS holds. */
import type { Fact } from '../facts/fact.ts';
import type { Service } from '../facts/wire.ts';
import type { ResolverConfig } from './resolver.ts';

/** glibc tries the search list after the name itself; musl does not. */
export type Libc = 'glibc' | 'musl';

/** The questions that a resolver asks for a name, in order; null stands for those with the node's search domains. */
export function questionsFor(host: string, config: ResolverConfig, libc: Libc = 'glibc'): readonly (string | null)[] {
  if (host.endsWith('.')) return [host.slice(0, -1)];
  const dots = host.split('.').length - 1;
  const searched: (string | null)[] = config.searches.map((domain) => (domain === '.' ? host : `${host}.${domain}`));
  if (config.nodeSearches) searched.push(null);
  const ndots = config.ndots ?? 1;
  if (dots < ndots) return [...searched, host];
  return libc === 'musl' ? [host] : [host, ...searched];
}

/** What the cluster's DNS answers for one full name (Kubernetes DNS specification 1.1.0). */
export type Answer =
  | { kind: 'service'; name: string; namespace: string; address: string | null }
  | { kind: 'headless'; name: string; namespace: string }
  | { kind: 'alias'; name: string; namespace: string; target: string }
  | { kind: 'pod'; service: string; namespace: string; hostname: string }
  | { kind: 'none' }
  | { kind: 'outside' }
  | { kind: 'unknown' };

export interface Zone {
  domain: string;
  /** The Services of a namespace, or unknown. */
  servicesOf(namespace: string): Fact<readonly Service[]>;
}

function answerOfService(service: Service): Answer {
  const { name = '', namespace = '' } = service.metadata ?? {};
  const { type, externalName, clusterIP } = service.spec ?? {};
  if (type === 'ExternalName') return { kind: 'alias', name, namespace, target: externalName ?? '' };
  if (clusterIP === 'None') return { kind: 'headless', name, namespace };
  return { kind: 'service', name, namespace, address: clusterIP ?? null };
}

function findService(name: string, namespace: string, zone: Zone): Service | 'none' | 'unknown' {
  const services = zone.servicesOf(namespace);
  if (!services.known) return 'unknown';
  const found = services.value.find(({ metadata }) => metadata?.name === name && metadata.namespace === namespace);
  return found ?? (services.complete ? 'none' : 'unknown');
}

/** The answer for a full name (without a dot at its end) in or outside of the cluster's zone. */
export function answerFor(full: string, zone: Zone): Answer {
  const name = full.toLowerCase();
  if (name !== zone.domain && !name.endsWith(`.${zone.domain}`)) return { kind: 'outside' };
  const labels = name.slice(0, -zone.domain.length - 1).split('.');
  const kind = labels.at(-1);
  if (kind === 'pod') return { kind: 'unknown' };
  if (kind !== 'svc' || labels.length < 3 || labels.length > 5) return { kind: 'none' };
  const [service = '', namespace = ''] = labels.slice(-3, -1);
  const found = findService(service, namespace, zone);
  if (found === 'unknown') return { kind: 'unknown' };
  if (found === 'none') return { kind: 'none' };
  if (labels.length === 3) return answerOfService(found);
  // Records of Pods, and of ports (`_http._tcp.web.shop.svc`), depend on endpoints.
  if (labels.length === 4 && answerOfService(found).kind !== 'alias')
    return { kind: 'pod', service, namespace, hostname: labels[0] ?? '' };
  return { kind: labels.length === 5 ? 'unknown' : 'none' };
}

export interface Step {
  /** The full name asked for; null = the name with a search domain of the node, which nobody can see. */
  question: string | null;
  answer: Answer;
}

export interface Lookup {
  steps: readonly Step[];
  /** The first answer out of the cluster; without one `outside` where the outside was asked, else `none`. */
  result: Answer;
  /** False where the outside was asked before, and might have answered. */
  certain: boolean;
}

/** Asks the cluster's DNS for a name in the way of this resolver, up to the first answer out of the cluster. */
export function lookUp(host: string, config: ResolverConfig, zone: Zone, libc: Libc = 'glibc'): Lookup {
  const steps: Step[] = [];
  const askedOutside = (): boolean => steps.some(({ answer }) => answer.kind === 'outside');
  for (const question of questionsFor(host, config, libc)) {
    const answer: Answer = question === null ? { kind: 'outside' } : answerFor(question, zone);
    const certain = !askedOutside() && answer.kind !== 'unknown';
    steps.push({ question, answer });
    if (answer.kind !== 'none' && answer.kind !== 'outside') return { steps, result: answer, certain };
  }
  return { steps, result: { kind: askedOutside() ? 'outside' : 'none' }, certain: !askedOutside() };
}
