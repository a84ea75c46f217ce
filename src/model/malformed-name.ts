/** Hosts that are meant as names of the cluster's DNS and are none (Kubernetes DNS specification 1.1.0: `service.namespace.svc.domain`). */
import { distance } from './near-names.ts';

export const MALFORMED = {
  'svc-missing': 'the name lacks "svc" before the cluster domain',
  'namespace-missing': 'the name lacks the namespace before "svc"',
  'svc-misplaced': '"svc" stands before the namespace',
  'domain-misspelt': 'the cluster domain is misspelt',
  underscore: 'a name of a Service has no underscores',
  'kind-in-name': 'the name begins with "svc/", as kubectl takes it',
  'more-than-host': 'a variable for the host alone holds a port or a scheme as well',
} as const;

export interface Malformed {
  cause: keyof typeof MALFORMED;
  /** What was meant. */
  right: string;
}

const DOMAIN = 'cluster.local';

/** What is wrong with the form of the host; null where nothing is, or where it may be an outside name. `exists`: whether a host leads to a Service. */
export function malformed(written: string, path: string | null, exists: (host: string) => boolean): Malformed | null {
  const host = written.toLowerCase().replace(/\.$/, '');
  const labels = host.split('.');
  const [name = '', second = '', third = ''] = labels;
  if (host.endsWith(`.${DOMAIN}`)) {
    if (labels.length === 4 && second === 'svc') return { cause: 'namespace-missing', right: name };
    if (labels.length === 5 && second === 'svc')
      return { cause: 'svc-misplaced', right: `${name}.${third}.svc.${DOMAIN}` };
    const isOther = labels.includes('svc') || labels.at(-3) === 'pod';
    return labels.length === 4 && !isOther ? { cause: 'svc-missing', right: `${name}.${second}.svc.${DOMAIN}` } : null;
  }
  const domain = labels.slice(3).join('.');
  if (third === 'svc' && labels.length > 3) {
    const off = distance(domain, DOMAIN);
    return off > 0 && off <= 3 ? { cause: 'domain-misspelt', right: `${name}.${second}.svc.${DOMAIN}` } : null;
  }
  if (labels.length === 3 && second === 'svc' && exists(`${name}.${third}`))
    return { cause: 'svc-misplaced', right: `${name}.${third}` };
  const hyphens = host.replaceAll('_', '-');
  if (hyphens !== host) return exists(hyphens) ? { cause: 'underscore', right: hyphens } : null;
  const resource = /^\/([a-z0-9-]+)$/.exec(path ?? '')?.[1];
  if (/^(?:svc|service|services)$/.test(host) && resource !== undefined && !exists(host) && exists(resource))
    return { cause: 'kind-in-name', right: resource };
  return null;
}
