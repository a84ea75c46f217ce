/** Credential plugins (`users[].user.exec`) as client-go's plugin/pkg/client/auth/exec runs them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ConnectionError } from './errors.ts';
import type { ClusterEntry, ExecEntry } from './kubeconfig-files.ts';

export interface ExecCredential {
  token: string | null;
  certificate: string | null;
  key: string | null;
  /** Milliseconds since the epoch after which the credential is no longer good; null = none stated. */
  expires: number | null;
}

export interface ExecOptions {
  env: NodeJS.ProcessEnv;
  /** Whether a person sits at standard input. Only then may a plugin have it. */
  terminal: boolean;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

function clusterInfo(cluster: ClusterEntry): Record<string, unknown> {
  const file = cluster['certificate-authority'];
  const data = cluster['certificate-authority-data'] ?? (file ? readFileSync(file).toString('base64') : undefined);
  const config = cluster.extensions?.find(({ name }) => name === 'client.authentication.k8s.io/exec')?.extension;
  return {
    server: cluster.server,
    'tls-server-name': cluster['tls-server-name'] || undefined,
    'insecure-skip-tls-verify': cluster['insecure-skip-tls-verify'] || undefined,
    'certificate-authority-data': data || undefined,
    'proxy-url': cluster['proxy-url'] || undefined,
    'disable-compression': cluster['disable-compression'] || undefined,
    config: config ?? null,
  };
}

function isInteractive(exec: ExecEntry, terminal: boolean): boolean {
  if (exec.interactiveMode === 'Never') return false;
  if (exec.interactiveMode === 'Always' && !terminal) {
    throw new ConnectionError(
      `The credential plugin ${exec.command} needs a terminal (interactiveMode: Always), and standard input is none.`,
      'Run this in a terminal, or log in with kubectl first.',
    );
  }
  return terminal;
}

/** The child's output, or null when it did not end in time. A plugin's children may hold its pipes: they are let go. */
function finish(child: ChildProcess, timeoutMs: number, echo: boolean): Promise<Finished | null> {
  return new Promise((done, failed) => {
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (echo) process.stderr.write(text);
    });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.unref();
      done(null);
    }, timeoutMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      failed(error);
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      done({ code, stdout, stderr });
    });
  });
}

function readCredential(stdout: string, exec: ExecEntry, hint: string): ExecCredential {
  const bad = (what: string): ConnectionError =>
    new ConnectionError(`The credential plugin ${exec.command} ${what}.`, hint);
  let answer: {
    apiVersion?: string;
    kind?: string;
    status?: { token?: string; clientCertificateData?: string; clientKeyData?: string; expirationTimestamp?: string };
  } | null;
  try {
    answer = JSON.parse(stdout);
  } catch {
    throw bad('did not print an ExecCredential in JSON');
  }
  if (answer?.kind !== 'ExecCredential') throw bad('did not print an ExecCredential in JSON');
  if (answer.apiVersion !== exec.apiVersion) {
    throw bad(`printed apiVersion ${answer.apiVersion}, but the kubeconfig asks for ${exec.apiVersion}`);
  }
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = answer.status ?? {};
  if (!token && !clientCertificateData) throw bad('gave neither a token nor a client certificate');
  if (Boolean(clientCertificateData) !== Boolean(clientKeyData))
    throw bad('gave a client certificate or a key, but not both');
  return {
    token: token || null,
    certificate: clientCertificateData || null,
    key: clientKeyData || null,
    expires: expirationTimestamp ? Date.parse(expirationTimestamp) : null,
  };
}

function startPlugin(
  exec: ExecEntry,
  command: string,
  cluster: ClusterEntry,
  options: ExecOptions,
): [ChildProcess, boolean] {
  const interactive = isInteractive(exec, options.terminal);
  const spec = { interactive, ...(exec.provideClusterInfo ? { cluster: clusterInfo(cluster) } : {}) };
  const info = JSON.stringify({ kind: 'ExecCredential', apiVersion: exec.apiVersion, spec });
  const own = Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value]));
  const child = spawn(command, exec.args ?? [], {
    env: { ...options.env, ...own, KUBERNETES_EXEC_INFO: info },
    stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'pipe'],
    windowsHide: true,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  return [child, interactive];
}

/** Runs the plugin once. Missing, failing, hanging or babbling plugins become a ConnectionError with the installHint. */
export async function runExecPlugin(
  exec: ExecEntry,
  cluster: ClusterEntry,
  options: ExecOptions,
): Promise<ExecCredential> {
  const command = exec.command ?? '';
  const byHand = `Try it by hand: ${[command, ...(exec.args ?? [])].join(' ')}`;
  const install = exec.installHint?.trim() || null;
  if (exec.apiVersion === 'client.authentication.k8s.io/v1' && !exec.interactiveMode) {
    throw new ConnectionError(
      `The credential plugin ${command} has no interactiveMode, which client.authentication.k8s.io/v1 requires.`,
      'Add "interactiveMode: IfAvailable" to its exec entry in the kubeconfig.',
    );
  }
  let finished: Finished | null;
  try {
    const [child, interactive] = startPlugin(exec, command, cluster, options);
    finished = await finish(child, options.timeoutMs, interactive);
  } catch (error) {
    if (error instanceof ConnectionError || options.signal?.aborted) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const what = code === 'ENOENT' ? 'is not installed' : `cannot be started (${code})`;
    throw new ConnectionError(
      `The credential plugin ${command}, which the kubeconfig asks for, ${what}.`,
      install ?? `Put ${command} on your PATH.`,
    );
  }
  if (finished === null) {
    throw new ConnectionError(
      `The credential plugin ${command} did not end within ${options.timeoutMs / 1000} s.`,
      install ?? byHand,
    );
  }
  if (finished.code !== 0) {
    const words = finished.stderr.trim().split('\n').at(-1)?.trim();
    const said = words ? `: ${words.slice(0, 300)}` : '';
    throw new ConnectionError(
      `The credential plugin ${command} failed with exit code ${finished.code}${said}`,
      install ?? byHand,
    );
  }
  return readCredential(finished.stdout, exec, install ?? byHand);
}
