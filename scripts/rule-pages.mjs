/** What docs/rules/ and the marked parts of the README say, made from the program itself. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const OPTIONS = { failOn: 'high', allowUnknown: false, symptom: null, only: [], skip: [], severity: null };
const PAPER = { colour: false, width: 100, ascii: false, verbose: false, headers: true };

/** The report without its last line, which counts the rules: every new rule would change every page. */
function drawn(human, judgement) {
  return human(judgement, PAPER)
    .trimEnd()
    .replace(/\n✓ \d+ passed[\s\S]*$/, '');
}

/** The first firing scenario of the rule whose diagnosis holds a finding of it (of the reason, where one is asked for). */
function exampleOf({ loadScenarios, snapshotOf, judge, human, RULES, home }, rule, reason) {
  const file = join(home, 'fixtures/rules', `${rule.id}.yaml`);
  if (!existsSync(file)) return null;
  for (const scenario of loadScenarios(file).filter(({ kind }) => kind === 'firing')) {
    const judgement = judge(snapshotOf(scenario), RULES, {
      ...OPTIONS,
      symptom: scenario.symptom ?? null,
      only: scenario.only ?? [],
    });
    const shown = judgement.diagnosis.findings.some(
      (finding) => finding.rule === rule.id && (reason === null || finding.reason === reason),
    );
    if (!shown) continue;
    const [namespace, name] = (scenario.service ?? 'shop/web').split('/');
    const [fromNamespace, kind, caller] = scenario.from?.split('/') ?? [];
    const whence = fromNamespace === namespace ? `${kind}/${caller}` : `${fromNamespace}/${kind}/${caller}`;
    const from =
      scenario.from === undefined
        ? ''
        : ` --from ${whence.replace(/\b(?:Deployment|StatefulSet|DaemonSet|Pod)\//, (word) => word.toLowerCase())}`;
    const symptom = scenario.symptom === undefined ? '' : ` --symptom ${scenario.symptom}`;
    const command =
      scenario.manifests !== undefined
        ? `$ kubectl svc-doctor preflight -f ${name}.yaml -n ${namespace}`
        : `$ kubectl svc-doctor ${name}${scenario.port === undefined ? '' : `:${scenario.port}`} -n ${namespace}${from}${symptom}`;
    return [`When: ${scenario.title}.`, '', '```text', command, drawn(human, judgement), '```'];
  }
  return null;
}

function section(title, lines) {
  return lines === null || lines.length === 0 ? [] : [`## ${title}`, '', ...lines, ''];
}

function link(id) {
  return `[${id}](${id}.md)`;
}

function rulePage(modules, rule) {
  const reasons = Object.entries(rule.reasons ?? {});
  return [
    `# ${rule.id} ${rule.name}`,
    '',
    `${capital(rule.title)}. When fine: ${rule.healthy}.`,
    '',
    `Severity: up to ${rule.severity}. Reads: ${rule.needs.join(', ')}${rule.uses.length > 0 ? `; where it helps: ${rule.uses.join(', ')}` : ''}.`,
    '',
    ...section('Why', [rule.docs.why]),
    ...section('See it by hand', ['```sh', ...rule.docs.confirm, '```']),
    ...section('Fix', [rule.docs.fix]),
    ...section(
      'Causes it tells apart',
      Object.entries(rule.causes ?? {}).map(([cause, words]) => `- \`${cause}\`: ${words}`),
    ),
    ...section(
      'Special cases',
      reasons.map(([id, { name, title }]) => `- ${link(id)} ${name}: ${title}`),
    ),
    ...section('Example', exampleOf(modules, rule, null)),
    ...section('Explains', rule.explains.length === 0 ? [] : [rule.explains.map(link).join(', ')]),
    ...section(
      'Read',
      rule.docs.references.map((reference) => `- ${reference}`),
    ),
  ];
}

