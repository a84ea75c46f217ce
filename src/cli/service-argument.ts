/** A SERVICE argument in any form that people have at hand. */
import { UsageError } from './failure.ts';

export interface ServiceArgument {
  /** Null = the namespace of the run. */
  namespace: string | null;
  name: string;
}

const ACCEPTED = 'a SERVICE is web, svc/web, web.shop, web.shop.svc.cluster.local or http://web.shop:8080/path';
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

function hostOf(text: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
  try {
    return new URL(text).hostname.toLowerCase();
  } catch {
    throw new UsageError(`${text} is not a URL`, ACCEPTED);
  }
}

/** Kubernetes' DNS: `name.namespace`, with or without `svc` and the cluster's domain behind it. */
function fromLabels(labels: readonly string[], text: string): ServiceArgument {
  const [name = '', namespace = null, svc] = labels;
  const isService = labels.length <= 2 || svc === 'svc';
  if (!isService || !labels.every((label) => LABEL.test(label))) {
    throw new UsageError(`${text} does not name a Service`, ACCEPTED);
  }
  return { namespace, name };
}

/**
 * `web`, `svc/web`, `service/web`, `services/web`, `web.shop`, an FQDN with or without its last dot, `web:8080`, or the failing URL itself.
 * Anything else is a UsageError that says what is accepted.
 */
export function parseService(text: string): ServiceArgument {
  const typed = /^(?:svc|services?)\/(.*)$/.exec(text);
  const host = typed?.[1] ?? hostOf(text).replace(/:\d+$/, '').replace(/\.$/, '');
  return fromLabels(host.split('.'), text);
}
