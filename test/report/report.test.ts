import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { DiagnosedFinding, Judgement } from '../../src/engine/diagnosis.ts';
import { human } from '../../src/report/human.ts';
import { json } from '../../src/report/json.ts';
import { name } from '../../src/report/name.ts';
import { table } from '../../src/report/table.ts';
import { wrapText } from '../../src/report/wrap.ts';
import { yaml } from '../../src/report/yaml.ts';
import { expectGolden } from './golden.ts';
import { found, JUDGEMENTS } from './judgements.ts';

const PLAIN = { colour: false, width: 80, ascii: false, verbose: false, headers: true };
const DRAWN = {
  '80': PLAIN,
  '60': { ...PLAIN, width: 60 },
  colour: { ...PLAIN, colour: true },
  ascii: { ...PLAIN, ascii: true },
  '40': { ...PLAIN, width: 40 },
  '120': { ...PLAIN, width: 120 },
  '200': { ...PLAIN, width: 200 },
  words: { ...PLAIN, words: true },
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

it('counts hints about the Services of the cluster itself where others are asked about too', () => {
  const [, several, undetermined] = Object.values(JUDGEMENTS);
  if (several === undefined || undetermined === undefined) throw new Error('no judgement');
  const hint = found({ id: 'f9', rule: 'KPX-015', name: 'stale', role: 'hint', severity: 'low', message: 'a hint' });
  const told = ({ diagnosis, ...rest }: Judgement): readonly string[] => {
    const [first, ...others] = diagnosis.services;
    if (first === undefined) throw new Error('no Service');
    const services = [{ ...first, namespace: 'kube-system', hints: [hint.id] }, ...others];
    const text = human(
      { ...rest, diagnosis: { ...diagnosis, findings: [...diagnosis.findings, hint], services } },
      PLAIN,
    );
    return text.split('\n').flatMap((line) => (line.startsWith('  hint') ? [line.replace(/ +/g, ' ')] : []));
  };
  expect(told(several)).toEqual([
    ' hint container "api" has no readinessProbe POD-022',
    ' hint 1 on a Service of the cluster itself: -n kube-system shows it',
  ]);
  expect(told(undetermined)).toEqual([' hint a hint KPX-015']);
});

it('preaches no good practice to who has an outage, nor over many Services', () => {
  const practice: DiagnosedFinding = found({
    id: 'f9',
    rule: 'BPR-010',
    name: 'single-ready-endpoint',
    role: 'hint',
    severity: 'low',
    message: 'default/backend-service is carried by one Pod',
  });
  const hinted = (judgement: Judgement): string => {
    const { diagnosis } = judgement;
    const [first, ...others] = diagnosis.services.map((service, index) => ({
      ...service,
      hints: index === 0 ? [practice.id] : [],
    }));
    const findings = [...diagnosis.findings, practice];
    return human(
      { ...judgement, diagnosis: { ...diagnosis, findings, services: first === undefined ? [] : [first, ...others] } },
      PLAIN,
    )
      .split('\n')
      .filter((line) => line.startsWith('  hint'))
      .join('\n');
  };
  const [selector, several, undetermined] = Object.values(JUDGEMENTS).map(hinted);
  expect(undetermined?.replace(/ +/g, ' ')).toBe(' hint default/backend-service is carried by one Pod BPR-010');
  const counted = ' hint 1 more on good practice: -o json has them';
  expect([selector, several].map((text) => text?.replace(/ +/g, ' '))).toEqual([counted, counted]);
});

/** Of ECMA-48: how thick, and which of the terminal's own colours; with what ends them. */
const READABLE = { bold: 1, dim: 2, plain: 22, red: 31, green: 32, yellow: 33, cyan: 36, colourless: 39 };

it('colours can be read on dark and on light: nothing behind the text, neither black nor white', () => {
  const used = Object.values(JUDGEMENTS).flatMap((judgement) =>
    [...human(judgement, DRAWN.colour).matchAll(/\u001b\[([\d;]*)m/g)].map(([, codes]) => Number(codes)),
  );
  expect([...new Set(used)].sort((a, b) => a - b)).toEqual(Object.values(READABLE));
});
