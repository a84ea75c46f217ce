import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { human } from '../../src/report/human.ts';
import { json } from '../../src/report/json.ts';
import { name } from '../../src/report/name.ts';
import { table } from '../../src/report/table.ts';
import { wrapText } from '../../src/report/wrap.ts';
import { yaml } from '../../src/report/yaml.ts';
import { expectGolden } from './golden.ts';
import { JUDGEMENTS } from './judgements.ts';

const PLAIN = { colour: false, width: 80, ascii: false, verbose: false, headers: true };
const DRAWN = {
  '80': PLAIN,
  '60': { ...PLAIN, width: 60 },
  colour: { ...PLAIN, colour: true },
  ascii: { ...PLAIN, ascii: true },
} as const;

describe.each(Object.entries(JUDGEMENTS))('%s', (story, judgement) => {
  it.each(Object.entries(DRAWN))('for people, %s', (drawn, options) => {
    expectGolden(`${story}.human-${drawn}.txt`, human(judgement, options));
  });

  it('as a table, with and without headings', () => {
    expectGolden(`${story}.table.txt`, table(judgement, PLAIN) + table(judgement, { ...PLAIN, headers: false }));
  });

  it('as json', () => {
    expectGolden(`${story}.json`, json(judgement));
  });

  it('as yaml: the same values as json', () => {
    expect(parse(yaml(judgement))).toEqual(judgement.diagnosis);
  });
});

it('names the ill Services only', () => {
  expect(Object.values(JUDGEMENTS).map(name)).toEqual([
    'service/backend-service\n',
    'service/backend-service\nservice/api\n',
    '',
  ]);
});

it('never breaks a command', () => {
  expect(wrapText('an alias in staging: kubectl -n staging create service externalname web', 30)).toEqual([
    'an alias in staging:',
    'kubectl -n staging create service externalname web',
  ]);
});
