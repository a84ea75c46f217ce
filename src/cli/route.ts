/** From what was typed to a command line for the parser. */

/** The words that start a command; any other first word belongs to `diagnose`. */
const COMMAND_NAMES: ReadonlySet<string> = new Set([
  'diagnose',
  'preflight',
  'snapshot',
  'access',
  'completion',
  'demo',
  'explain',
  'rules',
  'help',
]);
const ROOT_FLAGS: ReadonlySet<string> = new Set(['--help', '-h', '--version']);
const SWITCHES = [
  'insecure-skip-tls-verify',
  'disable-compression',
  'match-server-version',
  'allow-unknown',
  'no-headers',
  'write-baseline',
  'fix',
  'diff',
  'watch',
];
const SWITCH = new RegExp(`^(--(?:${SWITCHES.join('|')}))=(true|false)$`);

/** kubectl lets a switch be written `--flag=true`, and `-v` carry a level. */
function plainSwitch(word: string): string[] {
  const [, flag, value] = SWITCH.exec(word) ?? [];
  if (flag !== undefined) return value === 'true' ? [flag] : [];
  const [, level] = /^(?:-v|--v)=?(\d+)$/.exec(word) ?? [];
  if (level !== undefined) return level === '0' ? [] : ['-v'];
  return [word];
}

/** `--wait` alone, and `--wait 30s`: a duration is no name of a Service. */
export function withWait(words: readonly string[]): string[] {
  const at = words.indexOf('--wait');
  if (at === -1) return [...words];
  const next = words[at + 1] ?? '';
  const given = /^\d+(?:\.\d+)?(?:ms|s|m|h)/.test(next);
  return [...words.slice(0, at), `--wait=${given ? next : '60s'}`, ...words.slice(at + (given ? 2 : 1))];
}

/** The words with their command in front: `web -n shop` is `diagnose web -n shop`; `help snapshot` is `snapshot --help`. */
export function route(words: readonly string[]): string[] {
  const end = words.indexOf('--');
  const until = end === -1 ? words.length : end;
  const plain = [...withWait(words.slice(0, until).flatMap(plainSwitch)), ...words.slice(until)];
  const [first, ...rest] = plain;
  if (first === 'help') return [...rest.slice(0, 1), '--help'];
  if (first !== undefined && (COMMAND_NAMES.has(first) || ROOT_FLAGS.has(first))) return plain;
  return ['diagnose', ...plain];
}
