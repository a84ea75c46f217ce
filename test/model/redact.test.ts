import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redactLine } from '../../src/model/redact.ts';

test.each([
  ['postgres://app:hunter2@db:5432/x', 'postgres://***@db:5432/x'],
  ['postgres://app:hun/ter@2@db:5432/x', 'postgres://***@db:5432/x'],
  ['app:hunter2@tcp(mysql:3306)/x', '***@tcp(mysql:3306)/x'],
  ['Authorization: Bearer abcdefgh.ijkl', 'Authorization: *** ***'],
  ['password=hunter2 host=db', 'password=*** host=db'],
  ['{"token":"hunter2","a":1}', '{"token":***,"a":1}'],
  ['mysqladmin --password hunter2 ping', 'mysqladmin --password *** ping'],
  ['FATAL:  password authentication failed for user "app"', 'FATAL:  password authentication failed for user "app"'],
  ['GET http://web:8080/users/a@b.example 200', 'GET http://web:8080/users/a@b.example 200'],
])('%s', (text, redacted) => {
  expect(redactLine(text)).toBe(redacted);
});

test('twice is once', () => {
  const part = fc.constantFrom(
    'password=',
    'token: ',
    '"',
    "'",
    '://',
    '@',
    ':',
    ' ',
    'Bearer ',
    'abcdefghij',
    '***',
    '=',
    'tcp(',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(part, fc.string({ maxLength: 4 })), { maxLength: 12 }), (parts) => {
      const once = redactLine(parts.join(''));
      expect(redactLine(once)).toBe(once);
    }),
    { numRuns: 2000 },
  );
});
