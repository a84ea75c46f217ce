import { expect, test } from 'vitest';
import { isLoopback, listenLines } from '../../src/model/listen-log.ts';

const said = (line: string) => listenLines([line]).map(({ port, host }) => [port, host]);

test.each<[string, number, string | null]>([
  ['2026-01-31T08:49:02.000000000Z Server listening at http://0.0.0.0:3000', 3000, '0.0.0.0'],
  [' * Running on http://127.0.0.1:5000', 5000, '127.0.0.1'],
  ['INFO:     Uvicorn running on http://0.0.0.0:8000 (Press CTRL+C to quit)', 8000, '0.0.0.0'],
  ['[2026-01-31 09:00:00 +0000] [1] [INFO] Listening at: http://127.0.0.1:8000 (1)', 8000, '127.0.0.1'],
  ['Starting development server at http://127.0.0.1:8000/', 8000, '127.0.0.1'],
  ['  ➜  Local:   http://localhost:5173/', 5173, 'localhost'],
  ['* Listening on tcp://0.0.0.0:9292', 9292, '0.0.0.0'],
  ['Now listening on: http://[::]:8080', 8080, '::'],
  ['Serving HTTP on 0.0.0.0 port 8000 (http://0.0.0.0:8000/) ...', 8000, '0.0.0.0'],
  ['Tomcat started on port(s): 8081 (http) with context path', 8081, null],
  ['Tomcat started on port 8081 (http) with context path', 8081, null],
  ['listening on :3000', 3000, null],
  ['Example app listening on port 3000', 3000, null],
  ['{"level":"info","msg":"listening on port 3000"}', 3000, null],
])('%s', (line, port, host) => {
  expect(said(line)).toEqual([[port, host]]);
});

test.each([
  'waiting for postgres to be listening on port 5432',
  'connecting to server running on 10.0.0.4:5432',
  'metrics listening on :9100',
  'health probe server started on port 8081',
  'Debugger listening on ws://127.0.0.1:9229/b3c7 (inspector)',
  'error: listen tcp 0.0.0.0:8080: bind: address already in use',
  'started at 2026-01-31 09:00:00',
  'running 12 migrations',
])('nothing of callers: %s', (line) => {
  expect(said(line)).toEqual([]);
});

test('loopback is what only the Pod itself can call', () => {
  expect(['localhost', '127.0.0.1', '127.1.2.3', '::1', '0.0.0.0', '::', '10.244.1.10', null].map(isLoopback)).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
