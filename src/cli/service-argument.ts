/** A SERVICE argument in any form that people have at hand. */
import { UsageError } from './failure.ts';

export interface ServiceArgument {
  /** Null = the namespace of the run. */
  namespace: string | null;
  name: string;
  /** The port that is called: written out, or implied by http and https; null = not named. */
  port: number | null;
}

const ACCEPTED = 'a SERVICE is web, svc/web, web.shop, web.shop.svc.cluster.local or http://web.shop:8080/path';
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

const IMPLIED: Readonly<Record<string, number>> = { 'http:': 80, 'ws:': 80, 'https:': 443, 'wss:': 443 };

interface Called {
  host: string;
  port: number | null;
}

function calledBy(text: string): Called {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    const [, host = text, port] = /^(.*?)(?::(\d+))?$/.exec(text) ?? [];
    return { host, port: port === undefined ? null : portOf(port, text) };
  }
  try {
    const { hostname, port, protocol } = new URL(text);
    return { host: hostname.toLowerCase(), port: port === '' ? (IMPLIED[protocol] ?? null) : portOf(port, text) };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${text} is not a URL`, ACCEPTED);
  }
}

function portOf(digits: string, text: string): number {
  const port = Number(digits);
  if (port >= 1 && port <= 65_535) return port;
  throw new UsageError(`${text} names no port: ports go from 1 to 65535`, ACCEPTED);
}

/** Kubernetes' DNS: `name.namespace`, with or without `svc` and the cluster's domain behind it. */
function fromLabels(labels: readonly string[], text: string): Pick<ServiceArgument, 'namespace' | 'name'> {
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
  const { host, port } = typed?.[1] === undefined ? calledBy(text) : { host: typed[1], port: null };
  return { ...fromLabels(host.replace(/\.$/, '').split('.'), text), port };
}
