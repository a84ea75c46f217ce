/** The formats for machines and tickets: whole outputs, and what their readers demand of them. */
import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import type { Judgement } from '../../src/engine/diagnosis.ts';
import { github } from '../../src/report/github.ts';
import { html } from '../../src/report/html.ts';
import { junit } from '../../src/report/junit.ts';
import { markdown } from '../../src/report/markdown.ts';
import { sarif } from '../../src/report/sarif.ts';
import { sarifErrors } from '../support/sarif-schema.ts';
import { FILED, HOSTILE } from './filed.ts';
import { expectGolden } from './golden.ts';
import { JUDGEMENTS } from './judgements.ts';

const OPTIONS = { colour: false, width: 80, ascii: false, verbose: false, headers: true, version: '1.2.3' };
const EXTENSIONS = { markdown: 'md', github: 'github.txt', sarif: 'sarif', junit: 'junit.xml', html: 'html' } as const;
const FORMATS = { markdown, github, sarif, junit, html };

describe.each(Object.entries({ ...JUDGEMENTS, filed: FILED }))('%s', (story, judgement) => {
  it.each(Object.entries(FORMATS))('%s', (format, report) => {
    expectGolden(`${story}.${EXTENSIONS[format as keyof typeof EXTENSIONS]}`, report(judgement, OPTIONS));
  });

  it('is SARIF, and XML, and HTML that is XML too', () => {
    expect(sarifErrors(sarif(judgement, OPTIONS))).toEqual([]);
    expect(XMLValidator.validate(junit(judgement))).toBe(true);
    expect(XMLValidator.validate(html(judgement).replace('<!DOCTYPE html>', ''))).toBe(true);
  });
});

it('an open question that is allowed skips its case in JUnit, else it is an error', () => {
  const { diagnosis } = JUDGEMENTS.undetermined as Judgement;
  const tags = ([0, 3] as const).map((exitCode) => {
    const text = junit({ verdicts: [], diagnosis: { ...diagnosis, exitCode } });
    return [...text.matchAll(/<(skipped|error|failure) /g)].map(([, tag]) => tag);
  });
  expect(tags).toEqual([['skipped'], ['error']]);
});

/** The same judgement with other words in it. */
function saying(text: string): Judgement {
  const findings = FILED.diagnosis.findings.map((finding) => ({ ...finding, message: text }));
  const services = FILED.diagnosis.services.map((service) => ({ ...service, headline: text }));
  return { verdicts: [], diagnosis: { ...FILED.diagnosis, findings, services } };
}

const WORDS = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom('<', '>', '&', '"', "'", '%', ':', ',', '\n', '\r', '\t', '\u0000', '\ud800', ']]>', '`', 'a '),
    )
    .map((parts) => parts.join('')),
  fc.constant(HOSTILE),
);

describe('whatever the words are', () => {
  it('an annotation is one line, and the runner reads them back', () => {
    fc.assert(
      fc.property(WORDS, (text) => {
        const lines = github(saying(text)).trimEnd().split('\n');
        expect(lines.map((line) => /^::(?:error|warning|notice) /.test(line))).toEqual([
          true,
          true,
          true,
          true,
          false,
          false,
        ]);
        const [, data = ''] = /^::error [^:]*::(.*)$/s.exec(lines[1] ?? '') ?? [];
        const read = data.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
        expect(read.startsWith(`${text}\nselector: app=wbe`)).toBe(true);
      }),
    );
  });

  it('JUnit stays well-formed and keeps what XML can hold', () => {
    const parser = new XMLParser({
      ignoreAttributes: false,
      parseTagValue: false,
      trimValues: false,
      processEntities: true,
      htmlEntities: true,
    });
    fc.assert(
      fc.property(WORDS, (text) => {
        const document = junit(saying(text));
        expect(XMLValidator.validate(document)).toBe(true);
        expect(document).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
        const [, suite] = parser.parse(document).testsuites.testsuite;
        expect(suite['@_name']).toBe('default');
      }),
    );
  });

  it('HTML holds no tag that it did not write', () => {
    const tags = (text: string): number => html(saying(text)).match(/<[a-z/!]/g)?.length ?? 0;
    fc.assert(
      fc.property(WORDS, (text) => {
        expect(tags(text)).toBe(tags('x'));
      }),
    );
  });

  it('SARIF stays SARIF', () => {
    fc.assert(
      fc.property(
        WORDS.filter((text) => text !== ''),
        (text) => {
          expect(sarifErrors(sarif(saying(text), OPTIONS))).toEqual([]);
        },
      ),
      { numRuns: 20 },
    );
  });
});
