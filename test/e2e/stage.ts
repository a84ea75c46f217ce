/** Where a scenario plays: namespaces of its own, a kubeconfig whose current namespace is the first, a client Pod. */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KubernetesObject, placed, type Scenario, type Symptom } from './scenario.ts';
import { described, eventually, mustRun, type Ran, run } from './shell.ts';

/** Fetches a URL with what the image has, and says so when the answer is an error. */
const CALL =
  'call() { if command -v curl >/dev/null; then curl -sS --fail --max-time 4 "$1"; else wget -qO- -T 4 "$1"; fi; }; ';

export interface Stage {
  scenario: Scenario;
  /** Real names by the names of the file. */
  namespaces: ReadonlyMap<string, string>;
  env: Readonly<Record<string, string>>;
  shell(command: string): Promise<Ran>;
  /** Repeats each command until it succeeds. */
  wait(commands: readonly string[]): Promise<void>;
  apply(objects: readonly KubernetesObject[]): Promise<void>;
  call(symptom: Symptom): Promise<Ran>;
  strike(): Promise<void>;
}

function client(namespace: string, image: string): KubernetesObject {
  const container = { name: 'client', image, command: ['sh', '-c', 'exec sleep 3600'] };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'client', namespace, labels: { app: 'client' } },
    spec: { terminationGracePeriodSeconds: 0, containers: [container] },
  };
}

/** `from` of a symptom as arguments of `kubectl exec`. */
function target(from: string, namespaces: ReadonlyMap<string, string>): string {
  const parts = from.split('/');
  if (parts.length < 3) return from;
  const [namespace = '', ...rest] = parts;
  return `-n ${namespaces.get(namespace) ?? namespace} ${rest.join('/')}`;
}

async function kubeconfig(folder: string, namespace: string): Promise<string> {
  const path = join(folder, 'kubeconfig');
  writeFileSync(path, await mustRun('kubectl config view --raw --flatten --minify'));
  chmodSync(path, 0o600);
  await mustRun(`kubectl config set-context --current --namespace=${namespace}`, { env: { KUBECONFIG: path } });
  return path;
}

function randomPrefix(): string {
  return `e2e-${randomBytes(3).toString('hex')}-`;
}

/** Makes the namespaces and the client, ready to be called from. */
export async function raise(scenario: Scenario, image: string, prefix = randomPrefix()): Promise<Stage> {
  const namespaces = new Map(scenario.namespaces.map((name) => [name, `${prefix}${name}`]));
  const [first = ''] = namespaces.values();
  const folder = mkdtempSync(join(tmpdir(), 'svc-doctor-e2e-'));
  const env = { KUBECONFIG: await kubeconfig(folder, first) };
  const stage: Stage = {
    scenario: placed(scenario, namespaces, image),
    namespaces,
    env,
    shell: (command) => run(command, { env }),
    async wait(commands) {
      for (const command of commands) {
        await eventually(120, async () => {
          const ran = await run(command, { env });
          return ran.code === 0 ? null : described(ran);
        });
      }
    },
    async apply(objects) {
      const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
      await mustRun('kubectl apply -f -', { env, stdin: list });
    },
    call(symptom) {
      const from = target(symptom.from ?? 'pod/client', namespaces);
      return run(`kubectl exec -i ${from} -- sh -s`, { env, stdin: `${CALL}${symptom.command}\n` });
    },
    async strike() {
      await run(`kubectl delete namespace --ignore-not-found --wait=false ${[...namespaces.values()].join(' ')}`);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  for (const name of namespaces.values()) await mustRun(`kubectl create namespace ${name}`);
  await stage.wait([`kubectl -n ${first} get serviceaccount default`]);
  await stage.apply([client(first, image)]);
  return stage;
}
