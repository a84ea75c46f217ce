import { expect, test } from 'vitest';
import { dependenciesIn } from '../../src/model/log-dependencies.ts';

test('hosts that name a Service, newest first; outside names, addresses, this machine and logins aside', () => {
  const lines = [
    'Error: getaddrinfo ENOTFOUND postgres',
    'dial tcp: lookup api.example.com on 10.96.0.10:53: no such host',
    'Error: connect ECONNREFUSED 10.0.0.1:80',
    'curl: (7) Failed to connect to localhost port 80: Connection refused',
    'connection to server at "postgres", port 5432 failed: FATAL:  password authentication failed for user "app"',
    'wait-for-it.sh: waiting 15 seconds for redis.data:6379',
  ];
  const found = dependenciesIn(lines, 'shop').map(({ match, service, certain }) => [match.shape, service, certain]);
  expect(found).toEqual([
    ['L33', { name: 'redis', namespace: 'data' }, false],
    ['L01', { name: 'postgres', namespace: 'shop' }, true],
  ]);
});
