/** What is left out of a list before it is parsed is what parsing and deleting would leave out. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withoutManagedFields } from '../../../src/sources/live/managed-fields.ts';

interface Listed {
  items: { metadata: Record<string, unknown> }[];
}

const text = fc.oneof(fc.string(), fc.constantFrom('x}]}', '}],"', ',"managedFields":[{', '"', '\\', 'ü'));
const fields = fc.letrec<{ field: Record<string, unknown> }>((tie) => ({
  field: fc.dictionary(
    text.map((name) => `f:${name}`),
    fc.oneof({ depthSize: 'small' }, fc.constant({}), tie('field')),
    { maxKeys: 3 },
  ),
})).field;
const entry = fc.record({ manager: text, operation: fc.constant('Update'), fieldsV1: fields });
const object = fc
  .record({ name: text, labels: fc.dictionary(text, text), managed: fc.array(entry, { maxLength: 3 }), note: text })
  .map(({ name, labels, managed, note }) => ({
    // as Go writes it: the last field of metadata, and none where it is empty
    metadata: { name, labels, ...(managed.length === 0 ? {} : { managedFields: managed }) },
    spec: { note },
  }));

function read(body: Buffer): Listed {
  const less = withoutManagedFields(body);
  try {
    return JSON.parse((less ?? body).toString()) as Listed;
  } catch {
    return JSON.parse(body.toString()) as Listed;
  }
}

/** Without the managedFields that were not left out because the whole was parsed. */
function stripped({ items }: Listed): Listed {
  for (const { metadata } of items) delete metadata.managedFields;
  return { items };
}

test('any list is read as it stands, but for managedFields', () => {
  let cut = 0;
  fc.assert(
    fc.property(fc.array(object, { maxLength: 5 }), (items) => {
      const body = Buffer.from(JSON.stringify({ items }));
      if (withoutManagedFields(body) !== null) cut += 1;
      expect(stripped(read(body))).toEqual(stripped({ items: structuredClone(items) as Listed['items'] }));
    }),
    { numRuns: 500 },
  );
  expect(cut).toBeGreaterThan(100);
});

test('an end that is seen inside of a string leaves no JSON', () => {
  const managedFields = [{ manager: 'x}]}', fieldsV1: { 'f:a': {} } }];
  const body = Buffer.from(JSON.stringify({ items: [{ metadata: { name: 'web', managedFields } }] }));
  const less = withoutManagedFields(body)?.toString() ?? '';
  expect(() => JSON.parse(less)).toThrow(SyntaxError);
});

test.each(['{"items":[]}', '{"items":[{"metadata":{"name":"web"}}]}', '{"metadata":{"name":"x","managedFields":[{"a'])(
  'nothing is left out of %s',
  (body) => {
    expect(withoutManagedFields(Buffer.from(body))).toBeNull();
  },
);
