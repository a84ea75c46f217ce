/** What an ExternalName Service points at. */
import { isIP } from 'node:net';
import type { Service } from '../facts/wire.ts';

/** Assumed where nothing says otherwise: kubeadm's and nearly every cluster's domain. */
const CLUSTER_DOMAIN = 'cluster.local';

export type Alias =
  | { kind: 'ip'; name: string }
  /** A name of the cluster's own zone that names a Service in full. */
  | { kind: 'service'; name: string; target: { namespace: string; name: string } }
  /** `web`, `web.shop`, `web.shop.svc`: would name a Service with the search list, which CNAME targets never get. */
  | { kind: 'short'; name: string; target: { namespace: string; name: string }; certain: boolean }
  /** Below the cluster's domain, but no name that it serves. */
  | { kind: 'unserved'; name: string }
  | { kind: 'external'; name: string };

/** Reads `spec.externalName`; null where there is none. */
export function aliasOf(service: Service): Alias | null {
  if (service.spec?.type !== 'ExternalName') return null;
  const name = (service.spec.externalName ?? '').toLowerCase().replace(/\.$/, '');
  if (name === '') return null;
  if (isIP(name) !== 0) return { kind: 'ip', name };
  const labels = name.split('.');
  if (name.endsWith(`.${CLUSTER_DOMAIN}`)) {
    const own = labels.slice(0, -2);
    const [first = '', namespace = ''] = own.slice(-3);
    if (own.at(-1) === 'pod') return { kind: 'external', name };
    if (own.at(-1) !== 'svc' || own.length < 3) return { kind: 'unserved', name };
    return { kind: 'service', name, target: { namespace, name: first } };
  }
  const here = service.metadata?.namespace ?? '';
  const [first = '', second = '', third] = labels;
  if (labels.length === 1) return { kind: 'short', name, target: { namespace: here, name: first }, certain: true };
  if (labels.length === 3 && third === 'svc')
    return { kind: 'short', name, target: { namespace: second, name: first }, certain: true };
  if (labels.length === 2) return { kind: 'short', name, target: { namespace: second, name: first }, certain: false };
  return { kind: 'external', name };
}

/** The Service that the alias names, in whatever form; null for outside names. */
export function aliasTargetOf(service: Service): { namespace: string; name: string } | null {
  const alias = aliasOf(service);
  return alias !== null && 'target' in alias ? alias.target : null;
}
