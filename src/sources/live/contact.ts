/** The words for a server that cannot be asked at all. */
import type { Connection } from './connection.ts';
import { ConnectionError } from './errors.ts';
import { type Failure, isTrustFailure } from './failure.ts';

/** What the first failure means for the person at the keyboard. */
export function contactError(connection: Connection, failure: Failure): ConnectionError {
  const at = `${connection.server} (${connection.origin})`;
  const compare = 'kubectl get --raw /version';
  if (failure.why === 'unauthenticated') {
    return new ConnectionError(
      `The API server ${at} does not accept these credentials: ${failure.detail}.`,
      'Sign in again with the tool that made this kubeconfig entry, or choose another --context or --user.',
    );
  }
  if (isTrustFailure(failure)) {
    return new ConnectionError(
      `The API server ${at} is not trusted: ${failure.detail}.`,
      'Give its authority with --certificate-authority FILE; for a test cluster --insecure-skip-tls-verify.',
    );
  }
  if (failure.why === 'timed-out') {
    return new ConnectionError(
      `The API server ${at} does not answer: ${failure.detail}.`,
      `Is a VPN or proxy needed? Compare: ${compare}; wait longer with --request-timeout=60s`,
    );
  }
  if (failure.why === 'malformed') {
    return new ConnectionError(
      `${at} does not answer like a Kubernetes API server: ${failure.detail}.`,
      `A login page or proxy may stand between; compare: ${compare}`,
    );
  }
  if (failure.status !== null) {
    return new ConnectionError(
      `The API server ${at} fails with ${failure.status}: ${failure.detail}.`,
      `Try again later; compare: ${compare}`,
    );
  }
  return new ConnectionError(
    `The API server ${at} cannot be reached: ${failure.detail}.`,
    `Is the cluster running, and is this the right context? See: kubectl config get-contexts; compare: ${compare}`,
  );
}
