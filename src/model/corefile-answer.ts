/**
 * What CoreDNS would do with a question for the IPv4 address of a name. The order of plugins is compiled in (plugin.cfg: rewrite,
 * acl, template, hosts, kubernetes, file, forward): the order of lines does not matter.
 */
import { blockFor, fallthroughOf, fullName, isIn, type KubernetesPlugin, kubernetesOf } from './corefile.ts';
import type { Corefile, Directive, ServerBlock } from './corefile-parse.ts';

export interface Rewriting {
  line: number;
  text: string;
  to: string;
}

export type Said =
  /** The kubernetes plugin answers out of the cluster's objects, for this name. */
  | { kind: 'cluster'; name: string; plugin: KubernetesPlugin; rewriting: Rewriting | null }
  /** A plugin answers with something of its own. */
  | { kind: 'fixed'; by: string; answer: string; line: number; text: string; rewriting: Rewriting | null }
  /** A plugin that holds the whole zone fails every name that it does not know. */
  | { kind: 'swallowed'; by: string; line: number; text: string }
  /** Another server is asked. */
  | {
      kind: 'forwarded';
      name: string;
      to: string;
      zone: string;
      line: number;
      text: string;
      rewriting: Rewriting | null;
    }
  /** No server block holds the name, or nothing in it answers. */
  | { kind: 'refused' }
  | { kind: 'unknown'; why: string };

interface Question {
  corefile: Corefile;
  block: ServerBlock;
  zone: string;
  name: string;
}

