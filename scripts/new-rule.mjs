/** Starts a rule: `npm run new-rule -- SEL-008 selector-something` writes the rule, its scenarios and its line in the list. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** The groups in the order of the list, each with the stage at which its rules stand. */
const STAGES = {
  SVC: 'existence',
  MAN: 'existence',
  SEL: 'selector',
  PRT: 'ports',
  POD: 'pods',
  EPS: 'endpoints',
  DNS: 'dns',
  CLI: 'dns',
  REF: 'references',
  KPX: 'dataplane',
  HDL: 'endpoints',
  NPO: 'policy',
  EXN: 'existence',
  EXP: 'entrance',
  TRP: 'dataplane',
  DUL: 'endpoints',
  ING: 'entrance',
  GWY: 'entrance',
  MSH: 'policy',
  BPR: 'endpoints',
};
const GROUPS = Object.keys(STAGES);

function stop(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

function rulePattern(id, name, constant) {
  return `import { defineRule, pass } from '../rule.ts';

/** Which behaviour of Kubernetes this rule encodes, with its source: one sentence. */
export const ${constant} = defineRule({
  id: '${id}',
  name: '${name}',
  stage: '${STAGES[id.slice(0, 3)]}',
  severity: 'high',
  title: 'the fault, in lowercase words',
  healthy: 'the same, when fine',
  roles: ['target', 'dependency'],
  needs: ['service'],
  uses: [],
  explains: [],
  docs: {
    why: 'What it is, and why it breaks calls, in Kubernetes’ own terms.',
    confirm: ['kubectl get service NAME'],
    fix: 'What to do about it.',
    references: ['kubernetes.io: Debug Services'],
  },
  check() {
    return pass;
  },
});
`;
}

function scenarioPattern(id) {
  return `- title: what is broken here, in one line
  kind: firing
  change:
    Service/web: {spec: {selector: {app: web}}}
  expect: {roots: [${id}]}
- title: what looks alike and is fine
  kind: silent
  change:
    Service/web: {spec: {selector: {app: web}}}
  expect: {}
- title: the same fault, with a needed fact refused
  kind: denied
  change:
    Service/web: {spec: {selector: {app: web}}}
  deny: [services/shop]
  expect: {unanswered: [${id}]}
`;
}

/** The list with one import and one entry more, imports by path and entries in the order of the groups. */
function listed(index, constant, path) {
  const lines = index.split('\n');
  const line = `import { ${constant} } from './${path}';`;
  const pathOf = (text) => /from '\.\/([^']+)'/.exec(text)?.[1] ?? '';
  const after = lines.findIndex((text) => text.startsWith('import ') && pathOf(text) > path);
  const last = lines.findLastIndex((text) => text.startsWith('import '));
  lines.splice(after < 0 ? last + 1 : after, 0, line);
  return lines.join('\n').replace(/(RULES: readonly Rule\[\] = \[)([\s\S]*?)\];/, (_, head, body) => {
    const place = (name) => `${String(GROUPS.indexOf(name.slice(0, 3).toUpperCase())).padStart(2, '0')} ${name}`;
    const names = [...body.matchAll(/\w+/g)].map(([name]) => name);
    const sorted = [...names, constant].sort((a, b) => (place(a) < place(b) ? -1 : 1));
    return `${head}\n${sorted.map((name) => `  ${name},\n`).join('')}];`;
  });
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { root: { type: 'string' } } });
const root = values.root ?? dirname(dirname(fileURLToPath(import.meta.url)));
const [id = '', name = ''] = positionals;
if (!/^[A-Z]{3}-\d{3}$/.test(id) || !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/.test(name)) {
  stop('usage: npm run new-rule -- SEL-008 selector-something (an id GROUP-nnn and what is wrong, in kebab-case)');
}
const group = id.slice(0, 3);
if (!GROUPS.includes(group)) stop(`there is no group ${group}; the groups are ${GROUPS.join(', ')}`);

const constant = id.replace('-', '').toLowerCase();
const path = `${group.toLowerCase()}/${id.toLowerCase()}-${name}.ts`;
const indexFile = join(root, 'src/rules/index.ts');
const index = readFileSync(indexFile, 'utf8');
const scenarioFile = join(root, 'fixtures/rules', `${id}.yaml`);
const pageFile = join(root, 'docs/rules', `${id}.md`);
if (index.includes(`{ ${constant} }`) || existsSync(scenarioFile) || existsSync(pageFile)) {
  stop(`${id} is taken: ids are never used again`);
}

for (const [file, text] of [
  [join(root, 'src/rules', path), rulePattern(id, name, constant)],
  [scenarioFile, scenarioPattern(id)],
  [indexFile, listed(index, constant, path)],
]) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
process.stdout.write(`src/rules/${path}         say what is wrong and how to see it
fixtures/rules/${id}.yaml   one world where it fires, one where it must not, one with a fact refused
src/rules/index.ts          one line more
now: npx vitest run test/rules -t "${id}"   then: npm run docs
`);
