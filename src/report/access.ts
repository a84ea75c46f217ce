/** What the user may and may not read, what each missing right costs, and the Roles that would grant it. */
import { groupOf, namespaceOf, type Occasion, type Read } from '../facts/reads.ts';
import { RESOURCES } from '../facts/resources.ts';
import { ROLE_NAME, type Role } from '../facts/roles.ts';
import type { Cost } from '../rules/fact-reads.ts';
import { labelled } from './cause.ts';
import { canIList } from './gaps.ts';
import { inkFor } from './ink.ts';
import type { ReportOptions } from './options.ts';
import { type Page, setRow } from './row.ts';

export interface JudgedRead extends Cost {
  read: Read;
  /** Null where it could not be found out. */
  allowed: boolean | null;
}

export interface Access {
  /** The Services that are asked about live there; null = in all namespaces. */
  namespace: string | null;
  user: string | null;
  by: 'review' | 'diagnosis';
  reads: readonly JudgedRead[];
  roles: readonly Role[];
}

const SHOWN_RULES = 4;

const OCCASIONS: Readonly<Record<Occasion, string>> = {
  always: 'read by every diagnosis',
  sign: 'read only where something leads there',
  caller: 'read only for --from',
};

function whereOf(read: Read, home: string | null): string {
  const namespace = namespaceOf(read, home ?? '');
  if (namespace !== null) return ` in ${namespace}`;
  return read.resource === 'pods/log' || RESOURCES[read.resource].namespaced ? ' in the whole cluster' : '';
}

