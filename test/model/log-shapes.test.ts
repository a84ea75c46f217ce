import { describe, expect, test } from 'vitest';
import { LOG_SHAPES, matchLog } from '../../src/model/log-shapes.ts';
import { SAMPLES } from './log-samples.ts';

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
