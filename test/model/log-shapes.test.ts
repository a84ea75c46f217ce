import { describe, expect, test } from 'vitest';
import { LOG_SHAPES, matchLog } from '../../src/model/log-shapes.ts';

/** shape, class, `host or address:port`, line. */
const SAMPLES: readonly (readonly [string, string, string, string])[] = [
  ['L01', 'nxdomain', 'postgres:-', 'Error: getaddrinfo ENOTFOUND postgres'],
  ['L01', 'dns-unreachable', 'redis:-', 'Error: getaddrinfo EAI_AGAIN redis'],
  ['L02', 'refused', '10.96.12.7:5432', 'Error: connect ECONNREFUSED 10.96.12.7:5432'],
  ['L02', 'timeout', '10.96.12.7:80', '    at connect ETIMEDOUT 10.96.12.7:80'],
  ['L02', 'refused', '::1:6379', 'connect ECONNREFUSED ::1:6379'],
  ['L03', 'refused', 'postgres-service:5432', 'Error: Cannot reach database at postgres-service:5432 - ECONNREFUSED'],
  ['L04', 'nxdomain', 'db.shop:-', 'dial tcp: lookup db.shop on 10.96.0.10:53: no such host'],
  ['L04', 'dns-unreachable', 'db:-', 'dial tcp: lookup db on 10.96.0.10:53: server misbehaving'],
  [
    'L04',
    'dns-unreachable',
    'db:-',
    'lookup db on 10.96.0.10:53: read udp 10.244.0.5:41234->10.96.0.10:53: i/o timeout',
  ],
  ['L05', 'refused', '10.96.3.4:8080', 'Get "http://api:8080/": dial tcp 10.96.3.4:8080: connect: connection refused'],
  ['L05', 'timeout', '10.96.3.4:8080', 'dial tcp 10.96.3.4:8080: i/o timeout'],
  ['L05', 'unreachable', '10.96.3.4:8080', 'dial tcp 10.96.3.4:8080: connect: no route to host'],
  ['L05', 'denied', '10.96.3.4:8080', 'dial tcp 10.96.3.4:8080: connect: operation not permitted'],
  ['L05', 'reset', '10.96.3.4:8080', 'dial tcp 10.96.3.4:8080: connect: connection reset by peer'],
  [
    'L05',
    'refused',
    'postgres:5432',
    'failed to connect to `host=postgres user=app`: dial error (dial tcp 10.1.2.3:5432: connect: connection refused)',
  ],
  ['L06', 'nxdomain', 'cart:7070', 'DNS resolution failed for cart:7070: C-ares status is not ARES_SUCCESS'],
  [
    'L07',
    'refused',
    '10.96.3.4:50051',
    'failed to connect to all addresses; last error: UNKNOWN: ipv4:10.96.3.4:50051: Failed to connect to remote host: Connection refused',
  ],
  ['L08', 'nxdomain', 'orders:-', 'java.net.UnknownHostException: orders: Name or service not known'],
  ['L08', 'dns-unreachable', 'orders:-', 'java.net.UnknownHostException: orders: Temporary failure in name resolution'],
  ['L08', 'nxdomain', 'orders:-', 'Caused by: java.net.UnknownHostException: orders'],
  ['L09', 'refused', 'search:9200', 'Connect to http://search:9200 [search/10.96.1.1] failed: Connection refused'],
  [
    'L10',
    'refused',
    'orders:8080',
    'io.netty.channel.AbstractChannel$AnnotatedConnectException: Connection refused: orders/10.96.1.1:8080',
  ],
  ['L11', 'nxdomain', 'orders.shop:-', "Failed to resolve 'orders.shop' [A(1)] after 2 queries"],
  [
    'L12',
    'refused',
    'postgres:5432',
    'Connection to postgres:5432 refused. Check that the hostname and port are correct',
  ],
  [
    'L13',
    'refused',
    'kafka:9092',
    'Connection to node -1 (kafka/10.96.9.9:9092) could not be established. Broker may not be available.',
  ],
  [
    'L14',
    'nxdomain',
    'kafka:9092',
    "WARN Couldn't resolve server kafka:9092 from bootstrap.servers as DNS resolution failed",
  ],
  ['L15', 'refused', 'redis:6379', 'RedisConnectionException: Unable to connect to redis:6379'],
  [
    'L16',
    'refused',
    'api:80',
    "HTTPConnectionPool(host='api', port=80): Max retries exceeded with url: / (Caused by NewConnectionError('[Errno 111] Connection refused'))",
  ],
  [
    'L16',
    'dns-unreachable',
    'api:80',
    "HTTPConnectionPool(host='api', port=80): Max retries exceeded (Failed to establish: [Errno -3] Temporary failure in name resolution)",
  ],
  ['L17', 'refused', 'api:80', "Cannot connect to host api:80 ssl:default [Connect call failed ('10.96.1.1', 80)]"],
  ['L18', 'refused', '10.96.1.1:5432', "ConnectionRefusedError: [Errno 111] Connect call failed ('10.96.1.1', 5432)"],
  [
    'L19',
    'refused',
    'postgres:5432',
    'connection to server at "postgres" (10.96.1.1), port 5432 failed: Connection refused',
  ],
  [
    'L19',
    'auth',
    'postgres:5432',
    'connection to server at "postgres" (10.96.1.1), port 5432 failed: FATAL:  password authentication failed for user "app"',
  ],
  ['L20', 'nxdomain', 'postgres:-', 'could not translate host name "postgres" to address: Name or service not known'],
  ['L20', 'dns-unreachable', 'postgres:-', 'could not translate host name "postgres" to address: Try again'],
  ['L22', 'nxdomain', 'mysql:-', "ERROR 2005 (HY000): Unknown MySQL server host 'mysql' (-2)"],
  ['L22', 'refused', 'mysql:3306', "Can't connect to MySQL server on 'mysql:3306' (111)"],
  ['L22', 'timeout', 'mysql:3306', "Can't connect to MySQL server on 'mysql:3306' (110)"],
  [
    'L23',
    'refused',
    'redis:6379',
    'redis.exceptions.ConnectionError: Error 111 connecting to redis:6379. Connection refused.',
  ],
  ['L23', 'dns-unreachable', 'redis:6379', 'Error -3 connecting to redis:6379. Temporary failure in name resolution.'],
  [
    'L24',
    'refused',
    'mongo:27017',
    'pymongo.errors.ServerSelectionTimeoutError: mongo:27017: [Errno 111] Connection refused',
  ],
  ['L25', 'nxdomain', '-:-', 'socket.gaierror: [Errno -2] Name or service not known'],
  ['L25', 'refused', '-:-', 'ConnectionRefusedError: [Errno 111] Connection refused'],
  [
    'L51',
    'refused',
    'cache:6379',
    'StackExchange.Redis.RedisConnectionException: UnableToConnect on cache:6379/Interactive, Initializing/NotStarted, last: NONE',
  ],
  ['L26', 'nxdomain', 'api.shop:-', 'curl: (6) Could not resolve host: api.shop'],
  ['L27', 'refused', 'api:80', 'curl: (7) Failed to connect to api port 80 after 2 ms: Connection refused'],
  ['L27', 'timeout', 'api:80', 'curl: (28) Failed to connect to api port 80 after 130000 ms: Connection timed out'],
  ['L28', 'nxdomain', 'api:-', "wget: bad address 'api'"],
  ['L29', 'refused', '10.96.1.1:-', "wget: can't connect to remote host (10.96.1.1): Connection refused"],
  ['L30', 'nxdomain', 'api.shop.svc.cluster.local:-', "** server can't find api.shop.svc.cluster.local: NXDOMAIN"],
  ['L30', 'dns-unreachable', 'api:-', "** server can't find api: SERVFAIL"],
  ['L31', 'dns-unreachable', '-:-', ';; connection timed out; no servers could be reached'],
  ['L32', 'refused', 'postgres:5432', 'nc: connect to postgres (10.96.1.1) port 5432 (tcp) failed: Connection refused'],
  ['L33', 'waiting', 'postgres:5432', 'wait-for-it.sh: waiting 15 seconds for postgres:5432'],
  ['L33', 'waiting', 'postgres:5432', 'Waiting for tcp://postgres:5432 ...'],
  ['L34', 'refused', 'postgres:5432', 'postgres:5432 - no response'],
  ['L34', 'waiting', 'postgres:5432', 'postgres:5432 - rejecting connections'],
  ['L35', 'refused', 'api:80', 'System.Net.Http.HttpRequestException: Connection refused (api:80)'],
  ['L35', 'dns-unreachable', 'api:80', 'HttpRequestException: Resource temporarily unavailable (api:80)'],
  ['L36', 'refused', '10.96.1.1:5432', 'Npgsql.NpgsqlException (0x80004005): Failed to connect to 10.96.1.1:5432'],
  [
    'L37',
    'refused',
    'api:80',
    'Errno::ECONNREFUSED: Failed to open TCP connection to api:80 (Connection refused - connect(2) for "api" port 80)',
  ],
  ['L37', 'timeout', 'api:80', 'Failed to open TCP connection to api:80 (execution expired)'],
  [
    'L38',
    'nxdomain',
    'mysql:-',
    'PHP Warning: php_network_getaddresses: getaddrinfo for mysql failed: Name or service not known',
  ],
  ['L39', 'refused', '-:-', 'SQLSTATE[HY000] [2002] Connection refused'],
  ['L40', 'refused', '-:-', 'error trying to connect: tcp connect error: Connection refused (os error 111)'],
  [
    'L41',
    'nxdomain',
    'backend:3000',
    'nginx: [emerg] host not found in upstream "backend:3000" in /etc/nginx/conf.d/default.conf:5',
  ],
  [
    'L42',
    'refused',
    '10.96.1.1:3000',
    'connect() failed (111: Connection refused) while connecting to upstream, client: 10.244.0.1, upstream: "http://10.96.1.1:3000/"',
  ],
  [
    'L42',
    'timeout',
    '10.96.1.1:3000',
    'upstream timed out (110: Operation timed out) while connecting to upstream, client: 10.244.0.1, upstream: "http://10.96.1.1:3000/"',
  ],
  ['L43', 'nxdomain', 'backend.shop:-', 'backend.shop could not be resolved (3: Host not found)'],
  ['L43', 'dns-unreachable', 'backend.shop:-', 'backend.shop could not be resolved (110: Operation timed out)'],
  [
    'L44',
    'refused',
    '-:-',
    'upstream connect error or disconnect/reset before headers. reset reason: connection failure',
  ],
  [
    'L44',
    'reset',
    '-:-',
    'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
  ],
  ['L44', 'refused', '-:-', 'no healthy upstream'],
  ['L45', 'nxdomain', 'web:-', "[ALERT] parsing [haproxy.cfg:12] : 'server web1' : could not resolve address 'web'."],
  ['L45', 'timeout', '-:-', 'Server be/web1 is DOWN, reason: Layer4 timeout, check duration: 2001ms.'],
  ['L46', 'refused', 'web.shop.svc:-', 'Service "shop/web" does not have any active Endpoint.'],
  [
    'L46',
    'nxdomain',
    'web.shop.svc:-',
    'Error getting Service "shop/web": no object matching key "shop/web" in local store',
  ],
  ['L47', 'service-link', '10.96.1.1:8080', 'strconv.Atoi: parsing "tcp://10.96.1.1:8080": invalid syntax'],
  ['L48', 'tls', '-:-', 'tls: first record does not look like a TLS handshake'],
  ['L49', 'bind', '-:8080', 'Error: listen EADDRINUSE: address already in use :::8080'],
  ['L49', 'bind', '-:19001', 'Web server failed to start. Port 19001 was already in use.'],
  ['L49', 'bind', '-:80', 'nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)'],
  [
    'L50',
    'refused',
    '10.244.0.7:8080',
    'Readiness probe failed: Get "http://10.244.0.7:8080/ready": dial tcp 10.244.0.7:8080: connect: connection refused',
  ],
  ['L50', 'http', '-:-', 'Readiness probe failed: HTTP probe failed with statuscode: 503'],
  ['auth', 'auth', '-:-', 'NOAUTH Authentication required.'],
];

