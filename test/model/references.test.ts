import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { extractsOf, resolveHost } from '../../src/model/references.ts';

type Env = Readonly<Record<string, string>>;

function fromEnv(env: Env) {
  return extractsOf({ env: Object.entries(env).map(([name, value]) => ({ name, value })) });
}

/** `scheme|host|port|path|exact` for each reference, `host:port` for each listen hint. */
function short({ references, listens }: ReturnType<typeof extractsOf>): readonly string[] {
  return [
    ...references.map(({ scheme, host, port, path, exact }) =>
      [scheme ?? '-', host, port ?? '-', path ?? '-', exact ? 'exact' : 'part'].join(' '),
    ),
    ...listens.map(({ host, port }) => `listens ${host ?? ''}:${port}`),
  ];
}

const ENVS: readonly (readonly [Env, readonly string[]])[] = [
  [{ API_URL: 'http://api:3000/v1' }, ['http api 3000 /v1 exact']],
  [{ API_URL: 'http://api.shop' }, ['http api.shop -  exact']],
  [{ DATABASE_URL: 'postgres://u:p@ss@db:5432/app?x=1' }, ['postgres db 5432 - part']],
  [{ S: 'jdbc:mysql://db:3306/app?user=u&password=p' }, ['jdbc:mysql db 3306 - part']],
  [{ S: 'jdbc:oracle:thin:u/p@db:1521:sid' }, ['jdbc:oracle db 1521 - part']],
  [{ S: 'host=db port=5432 password=abc' }, ['- db 5432 - part']],
  [{ S: 'Server=tcp:db,1433;Database=x;Password=y' }, ['- db 1433 - part']],
  [{ S: 'u:secret@tcp(mysql:3306)/x' }, ['mysql mysql 3306 - part']],
  [{ KAFKA: 'k1:9092,k2:9092' }, ['- k1 9092 - part', '- k2 9092 - part']],
  [{ MONGO: 'mongodb://u:p@m1:27017,m2:27017/db' }, ['mongodb m1 27017 - part', 'mongodb m2 27017 - part']],
  [{ CART_SERVICE_ADDR: 'cart:7070' }, ['- cart 7070  exact']],
  [{ A: 'web', B_URL: 'http://$(A):80' }, ['http web 80  part']],
  [{ B_URL: 'http://$(A):80', A: 'web' }, []],
  [{ WEBHOOK_URL: 'https://hooks.example.com/services/T0/B0' }, ['https hooks.example.com - - part']],
  [{ PORT: '8081', METRICS_PORT: '9090', DB_PORT: '5432', X_SERVICE_PORT: '80' }, ['listens :8081', 'listens :9090']],
  [{ HOST: '0.0.0.0', PORT: '80' }, ['listens 0.0.0.0:80']],
  [{ LISTEN_ADDR: ':8080' }, ['listens :8080']],
  [{ ASPNETCORE_URLS: 'http://+:8080' }, ['listens :8080']],
  [{ BASIC_AUTH: 'admin:12345', IMAGE: 'redis:7', LOG_LEVEL: 'debug', TIME: '12:30', NODE_ENV: 'production' }, []],
  [{ FEATURE_SERVER: 'true', BUCKET_URL: 's3://bucket/x', SOCKET_URL: 'unix:///x.sock' }, []],
];

describe('references of env', () => {
  test.each(ENVS)('%j', (env, wanted) => {
    expect(short(fromEnv(env))).toEqual(wanted);
  });

  test('X_HOST is paired with X_PORT', () => {
    expect(fromEnv({ DB_HOST: 'db', DB_PORT: '5432' })).toEqual({
      references: [
        {
          host: 'db',
          port: 5432,
          scheme: null,
          variable: 'DB_HOST',
          path: null,
          exact: false,
          portVariable: 'DB_PORT',
        },
      ],
      listens: [],
    });
  });

  test('$$ is an escaped dollar', () => {
    expect(short(fromEnv({ A: 'a', B_URL: 'http://web/$$(A)' }))).toEqual(['http web - - part']);
  });

  test('no password comes out', () => {
    const secret = fc.stringMatching(/^hunter[a-z0-9]{1,8}$/);
    const shape = fc.constantFrom(
      'http://u:S@web',
      'redis://:S@r:6379',
      'u:S@tcp(db:3306)/x',
      'host=db password=S',
      'redis:6379,password=S',
      'http://web/?k=S',
      'jdbc:oracle:thin:u/S@db:1521:x',
    );
    fc.assert(
      fc.property(shape, secret, (form, word) => {
        expect(JSON.stringify(fromEnv({ X_URL: form.replace('S', word) }))).not.toContain(word);
      }),
    );
  });
});

describe('references of arguments', () => {
  test.each<[readonly string[], readonly string[]]>([
    [
      ['--port=8081', '--upstream=http://web.shop:80'],
      ['http web.shop 80  part', 'listens :8081'],
    ],
    [['--listen', ':8081'], ['listens :8081']],
    [['-p', '127.0.0.1:8080'], ['listens 127.0.0.1:8080']],
    [['--bind', '0.0.0.0:80'], ['listens 0.0.0.0:80']],
    [['python', '-m', 'http.server', '8080'], ['listens :8080']],
    [['uvicorn', 'app', '--host', '0.0.0.0', '--port', '8000'], ['listens 0.0.0.0:8000']],
    [['sh', '-c', 'until nc -z postgres 5432; do sleep 1; done'], ['- postgres 5432 - part']],
    [['sh', '-c', 'until pg_isready -h postgres -p 5432; do sleep 1; done'], ['- postgres 5432 - part']],
    [['sh', '-c', 'nc -l -p 8080'], []],
  ])('%j', (args, wanted) => {
    expect(short(extractsOf({ args }))).toEqual(wanted);
  });
});

describe('hosts', () => {
  test.each([
    ['a', { kind: 'service', name: 'a', namespace: 'shop' }],
    ['a.b', { kind: 'service-or-external', name: 'a', namespace: 'b' }],
    ['a.b.svc', { kind: 'service', name: 'a', namespace: 'b' }],
    ['A.B.svc.cluster.local.', { kind: 'service', name: 'a', namespace: 'b' }],
    ['x.a.b.svc.cluster.local', { kind: 'service', name: 'a', namespace: 'b' }],
    ['a.b.cluster.local', { kind: 'external' }],
    ['a_b', { kind: 'external' }],
    ['a.', { kind: 'external' }],
    ['api.example.com', { kind: 'external' }],
    ['10.0.0.1', { kind: 'ip', ip: '10.0.0.1' }],
    ['[fd00::1]', { kind: 'ip', ip: 'fd00::1' }],
    ['localhost', { kind: 'local' }],
    ['127.0.0.2', { kind: 'local' }],
    ['::1', { kind: 'local' }],
  ])('%s', (host, target) => {
    expect(resolveHost(host, 'shop')).toEqual(target);
  });

  test('a cluster domain of its own', () => {
    expect(resolveHost('a.b.svc.corp', 'shop', 'corp')).toEqual({ kind: 'service', name: 'a', namespace: 'b' });
  });
});
