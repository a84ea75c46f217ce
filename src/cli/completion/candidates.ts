/** What the TAB key offers, in the protocol of kubectl's own completion: a line a candidate, then `:` and a sum of directives. */
import type { CommandLine } from './command-line.ts';
import { readTyped, type Typed } from './typed.ts';

export interface Candidate {
  value: string;
  description: string;
}

/** Where names come from. Each answers with what it can find in time, and never fails. */
export interface Lookup {
  services(flags: Typed['flags']): Promise<readonly Candidate[]>;
  namespaces(flags: Typed['flags']): Promise<readonly Candidate[]>;
  /** Workloads and Pods by the kind that `--from` takes. */
  callers(flags: Typed['flags'], kind: string, namespace: string | null): Promise<readonly Candidate[]>;
  /** Of the kubeconfig. */
  entries(flags: Typed['flags'], of: 'contexts' | 'clusters' | 'users'): Promise<readonly Candidate[]>;
  rules(): Promise<readonly Candidate[]>;
  incidents(): Promise<readonly Candidate[]>;
}

/** Cobra's directives. */
const NO_SPACE = 2;
const NO_FILES = 4;

interface Offer {
  candidates: readonly Candidate[];
  directive: number;
}

const SHELLS = ['bash', 'zsh', 'fish'];
const CALLER_KINDS: Readonly<Record<string, string>> = {
  pod: 'a Pod',
  deploy: 'a Deployment',
  sts: 'a StatefulSet',
  ds: 'a DaemonSet',
};
const NOTHING: Offer = { candidates: [], directive: NO_FILES };
const FILES: Offer = { candidates: [], directive: 0 };

function plain(values: readonly string[]): Candidate[] {
  return values.map((value) => ({ value, description: '' }));
}

function only(candidates: readonly Candidate[]): Offer {
  return { candidates, directive: NO_FILES };
}

/** `svc/web`: the prefix that was typed stays in front. */
function prefixed(prefix: string, candidates: readonly Candidate[]): Candidate[] {
  return candidates.map(({ value, description }) => ({ value: `${prefix}${value}`, description }));
}

/** Comma-separated ids: what stands before the last comma stays in front, and is not offered again. */
function listed(partial: string, candidates: readonly Candidate[]): Offer {
  const head = partial.slice(0, partial.lastIndexOf(',') + 1);
  const taken = new Set(head.split(','));
  const free = candidates.filter(({ value }) => !taken.has(value));
  return { candidates: prefixed(head, free), directive: NO_FILES + NO_SPACE };
}

async function callers({ partial, flags }: Typed, lookup: Lookup): Promise<Offer> {
  const parts = partial.split('/');
  const kind = parts.at(-2) ?? '';
  if (kind in CALLER_KINDS) {
    const found = await lookup.callers(flags, kind, parts.length > 2 ? (parts[0] ?? null) : null);
    return only(prefixed(partial.slice(0, partial.lastIndexOf('/') + 1), found));
  }
  const head = parts.length > 1 ? `${parts[0]}/` : '';
  const kinds = Object.entries(CALLER_KINDS).map(([value, description]) => ({
    value: `${head}${value}/`,
    description,
  }));
  return { candidates: kinds, directive: NO_FILES + NO_SPACE };
}

async function flagValues(typed: Typed, name: string, line: CommandLine, lookup: Lookup): Promise<Offer> {
  const { flags } = typed;
  const spec = line[typed.command]?.flags[name];
  if (spec?.options !== undefined) return only(plain(spec.options));
  if (name === 'namespace') return only(await lookup.namespaces(flags));
  if (name === 'context' || name === 'cluster' || name === 'user') return only(await lookup.entries(flags, `${name}s`));
  if (name === 'only' || name === 'skip') return listed(typed.partial, await lookup.rules());
  if (name === 'from') return callers(typed, lookup);
  const isPath = /FILE|DIR/.test(spec?.value ?? '') || /^(?:kubeconfig|cache-dir|client-.*|.*-authority)$/.test(name);
  return isPath ? FILES : NOTHING;
}

function flagNames({ command, flags: given }: Typed, line: CommandLine): Offer {
  const flags = Object.entries(line[command]?.flags ?? {});
  const open = flags.filter(([name, { repeatable }]) => repeatable === true || !given.has(name));
  return only(open.map(([name, { description }]) => ({ value: `--${name}`, description })));
}

async function services({ partial, flags, args }: Typed, lookup: Lookup): Promise<readonly Candidate[]> {
  const [prefix = ''] = /^(?:svc|services?)\//.exec(partial) ?? [];
  const typed = new Set(args.map((word) => word.replace(/^(?:svc|services?)\//, '')));
  const found = await lookup.services(flags);
  return prefixed(
    prefix,
    found.filter(({ value }) => !typed.has(value)),
  );
}

/** A command's arguments; at the start of a line its names as well, since Services may follow directly. */
async function argumentsOf(typed: Typed, line: CommandLine, lookup: Lookup): Promise<Offer> {
  const { command, atStart, args } = typed;
  const names = Object.entries(line).map(([value, { summary }]) => ({ value, description: summary }));
  if (atStart)
    return only([...names, { value: 'help', description: 'help on a command' }, ...(await services(typed, lookup))]);
  if (command === 'diagnose' || command === 'snapshot') return only(await services(typed, lookup));
  if (args.length > 0) return NOTHING;
  if (command === 'explain') return only(await lookup.rules());
  if (command === 'demo') return only(await lookup.incidents());
  if (command === 'completion') return only(plain(SHELLS));
  return command === 'help' ? only(names) : NOTHING;
}

function offer(typed: Typed, line: CommandLine, lookup: Lookup): Offer | Promise<Offer> {
  if (typed.flag !== null) return flagValues(typed, typed.flag, line, lookup);
  if (!typed.onlyArguments && typed.partial.startsWith('-')) return flagNames(typed, line);
  return argumentsOf(typed, line, lookup);
}

function printed({ value, description }: Candidate): string {
  const words = description.replace(/\s+/g, ' ').trim();
  return words === '' ? `${value}\n` : `${value}\t${words}\n`;
}

/** The answer to the words after the plugin's name, the last being the one at the cursor. */
export async function complete(words: readonly string[], line: CommandLine, lookup: Lookup): Promise<string> {
  const typed = readTyped(words, line);
  const { candidates, directive } = await offer(typed, line, lookup);
  const wanted = typed.partial.toLowerCase();
  const fitting = candidates.filter(({ value }) => value.toLowerCase().startsWith(wanted));
  return `${fitting.map(printed).join('')}:${directive}\n`;
}
