/** The one door to @kubernetes/client-node: sign-in and SOCKS, which we do not do ourselves. Loaded only when a kubeconfig needs it. */
import type { Agent } from 'node:http';
import type { RequestOptions } from 'node:https';
import { ConnectionError } from './errors.ts';
import type { Target } from './kubeconfig.ts';

/** The Authorization header of an `auth-provider` user: OIDC with refresh. kubectl took out all others with 1.26. */
export async function authProviderHeader(target: Target): Promise<string | null> {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const provider = target.user['auth-provider'];
  if (provider?.name !== 'oidc')
    throw new ConnectionError(
      `The kubeconfig signs in with auth-provider ${provider?.name}, which kubectl 1.26 took out.`,
      'Let the tool of your cloud write the kubeconfig anew: it uses an exec plugin now.',
    );
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: 'cluster', server: target.cluster.server, skipTLSVerify: true },
    { name: 'user', authProvider: { name: 'oidc', config: provider.config ?? {} } },
  );
  const options: RequestOptions = { headers: {} };
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    const [words] = (error as Error).message.split('\n');
    throw new ConnectionError(
      `Signing in with auth-provider oidc of the kubeconfig failed: ${words}`,
      'Sign in again with the tool that wrote this kubeconfig; check with: kubectl get --raw /version',
    );
  }
  const headers = options.headers as Record<string, string> | undefined;
  return headers?.Authorization ?? null;
}

/** An agent that goes through a SOCKS proxy. */
export async function socksAgent(server: string, proxyUrl: string): Promise<Agent> {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: 'cluster', server, skipTLSVerify: true, proxyUrl }, { name: 'user' });
  const options: RequestOptions = { headers: {} };
  await config.applyToHTTPSOptions(options);
  return options.agent as Agent;
}
