/** What a test API server may do wrong, and how it does it. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export type FaultKind =
  | { status: number; message?: string; retryAfter?: string; html?: boolean; location?: string }
  /** It answers as always, but late. */
  | { slowMs: number }
  | 'hang'
  | 'reset'
  | 'html'
  | 'bad-json'
  /** 410 for requests that carry a `continue` token. */
  | 'expired';

export interface Fault {
  /** A request whose path and query contain this text. */
  path: string;
  fault: FaultKind;
  /** How often it happens; always when absent. */
  times?: number;
  /** How many such requests are answered before it begins. */
  after?: number;
}

const REASONS: Record<number, string> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  410: 'Expired',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
};

/** Answers with a Status object, as the API does. */
export function sendStatus(response: ServerResponse, code: number, message: string): void {
  const status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason: REASONS[code],
    code,
  };
  response.writeHead(code, { 'Content-Type': 'application/json' }).end(JSON.stringify(status));
}

/** Plays the fault; false when it does not concern this request after all. */
export function playFault(fault: FaultKind, request: IncomingMessage, response: ServerResponse): boolean {
  if (fault === 'hang') return true;
  if (typeof fault === 'object' && 'slowMs' in fault) return false;
  if (fault === 'reset') {
    request.socket.destroy();
    return true;
  }
  if (fault === 'html') {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html><body>Please sign in</body></html>');
    return true;
  }
  if (fault === 'bad-json') {
    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"kind": "PodList", "items": [');
    return true;
  }
  if (fault === 'expired') {
    if (!/[?&]continue=/.test(request.url ?? '')) return false;
    sendStatus(response, 410, 'The provided continue parameter is too old');
    return true;
  }
  if (fault.retryAfter !== undefined) response.setHeader('Retry-After', fault.retryAfter);
  if (fault.location !== undefined) response.setHeader('Location', fault.location);
  if (fault.html) response.writeHead(fault.status, { 'Content-Type': 'text/html' }).end('<html>no such page</html>');
  else sendStatus(response, fault.status, fault.message ?? `fault ${fault.status}`);
  return true;
}
