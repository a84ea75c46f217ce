/** Patches written into files of any manner, and into files that are damaged. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../../src/facts/wire.ts';
import { applyPatch } from '../../../src/model/apply-patch.ts';
import { editObject, ordinalAt } from '../../../src/sources/manifests/edit-object.ts';
import { ANCHORED, operation, patch, SERVICE } from './patched-files.ts';

describe('whatever the file is like', () => {
  const word = fc.constantFrom('web', 'yes', '8080', 'null', 'a b', "it's", '"x"', '#x', 'a: b', '1e3', '*x', 'ü');
  const indents = fc.constantFrom('  ', '    ');
  const manner = fc.record({
    indent: indents,
    flow: fc.boolean(),
    quoted: fc.constantFrom('', "'", '"'),
    eol: fc.constantFrom('\n', '\r\n'),
    comment: fc.boolean(),
    others: fc.nat(2),
  });
  const quote = (mark: string, text: string): string => (mark === '' ? text : `${mark}${text}${mark}`);

  it('the values are those of the patch, no other line changes, and a second time nothing does', () => {
    fc.assert(
      fc.property(
        manner,
        fc.dictionary(fc.constantFrom('app', 'tier', 'role'), word, { minKeys: 1 }),
        ({ indent, flow, quoted, eol, comment, others }, selector) => {
          const note = comment ? ' # note' : '';
          const own = flow
            ? [`${indent}selector: {app: ${quote(quoted, 'old')}, role: x}${note}`]
            : [
                `${indent}selector:${note}`,
                `${indent}${indent}app: ${quote(quoted, 'old')}${note}`,
                `${indent}${indent}role: x`,
              ];
          const other = [
            '# before',
            'kind: ConfigMap',
            'metadata: {name: web}',
            'data:',
            `${indent}a: |`,
            `${indent}${indent}kept   `,
            '---',
          ];
          const lines = [
            ...Array.from({ length: others }, () => other).flat(),
            'kind: Service',
            'metadata:',
            `${indent}name: web`,
            'spec:',
            ...own,
            `${indent}# after`,
            `${indent}ports: []`,
            '',
          ];
          const text = lines.join(eol);
          const one = patch({ body: { spec: { selector } } });
          const edited = editObject(text, one, 0);
          if ('refusal' in edited) throw new Error(edited.refusal);
          const [before] = parseAllDocuments(text, { version: '1.1' })
            .map((document) => document.toJS() as KubeObject)
            .slice(-1);
          const [after] = parseAllDocuments(edited.text, { version: '1.1' })
            .map((document) => document.toJS() as KubeObject)
            .slice(-1);
          expect(after).toEqual(applyPatch(before as KubeObject, one));
          const kept = edited.text.split(eol).filter((line) => lines.includes(line));
          expect(lines.filter((line) => !own.includes(line))).toEqual(kept.filter((line) => !own.includes(line)));
          expect(edited.text.replaceAll(eol, '')).not.toMatch(/[\r\n]/);
          expect(editObject(edited.text, one, 0)).toEqual(edited);
        },
      ),
    );
  });
});

it('a damaged file is edited as the patch says, or refused with a reason; never an error', () => {
  const junk = fc.constantFrom(
    '',
    ' ',
    '\n',
    '\t',
    '- ',
    '  ',
    '{',
    '}',
    '[',
    ':',
    '#',
    '"',
    "'",
    '&a ',
    '*a',
    '<<: *a',
    '|',
    '>-',
    '---\n',
    '...\n',
    '? ',
    '!!set ',
    '\u0000',
    '\r',
  );
  const damage = fc.record({ at: fc.nat(), cut: fc.nat(4), junk });
  const patches = fc.constantFrom(
    patch({ body: { spec: { selector: { app: 'web', tier: null } } } }),
    patch({ body: { spec: { selector: null, type: 'ClusterIP' }, metadata: { labels: { a: 'b' } } } }),
    operation('/spec/ports/0/targetPort', 8080),
    patch({ type: 'json', body: [{ op: 'add', path: '/spec/ports/-', value: { name: 'x', port: 1 } }] }),
    patch({ type: 'json', body: [{ op: 'remove', path: '/spec/ports/0/port' }] }),
    patch({
      kind: 'deployment',
      type: 'strategic',
      body: { spec: { template: { spec: { containers: [{ name: 'web', image: 'x' }] } } } },
    }),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(SERVICE, ANCHORED),
      fc.array(damage, { maxLength: 3 }),
      patches,
      (whole, damages, one) => {
        const text = damages.reduce((now, { at, cut, junk: bit }) => {
          const place = at % (now.length + 1);
          return now.slice(0, place) + bit + now.slice(place + cut);
        }, whole);
        const edited = editObject(text, one, 0);
        if ('refusal' in edited) expect(edited.refusal).not.toBe('');
        else expect(editObject(edited.text, one, 0)).toEqual(one.type === 'json' ? expect.anything() : edited);
        ordinalAt(text, one, 3);
      },
    ),
    { numRuns: 400 },
  );
});