function wordsOf({ read }: JudgedRead, home: string | null): string {
  const names = read.names.length === 0 ? '' : ` ${read.names.join(', ')}`;
  return `${read.verb} ${read.resource}${names}${whereOf(read, home)}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function some(rules: readonly string[], page: Page): string {
  const shown = page.verbose ? rules : rules.slice(0, SHOWN_RULES);
  return `${shown.join(', ')}${shown.length < rules.length ? ', …' : ''}`;
}

function costRows(page: Page, { decides, helps }: Cost): string[] {
  const rows = [
    decides.length === 0 ? '' : `${counted(decides.length, 'question')} cannot be answered: ${some(decides, page)}`,
    helps.length === 0 ? '' : `${counted(helps.length, 'question')} may stay open: ${some(helps, page)}`,
  ];
  const { branch, lastBranch } = page.ink;
  const told = rows.filter((row) => row !== '');
  return told.flatMap((text, index) =>
    setRow(page, { prefix: `      ${index === told.length - 1 ? lastBranch : branch} `, text }),
  );
}

/** What may be read of one occasion: the allowed in one line, each refused one with what it costs. */
function occasionRows(page: Page, access: Access, when: Occasion): string[] {
  const own = access.reads.filter(({ read }) => read.when === when);
  const allowed = own.filter((one) => one.allowed === true);
  const refused = own.filter((one) => one.allowed === false);
  const open = own.filter((one) => one.allowed === null);
  if (own.length === 0) return [];
  const { ink } = page;
  const rowsOf = (mark: 'healthy' | 'ill' | 'undetermined', text: string): string[] =>
    setRow(page, { prefix: `    ${ink.mark[mark]} `, prefixWidth: 5 + ink.markWidth[mark], text });
  return [
    ...setRow(page, { prefix: '  ', text: OCCASIONS[when] }),
    ...(allowed.length === 0 ? [] : rowsOf('healthy', `${allowed.length} of ${own.length} allowed`)),
    ...(page.verbose ? allowed.flatMap((one) => rowsOf('healthy', wordsOf(one, access.namespace))) : []),
    ...refused.flatMap((one) => [
      ...rowsOf('ill', `not allowed: ${wordsOf(one, access.namespace)}`),
      ...costRows(page, one),
    ]),
    ...(open.length === 0 ? [] : rowsOf('undetermined', `${open.length} of ${own.length} not known`)),
    ...(page.verbose ? open.flatMap((one) => rowsOf('undetermined', wordsOf(one, access.namespace))) : []),
  ];
}

/** How the Roles come to the user, as commands that run as they stand; words where the user's name is not known. */
function bindings(access: Access): string[] {
  const { user, roles } = access;
  const account = /^system:serviceaccount:([^:]+):(.+)$/.exec(user ?? '');
  const subject = account === null ? `--user='${user}'` : `--serviceaccount=${account[1]}:${account[2]}`;
  return roles.map(({ kind, metadata }) =>
    kind === 'ClusterRole'
      ? `kubectl create clusterrolebinding ${ROLE_NAME} --clusterrole=${ROLE_NAME} ${subject}`
      : `kubectl -n ${metadata.namespace} create rolebinding ${ROLE_NAME} --role=${ROLE_NAME} ${subject}`,
  );
}

function headline(access: Access): string {
  const who = access.user ?? 'this user';
  const missing = access.reads.filter(({ allowed }) => allowed === false).length;
  const open = access.reads.filter(({ allowed }) => allowed === null).length;
  const all = `${access.reads.length} things that a diagnosis in ${access.namespace ?? 'all namespaces'} may ask for`;
  if (missing > 0) return `${who} may not read ${missing} of the ${all}`;
  return open > 0 ? `${who} was refused nothing; not known of ${open} of the ${all}` : `${who} may read all ${all}`;
}

function grantRows(page: Page, access: Access): string[] {
  if (access.reads.every(({ allowed }) => allowed === true)) return [];
  const where = access.namespace === null ? '-A' : `-n ${access.namespace}`;
  const print = `kubectl svc-doctor access ${where} -o yaml`;
  const commands = access.user === null ? [] : bindings(access);
  const { ink } = page;
  return [
    ...labelled(page, 'grant', 'somebody who may can grant just this:'),
    ...[`${print} | kubectl apply -f -`, ...commands].map((command) => `    ${ink.command(command)}`),
    ...(commands.length > 0 ? [] : labelled(page, '', `and bind Role and ClusterRole ${ROLE_NAME} to the user`)),
  ];
}

function verdictOf({ reads }: Access): 'ill' | 'undetermined' | 'healthy' {
  if (reads.some(({ allowed }) => allowed === false)) return 'ill';
  return reads.every(({ allowed }) => allowed === true) ? 'healthy' : 'undetermined';
}

const BEYOND =
  'a Service of another namespace, which a caller, an alias or a crash log leads to, is judged with the rights in its own: ask there with -n';

/** The report for people. */
export function accessPage(access: Access, options: ReportOptions): string {
  const ink = inkFor(options);
  const page: Page = { ink, width: options.width, verbose: options.verbose };
  const verdict = verdictOf(access);
  const how =
    access.by === 'review'
      ? 'the API server was asked what is allowed (SelfSubjectAccessReview: a create that leaves nothing behind)'
      : 'the API server does not say what is allowed, so one diagnosis was read: only what it asked for is known';
  const lines = [
    ...setRow(page, {
      prefix: `${ink.mark[verdict]} `,
      prefixWidth: ink.markWidth[verdict] + 1,
      text: headline(access),
      paint: ink.bold,
    }),
    ...(['always', 'sign', 'caller'] as const).flatMap((when) => occasionRows(page, access, when)),
    ...grantRows(page, access),
    ...(access.namespace === null ? [] : labelled(page, 'beyond', BEYOND)),
    ...labelled(page, 'how', how),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** The same for programs. */
export function accessJson(access: Access): string {
  const { namespace, user, by, reads, roles } = access;
  const entries = reads.map(({ read, allowed, decides, helps }) => {
    const permission = {
      verb: read.verb,
      group: groupOf(read),
      resource: read.resource,
      names: read.names,
      namespace: namespaceOf(read, namespace ?? ''),
    };
    return { ...permission, when: read.when, allowed, check: canIList(permission), decides, helps };
  });
  return `${JSON.stringify({ apiVersion: 'svc-doctor.dev/v1', kind: 'Access', namespace, user, by, reads: entries, roles }, null, 2)}\n`;
}