const DECOYS = [
  'connected to postgres:5432 in 12ms, no timeouts',
  '12:30:45 INFO job refused to start twice',
  'Server listening on http://0.0.0.0:8080',
  'listening on tcp://0.0.0.0:2375',
  'GET /lookup?host=db 200 12ms',
  'cache lookup took 3ms, 0 refused',
  'retry policy: ETIMEDOUT, ECONNREFUSED are retried',
  'postgres:5432 accepting connections',
  'redis:6379 pool: connections=4 refused=0',
  'user admin: permission denied for report 7',
  'metrics: connection_refused_total{host="db"} 0',
  'Started in 1.2 s on port 8080',
];

function place(host: string | null, ip: string | null, port: number | null): string {
  return `${host ?? ip ?? '-'}:${port ?? '-'}`;
}

describe('log shapes', () => {
  test.each(SAMPLES)('%s %s %s', (shape, of, where, line) => {
    const found = matchLog([line]).map((match) => [match.shape, match.class, place(match.host, match.ip, match.port)]);
    expect(found).toEqual([[shape, of, where]]);
  });

  test('the two lines of an old libpq are read together', () => {
    const lines = [
      'could not connect to server: Connection refused',
      '\tIs the server running on host "postgres" (10.96.1.1) and accepting',
      '\tTCP/IP connections on port 5432?',
    ];
    expect(matchLog(lines)).toEqual([
      {
        shape: 'L21',
        class: 'refused',
        host: 'postgres',
        ip: '10.96.1.1',
        port: 5432,
        dns: null,
        line: lines[0],
        time: null,
        count: 1,
      },
    ]);
  });

  test('every shape has a sample', () => {
    const sampled = new Set([...SAMPLES.map(([shape]) => shape), 'L21']);
    expect(LOG_SHAPES.map(({ id }) => id).filter((id) => !sampled.has(id))).toEqual([]);
    expect(new Set(LOG_SHAPES.map(({ id }) => id)).size).toBe(51);
  });

  test.each(DECOYS)('silent on: %s', (line) => {
    expect(matchLog([line])).toEqual([]);
  });

  test('time, colours, JSON, grouping, newest first, redaction', () => {
    const lines = [
      '2026-01-31T09:00:00.123456789Z \u001b[31mError: connect ECONNREFUSED 10.0.0.1:80\u001b[0m',
      '2026-01-31T09:00:01Z {"level":"error","msg":"redis://:hunter2@redis:6379/0 getaddrinfo ENOTFOUND redis"}',
      '2026-01-31T09:00:02Z Error: connect ECONNREFUSED 10.0.0.1:80',
    ];
    expect(matchLog(lines)).toEqual([
      {
        shape: 'L02',
        class: 'refused',
        host: null,
        ip: '10.0.0.1',
        port: 80,
        dns: null,
        line: 'Error: connect ECONNREFUSED 10.0.0.1:80',
        time: '2026-01-31T09:00:02Z',
        count: 2,
      },
      {
        shape: 'L01',
        class: 'nxdomain',
        host: 'redis',
        ip: null,
        port: null,
        dns: null,
        line: 'redis://***@redis:6379/0 getaddrinfo ENOTFOUND redis',
        time: '2026-01-31T09:00:01Z',
        count: 1,
      },
    ]);
  });

  test('names the DNS server that was asked', () => {
    expect(matchLog(['dial tcp: lookup db on 10.96.0.10:53: no such host']).map(({ dns }) => dns)).toEqual([
      '10.96.0.10',
    ]);
  });

  test.each([
    'a',
    'a.',
    'a:1',
    '://',
    '1.',
    '::',
    'lookup a: ',
    'dial tcp ',
    'host=',
    "bad address '",
    '{"msg":"',
    'connect() failed (1: ',
    '\u001b[',
  ])('in a long line of %j nothing is found, and it ends', (part) => {
    // expressions that try every way to read it would not: the test would run into its time
    expect(matchLog([part.repeat(Math.ceil(60_000 / part.length))])).toEqual([]);
  });
});
