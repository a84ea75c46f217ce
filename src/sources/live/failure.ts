/** Turns whatever goes wrong on the way to the API server into a reason and one line of words. */
import type { Why } from '../../facts/fact.ts';

export interface Failure {
  ok: false;
  why: Why;
  /** The HTTP status; null when there was no answer. */
  status: number | null;
  /** The `reason` of a Kubernetes Status answer, such as `NotFound`. */
  reason: string | null;
  detail: string;
  /** The network's error code, such as `ECONNREFUSED`; null for an HTTP answer. */
  code: string | null;
}

const NETWORK: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  ENOTFOUND: 'unknown host',
  EAI_AGAIN: 'the name server does not answer',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'connecting timed out',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate chain is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate is signed by an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate is signed by an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate is signed by an unknown authority',
  CERT_SIGNATURE_FAILURE: 'the certificate is signed by another authority',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host',
  EPROTO: 'the server does not speak TLS as expected',
};

/** True for failures that a trust setting, not the network, must cure. */
export function isTrustFailure(failure: Failure): boolean {
  return /CERT|SIGNATURE/.test(failure.code ?? '');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 300);
}

/** A failure without any answer: refused, reset, unknown host, TLS. `where` is the host and port. */
export function networkFailure(error: NodeJS.ErrnoException, where: string): Failure {
  const code = error.code ?? null;
  const words = code === null ? oneLine(error.message) : (NETWORK[code] ?? oneLine(error.message));
  const why = code === 'ETIMEDOUT' ? 'timed-out' : 'unreachable';
  return { ok: false, why, status: null, reason: null, detail: `${words} (${where})`, code };
}

/** A deadline that passed: the request's own or the run's. */
export function deadlineFailure(ms: number, what: 'request' | 'run'): Failure {
  const detail = what === 'request' ? `no answer within ${ms / 1000} s` : `the run's ${ms / 1000} s were used up`;
  return { ok: false, why: 'timed-out', status: null, reason: null, detail, code: 'DEADLINE' };
}

/** An answer that is not what the API sends. */
export function malformedFailure(status: number, detail: string): Failure {
  return { ok: false, why: 'malformed', status, reason: null, detail, code: null };
}

function whyOf(status: number): Why {
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'denied';
  if (status === 408 || status === 504) return 'timed-out';
  if (status >= 500 || status === 429) return 'unreachable';
  return 'not-served';
}

function statusObject(body: string): { reason: string | null; message: string | null } | null {
  try {
    const { kind, reason, message } = JSON.parse(body);
    if (kind !== 'Status') return null;
    return {
      reason: typeof reason === 'string' ? reason : null,
      message: typeof message === 'string' ? message : null,
    };
  } catch {
    return null;
  }
}

/** An HTTP answer outside 2xx. The words are the Status message where there is one; never a raw page. */
export function httpFailure(status: number, statusText: string, body: string): Failure {
  const head = oneLine(`${status} ${statusText}`);
  if (status >= 300 && status < 400)
    return malformedFailure(status, `${head}: a redirect, which the Kubernetes API never sends`);
  const answer = statusObject(body);
  const isPage = answer === null && /^\s*</.test(body);
  if (isPage && (status === 404 || status === 400))
    return malformedFailure(status, `${head}: an HTML page, not the Kubernetes API`);
  const words = answer?.message ? oneLine(answer.message) : null;
  return { ok: false, why: whyOf(status), status, reason: answer?.reason ?? null, detail: words ?? head, code: null };
}