function reasonPage(modules, rule, id, { name, title }) {
  return [
    `# ${id} ${name}`,
    '',
    `${capital(title)}.`,
    '',
    `A special case of ${link(rule.id)} ${rule.name}: ${rule.title}. Why it matters and how it is repaired stand there.`,
    '',
    ...section('Example', exampleOf(modules, rule, id)),
  ];
}

function aliasPage(rule, alias) {
  return [`# ${alias} ${rule.name}`, '', `Another id of ${link(rule.id)} ${rule.name}: ${rule.title}.`];
}

function limitPage({ id, name, title, why, fix }) {
  return [
    `# ${id} ${name}`,
    '',
    `${capital(title)}. A limit of the doctor, not a fault.`,
    '',
    ...section('Why', [why]),
    ...section('What to do', [fix]),
  ];
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function text(lines) {
  return `${lines.join('\n').trimEnd()}\n`;
}

/** Every generated page by file name. */
function rulePages(modules) {
  return new Map([
    ...modules.RULES.flatMap((rule) => [
      [`${rule.id}.md`, text(rulePage(modules, rule))],
      ...Object.entries(rule.reasons ?? {}).map(([id, reason]) => [
        `${id}.md`,
        text(reasonPage(modules, rule, id, reason)),
      ]),
      ...(rule.aliases ?? []).map((alias) => [`${alias}.md`, text(aliasPage(rule, alias))]),
    ]),
    ...modules.LIMITS.map((limit) => [`${limit.id}.md`, text(limitPage(limit))]),
  ]);
}

const INTRODUCTION =
  'What a Service is judged by. `kubectl svc-doctor explain ID` shows a page in the terminal; `--only` and `--skip` take ids and names.';

function tableOf({ RULES, LIMITS }) {
  const row = (id, name, severity, title) => `| ${link(id)} | ${name} | ${severity} | ${title} |`;
  const rows = RULES.flatMap((rule) => [
    row(rule.id, rule.name, rule.severity, rule.title),
    ...Object.entries(rule.reasons ?? {}).map(([id, { name, title }]) => row(id, name, `as ${rule.id}`, title)),
    ...(rule.aliases ?? []).map((alias) => row(alias, rule.name, `as ${rule.id}`, rule.title)),
  ]);
  const limits = LIMITS.map(({ id, name, title }) => row(id, name, 'limit', title));
  return text([
    '# Rules',
    '',
    INTRODUCTION,
    '',
    '| id | name | severity | what is wrong |',
    '|---|---|---|---|',
    ...rows,
    ...limits,
  ]);
}

/** What the main command prints of a recorded incident. */
async function exampleRun({ judge, human, loadIncident, RULES, home }) {
  const { command, snapshot } = await loadIncident(home, 'selector-typo');
  return ['```console', `$ ${command}`, drawn(human, judge(snapshot, RULES, OPTIONS)), '```'].join('\n');
}

/** What may be read, from the table that every request is made of; add-ons last, because they are asked for only where they are installed. */
function readsOf({ RESOURCES }) {
  const lists = new Map();
  for (const [name, { group, addon }] of Object.entries(RESOURCES)) {
    const key = `${addon === true ? 1 : 0} ${group}`;
    lists.set(key, [...(lists.get(key) ?? []), name]);
  }
  const rows = [...lists]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, names]) => {
      const [addon, group] = key.split(' ');
      const what = group === '' ? 'core' : `\`${group}\``;
      return `| ${what}${addon === '1' ? ', where installed' : ''} | ${names.sort().join(', ')} |`;
    });
  return ['| API group | resources (get, list) |', '|---|---|', ...rows].join('\n');
}

/**
 * Every page by its path, and the parts of the README by their names. `modules` = the rules and limits, what judges and draws them, what reads
 * scenarios and incidents, and `home`, the folder of the project.
 */
export async function documentation(modules) {
  const pages = [...rulePages(modules)].map(([name, page]) => [`docs/rules/${name}`, page]);
  return {
    pages: new Map([...pages, ['docs/rules/README.md', tableOf(modules)]]),
    parts: new Map([
      ['example', await exampleRun(modules)],
      ['reads', readsOf(modules)],
    ]),
  };
}
