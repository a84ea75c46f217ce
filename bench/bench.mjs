// Start-up, one diagnosis and its memory, each beside a peer in the same run: medians, and their ratio.
// npm run bench [-- RUNS]; kubectl is measured where one is on the PATH.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { parse } from 'yaml';
import { median, once } from './measure.mjs';

const RUNS = Number(process.argv[2] ?? 20);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const RUN = `${ROOT}bin/run.js`;

/** Runs the contenders in turn, so that a slow moment of the machine hits all of them. */
async function compare(contenders) {
  const results = new Map(contenders.map(({ name }) => [name, []]));
  for (let run = -2; run < RUNS; run++) {
    for (const { name, command, args, env } of contenders) {
      const result = await once(command, args, env);
      if (result.code !== 0) throw new Error(`${name} ended with ${result.code}`);
      if (run >= 0) results.get(name).push(result);
    }
  }
  return contenders.map(({ name }) => ({
    name,
    ms: median(results.get(name).map(({ ms }) => ms)),
    mb: Math.max(...results.get(name).map(({ mb }) => mb)),
  }));
}

function print(title, rows) {
  console.log(`\n${title} (medians of ${RUNS}, peak memory of the largest run)`);
  for (const { name, ms, mb } of rows) {
    const ratio = (ms / rows[0].ms).toFixed(2);
    console.log(
      `  ${name.padEnd(28)} ${ms.toFixed(0).padStart(6)} ms  ${ratio.padStart(6)} ×  ${mb.toFixed(0).padStart(5)} MB`,
    );
  }
}

const node = { name: 'node -e 0', command: process.execPath, args: ['-e', '0'] };
print(
  'start-up',
  await compare([node, { name: 'svc-doctor --help', command: process.execPath, args: [RUN, '--help'] }]),
);

await build({
  entryPoints: [`${ROOT}bench/serve.ts`],
  outfile: `${ROOT}dist/bench/serve/main.mjs`,
  bundle: true,
  platform: 'node',
  format: 'esm',
  logLevel: 'error',
  define: { 'import.meta.url': JSON.stringify(new URL('../test/api/server.ts', import.meta.url).href) },
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire('/');" },
});
const server = spawn(process.execPath, [`${ROOT}dist/bench/serve/main.mjs`], { stdio: ['pipe', 'pipe', 'inherit'] });
const kubeconfig = await new Promise((resolve) => {
  server.stdout.once('data', (data) => resolve(String(data).trim()));
});
const env = { KUBECONFIG: kubeconfig };
const doctor = { name: 'svc-doctor web', command: process.execPath, args: [RUN, 'web', '-n', 'shop'], env };
const hasKubectl = spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).status === 0;
const kubectl = { name: 'kubectl get pods', command: 'kubectl', args: ['get', 'pods', '-n', 'shop'], env };
if (!hasKubectl) console.log('\nno kubectl on the PATH: the diagnosis is measured alone');
const trace = spawnSync(process.execPath, [RUN, 'web', '-n', 'shop', '-v'], {
  env: { ...process.env, ...env },
  encoding: 'utf8',
});
const paths = [...trace.stderr.matchAll(/\bGET (\/\S+)/g)].map(([, path]) => path);
const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8'));
const bare = {
  name: 'its requests by Node.js alone',
  command: process.execPath,
  args: [fileURLToPath(new URL('bare.cjs', import.meta.url))],
  env: {
    BARE: JSON.stringify({
      server: clusters[0].cluster.server,
      ca: readFileSync(clusters[0].cluster['certificate-authority'], 'utf8'),
      token: users[0].user.token,
      paths,
    }),
  },
};
print('one diagnosis', await compare(hasKubectl ? [kubectl, bare, doctor] : [bare, doctor]));
console.log(`  requests of one diagnosis    ${paths.length}`);

/** At the TAB key: names out of the bundle, out of the cluster, and with a cluster that never answers. */
const TAB = `${ROOT}bin/complete.js`;
const silent = createServer();
await new Promise((ready) => silent.listen(0, '127.0.0.1', ready));
const away = [TAB, 'web', '--server', `http://127.0.0.1:${silent.address().port}`, ''];
print(
  'completion, which is to answer within 300 ms',
  await compare([
    node,
    { name: 'a command', command: process.execPath, args: [TAB, 'web', '--sym'] },
    { name: 'a rule', command: process.execPath, args: [TAB, 'explain', 'SEL'] },
    { name: 'a Service', command: process.execPath, args: [TAB, '-n', 'shop', 'we'], env },
    { name: 'a silent cluster', command: process.execPath, args: away },
  ]),
);
silent.close();
server.stdin.end();
rmSync(dirname(kubeconfig), { recursive: true, force: true });
rmSync(`${ROOT}dist/bench`, { recursive: true, force: true });

const packed = spawnSync('npm', ['pack', '--ignore-scripts', '--silent'], { cwd: ROOT, encoding: 'utf8' });
const tarball = packed.stdout.trim().split('\n').at(-1) ?? '';
console.log(`\npackage: ${(statSync(`${ROOT}${tarball}`).size / 1024).toFixed(0)} KB packed`);
rmSync(`${ROOT}${tarball}`);
