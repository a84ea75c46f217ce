import { describe, expect, test } from 'vitest';
import { referencesInConfig } from '../../src/model/config-settings.ts';
import { misroutes, routesIn } from '../../src/model/gateway-routes.ts';

/** Key, value, `variable host:port`. */
const SAMPLES: readonly (readonly [what: string, key: string, value: string, found: readonly string[]])[] = [
  ['a host by the name of its key', 'DB_HOST', 'db', ['DB_HOST db:-']],
  ['no host by the name of its key', 'MODE', 'db', []],
  ['a JDBC URL', 'url', 'jdbc:mysql://db:3306/shop', ['url db:3306']],
  ['a DSN of Go', 'dsn', 'app:hunter2@tcp(db:3306)/shop', ['dsn db:3306']],
  [
    'a list',
    'BROKERS',
    'kafka-0.kafka:9092,kafka-1.kafka:9092',
    ['BROKERS kafka-0.kafka:9092', 'BROKERS kafka-1.kafka:9092'],
  ],
  ['properties', 'app.properties', '# db.host=old\ndb.host=db\ndb.port=5432\nmode=fast\n', ['db.host db:5432']],
  ['a placeholder with a default', 'app.properties', `api.url=http://\${API_HOST:api}:80/v1\n`, ['api.url api:80']],
  ['a placeholder without one', 'app.properties', `api.url=http://\${API_HOST}:80/v1\n`, []],
  ['JSON', 'app.json', '{"redis": {"host": "cache", "port": 6379}}', ['redis.host cache:6379']],
  [
    'YAML',
    'app.yaml',
    'redis:\n  host: cache # the old one\n  port: 6379\nurls:\n  - http://api:80\n',
    ['redis.host cache:6379', 'urls api:80'],
  ],
  ['INI', 'app.ini', '[db]\nhost = db\n; host = old\nport = 5432\n', ['host db:5432']],
  [
    'nginx',
    'default.conf',
    'upstream api {\n  server api-1:3000 weight=5;\n}\nlocation / { \n proxy_pass http://api:80;\n}\n',
    ['upstream api-1:3000', 'upstream api:80'],
  ],
  ['words of a manifest that are no hosts', 'x.yaml', 'kind: Service\nservice: web\nbackend: s3\n', []],
];

describe('addresses in a ConfigMap', () => {
  test.each(SAMPLES)('%s', (_, key, value, found) => {
    expect(
      referencesInConfig(key, value).map(({ variable, host, port }) => `${variable} ${host}:${port ?? '-'}`),
    ).toEqual(found);
  });
});

const NAMES = ['orders', 'prices', 'users', 'stock', 'mail'];

function routesText(of: Readonly<Record<string, string>>): string {
  return NAMES.map(
    (name) => `- id: ${name}\n  uri: lb://shop-${of[name] ?? name}-svc\n  predicates:\n    - Path=/api/${name}/**\n`,
  ).join('');
}

describe('routes of a gateway', () => {
  const services = NAMES.map((name) => `shop-${name}-svc`);

  test('their names, paths and hosts', () => {
    expect(routesIn(routesText({})).slice(0, 1)).toEqual([
      { id: 'orders', path: '/api/orders/**', host: 'shop-orders-svc' },
    ]);
  });

  test('one that leads to the Service of another', () => {
    expect(misroutes(routesIn(routesText({ mail: 'users' })), services)).toEqual([
      { route: { id: 'mail', path: '/api/mail/**', host: 'shop-users-svc' }, meant: 'shop-mail-svc' },
    ]);
  });

  test('two of five, or no Service of that name: nothing is said', () => {
    expect(misroutes(routesIn(routesText({ mail: 'users', stock: 'users' })), services)).toEqual([]);
    expect(misroutes(routesIn(routesText({ mail: 'users' })), services.slice(0, 4))).toEqual([]);
  });
});
