/** The `--from` workload: who makes the call that fails. */
import type { CallerKind } from '../facts/resources.ts';
import type { Ask } from '../facts/snapshot.ts';
import { UsageError } from './failure.ts';

const KINDS: Readonly<Record<string, CallerKind>> = {
  po: 'Pod',
  pod: 'Pod',
  pods: 'Pod',
  deploy: 'Deployment',
  deployment: 'Deployment',
  deployments: 'Deployment',
  sts: 'StatefulSet',
  statefulset: 'StatefulSet',
  statefulsets: 'StatefulSet',
  ds: 'DaemonSet',
  daemonset: 'DaemonSet',
  daemonsets: 'DaemonSet',
  ns: 'Namespace',
  namespace: 'Namespace',
  namespaces: 'Namespace',
  no: 'Node',
  node: 'Node',
  nodes: 'Node',
};

const ACCEPTED =
  '--from takes pod/NAME, deploy/NAME, sts/NAME, ds/NAME, ns/NAME or node/NAME; of another namespace: NAMESPACE/deploy/NAME';

/** `deploy/web` of the Service's namespace, or `shop/deploy/web` of another; `ns/shop`: any Pod of it; `node/worker-1`: a process of the node itself. */
export function parseCaller(text: string, serviceNamespace: string): NonNullable<Ask['caller']> {
  const parts = text.split('/');
  const [namespace, kindText, name] = parts.length === 2 ? [serviceNamespace, ...parts] : parts;
  const kind = KINDS[kindText?.toLowerCase() ?? ''];
  const complete = parts.length <= 3 && parts.every((part) => part !== '');
  if (!complete || namespace === undefined || name === undefined || kind === undefined) {
    throw new UsageError(`--from ${text} does not name a caller`, ACCEPTED);
  }
  if (parts.length === 3 && (kind === 'Namespace' || kind === 'Node'))
    throw new UsageError(`--from ${text}: a ${kind} is in no namespace`, ACCEPTED);
  return { namespace: kind === 'Namespace' ? name : namespace, kind, name };
}
