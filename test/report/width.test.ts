/** Reports on every width: names as long as Kubernetes allows, and a thousand findings. */
import { expect, test } from 'vitest';
import { judge } from '../../src/engine/engine.ts';
import type { KubeObject } from '../../src/facts/wire.ts';
import { human } from '../../src/report/human.ts';
import { rulePage } from '../../src/report/rule-page.ts';
import { table } from '../../src/report/table.ts';
import { RULES } from '../../src/rules/index.ts';
import { type Scenario, snapshotOf } from '../support/scenario.ts';
import { expectGolden } from './golden.ts';

const PLAIN = { colour: false, width: 80, ascii: false, verbose: false, headers: true };
const OPTIONS = {
  failOn: 'high',
  allowUnknown: false,
  symptom: null,
  only: ['SEL-001'],
  skip: [],
  severity: null,
} as const;
const WIDTHS = [40, 60, 80, 100, 120, 160, 200];

const LONG = 'a-name-that-is-as-long-as-kubernetes-allows-it-to-be-for-labels';

function service(name: string, app: string, index = 0): KubeObject {
  const clusterIP = `10.96.${10 + Math.floor(index / 250)}.${1 + (index % 250)}`;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'shop' },
    spec: {
      clusterIP,
      clusterIPs: [clusterIP],
      type: 'ClusterIP',
      selector: { app },
      ports: [{ port: 80 }],
    },
  } as KubeObject;
}

function judged(scenario: Partial<Scenario>, all = false): ReturnType<typeof judge> {
  const snapshot = snapshotOf({ title: 'x', kind: 'firing', expect: {}, ...scenario });
  return judge(all ? { ...snapshot, ask: { ...snapshot.ask, services: [] } } : snapshot, RULES, OPTIONS);
}

/** Lines wider than the page, but for those that are one word or one command, which nobody may break. */
function tooWide(text: string, width: number): string[] {
  return text.split('\n').filter((line) => {
    const words = line.trim().replace(/^(?:fix|check|next|open|so|[├└]─)\s+/, '');
    const isWhole = /^(?:\d+\. )?kubectl /.test(words) || !/\S\s+\S/.test(words);
    return line.length > width && !isWhole;
  });
}

test('names as long as Kubernetes allows', () => {
  const long = judged({ service: `shop/${LONG}`, add: [service(LONG, LONG)] });
  expectGolden('long-names.human-40.txt', human(long, { ...PLAIN, width: 40 }));
  expectGolden('long-names.human-80.txt', human(long, PLAIN));
  expectGolden('long-names.table.txt', table(long, PLAIN));
});

const NAMES = Array.from({ length: 1_000 }, (_, index) => `service-${String(index).padStart(4, '0')}`);

test('a thousand broken Services on every width: each is said, and no line is too wide', () => {
  const many = judged({ add: NAMES.map((name, index) => service(name, `nothing-${name}`, index)) }, true);
  expect(many.diagnosis.summary.ill).toBe(1_000);
  for (const width of WIDTHS) {
    const text = human(many, { ...PLAIN, width });
    const flowed = text.replace(/\s+/g, ' ');
    const said = new Set([...flowed.matchAll(/shop\/(service-\d{4}) /g)].map(([, name]) => name));
    expect([...said].sort()).toEqual(NAMES);
    expect(tooWide(text, width)).toEqual([]);
  }
});

test('what a rule names to read is a link where the terminal shows them, and plain text elsewhere', () => {
  const rule = RULES.find(({ id }) => id === 'SEL-001');
  if (rule === undefined) throw new Error('there is no SEL-001');
  const plain = rulePage(rule, null, PLAIN);
  const linked = rulePage(rule, null, { ...PLAIN, links: true });
  expect(plain).not.toContain('\u001b');
  expect(linked.replace(/\u001b\]8;;[^\u001b]*\u001b\\/g, '')).toBe(plain);
  expect(
    [...linked.matchAll(/\u001b\]8;;([^\u001b]+)\u001b\\([^\u001b]+)/g)].map(([, url, text]) => `${text} ${url}`),
  ).toEqual(['kubernetes.io: Debug Services https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/']);
});