function textOf({ lines }: Corefile, { line, name, args }: Directive): string {
  const found = lines[line - 1]?.trim() ?? '';
  return found.startsWith(name) ? found.replace(/\s*\{$/, '') : [name, ...args].join(' ');
}

/** Go's RE2 in JavaScript's words; null where it does not carry over. */
export function goExpression(source: string): RegExp | null {
  const flags = /^\(\?([imsU]+)\)/.exec(source);
  const body = source
    .slice(flags?.[0].length ?? 0)
    .replace(/\(\?P</g, '(?<')
    .replace(/\\A/g, '^')
    .replace(/\\z/g, '$');
  if (/\[\[:|\(\?[imsU-]|\\[pPQECa]|\(\?<[=!]/.test(body) || (flags?.[1] ?? '').includes('U')) return null;
  try {
    return new RegExp(body, (flags?.[1] ?? '').replace(/[^ims]/g, ''));
  } catch {
    return null;
  }
}

type Change = { to: string; stop: boolean } | 'none' | 'unknown';

function nameRule(args: readonly string[], name: string): string | null | 'unknown' {
  const typed = ['exact', 'prefix', 'suffix', 'substring', 'regex'].includes(args[0] ?? '');
  const kind = typed ? args[0] : 'exact';
  const [from = '', to = ''] = typed ? args.slice(1) : args;
  if (from === '' || to === '') return 'unknown';
  const lower = from.toLowerCase();
  if (kind === 'exact') return name === fullName(from) ? fullName(to) : null;
  if (kind === 'prefix') return name.startsWith(lower) ? to + name.slice(from.length) : null;
  if (kind === 'suffix') {
    const end = fullName(from);
    return name.endsWith(end) ? name.slice(0, -end.length) + fullName(to) : null;
  }
  if (kind === 'substring') return name.includes(lower) ? name.replaceAll(lower, to) : null;
  const expression = goExpression(from);
  if (expression === null) return 'unknown';
  const match = expression.exec(name);
  return match === null ? null : fullName(to.replace(/\{(\d+)\}/g, (_, at: string) => match[Number(at)] ?? ''));
}

/** What one `rewrite` makes of the name; those of type, class, ttl and edns0 leave it. */
function rewritten(directive: Directive, name: string): Change {
  const lines = directive.block.length > 0 ? directive.block.map((one) => [one.name, ...one.args]) : [directive.args];
  const mode = directive.block.length > 0 ? directive.args[0] : undefined;
  for (const words of lines) {
    const leading = words[0] === 'stop' || words[0] === 'continue';
    const rest = leading ? words.slice(1) : words;
    if (rest[0] === 'type' && rest[1] === 'A') return 'unknown';
    if (rest[0] !== 'name') continue;
    const to = nameRule(rest.slice(1), name);
    if (to === 'unknown') return 'unknown';
    if (to !== null) return { to: fullName(to), stop: (leading ? words[0] : mode) !== 'continue' };
  }
  return 'none';
}

function rewriteName({ corefile, block, name }: Question): { name: string; rewriting: Rewriting | null } | 'unknown' {
  let current = name;
  let rewriting: Rewriting | null = null;
  for (const directive of block.directives.filter((one) => one.name === 'rewrite')) {
    const change = rewritten(directive, current);
    if (change === 'unknown') return 'unknown';
    if (change === 'none') continue;
    current = change.to;
    rewriting = { line: directive.line, text: textOf(corefile, directive), to: current };
    if (change.stop) break;
  }
  return { name: current, rewriting };
}

function templateAnswer(directive: Directive): string {
  const rcode = directive.block.find(({ name }) => name === 'rcode')?.args[0];
  const answer = directive.block.find(({ name }) => name === 'answer')?.args.join(' ');
  return answer ?? rcode ?? 'an empty answer';
}

function ofTemplate(question: Question, directive: Directive, rewriting: Rewriting | null): Said | null {
  const [qclass = 'ANY', qtype = 'ANY', ...given] = directive.args;
  if (!['IN', 'ANY'].includes(qclass.toUpperCase()) || !['A', 'ANY'].includes(qtype.toUpperCase())) return null;
  const zones = given.length > 0 ? given.map(fullName) : [question.zone];
  if (!zones.some((zone) => isIn(question.name, zone))) return null;
  const text = textOf(question.corefile, directive);
  const sources = directive.block.filter(({ name }) => name === 'match').flatMap(({ args }) => args);
  const expressions = sources.map(goExpression);
  const hit = sources.length === 0 || expressions.some((expression) => expression?.test(question.name));
  if (hit)
    return { kind: 'fixed', by: 'template', answer: templateAnswer(directive), line: directive.line, text, rewriting };
  if (expressions.includes(null)) return { kind: 'unknown', why: `the expression of "${text}"` };
  if (fallthroughOf(directive, zones).some((zone) => isIn(question.name, zone))) return null;
  return { kind: 'swallowed', by: 'template', line: directive.line, text };
}

function ofHosts(question: Question, directive: Directive, rewriting: Rewriting | null): Said | null {
  const given = directive.args.slice(1);
  const zones = given.length > 0 ? given.map(fullName) : [question.zone];
  if (!zones.some((zone) => isIn(question.name, zone))) return null;
  const entry = directive.block.find(
    ({ name, args }) => /^[\d.]+$|:/.test(name) && args.some((host) => fullName(host) === question.name),
  );
  const text = textOf(question.corefile, directive);
  if (entry !== undefined) {
    const own = textOf(question.corefile, entry);
    return { kind: 'fixed', by: 'hosts', answer: entry.name, line: entry.line, text: own, rewriting };
  }
  if (fallthroughOf(directive, zones).some((zone) => isIn(question.name, zone))) return null;
  return { kind: 'swallowed', by: 'hosts', line: directive.line, text };
}

/** Plugins that may answer before kubernetes, out of what no Corefile holds. */
const OPAQUE = new Set(['acl', 'view', 'route53', 'azure', 'clouddns', 'k8s_external', 'any', 'erratic']);
const AFTER = new Set(['file', 'auto', 'secondary', 'etcd', 'nomad']);

function opaque(question: Question): Said | null {
  const found = question.block.directives.find(({ name, args }) => {
    if (!OPAQUE.has(name)) return false;
    if (name === 'acl' || name === 'view') return true;
    const zones = args.filter((arg) => /[a-z]\./i.test(arg)).map((arg) => fullName(arg.replace(/:.*$/, '')));
    return zones.some((zone) => isIn(question.name, zone));
  });
  return found === undefined ? null : { kind: 'unknown', why: `the plugin "${found.name}" of the Corefile` };
}

function ofKubernetes({ block, name }: Question, rewriting: Rewriting | null): Said | null {
  const plugin = kubernetesOf(block);
  if (plugin === null || !plugin.zones.some((zone) => isIn(name, zone))) return null;
  return { kind: 'cluster', name, plugin, rewriting };
}

function afterwards({ corefile, block, zone, name }: Question, rewriting: Rewriting | null): Said {
  const own = block.directives.find((one) => AFTER.has(one.name));
  if (own !== undefined) return { kind: 'unknown', why: `the plugin "${own.name}" of the Corefile` };
  const forward = block.directives.find(
    (one) => (one.name === 'forward' || one.name === 'grpc') && isIn(name, fullName(one.args[0] ?? '.')),
  );
  if (forward === undefined) return { kind: 'refused' };
  const text = textOf(corefile, forward);
  const to = forward.args.slice(1).join(' ');
  return { kind: 'forwarded', name, to, zone, line: forward.line, text, rewriting };
}

/** What is said for the name, by the Corefile alone. */
export function saidOf(corefile: Corefile, asked: string): Said {
  if (corefile.error !== null) return { kind: 'unknown', why: 'a Corefile that cannot be read' };
  const [hidden] = corefile.unresolved;
  if (hidden !== undefined) return { kind: 'unknown', why: `the import ${hidden} of the Corefile` };
  if (corefile.blocks.some(({ keys }) => keys.some((key) => /[{}$]/.test(key))))
    return { kind: 'unknown', why: 'an environment variable in the Corefile' };
  const found = blockFor(corefile, fullName(asked));
  if (found === null) return { kind: 'refused' };
  const question: Question = { corefile, ...found, name: fullName(asked) };
  const renamed = rewriteName(question);
  if (renamed === 'unknown') return { kind: 'unknown', why: 'a rewrite of the Corefile' };
  const then = { ...question, name: renamed.name };
  const { rewriting } = renamed;
  const before = opaque(then);
  if (before !== null) return before;
  for (const name of ['template', 'hosts'] as const) {
    for (const directive of then.block.directives.filter((one) => one.name === name)) {
      const said = name === 'template' ? ofTemplate(then, directive, rewriting) : ofHosts(then, directive, rewriting);
      if (said !== null) return said;
    }
  }
  return ofKubernetes(then, rewriting) ?? afterwards(then, rewriting);
}
