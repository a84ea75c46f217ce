/** Why a container ends again and again: its exit code and the last lines of its log. */
import { logText } from './log-text.ts';
import type { RunEnd } from './restarts.ts';

/** Every way in which a container crashes, in words. */
export const CRASH_CAUSES = {
  'ends-by-itself': 'the process ends by itself: a container needs one that stays in the foreground',
  'command-not-found': 'the command is not found in the image',
  'command-not-executable': 'the command may not be executed',
  'file-permission': 'the process may not read or write a file',
  'file-missing': 'a file that the process needs is not there',
  'disk-full': 'there is no space left on the disk that the process writes to',
  'port-taken': 'the port that the process wants is taken',
  'setting-missing': 'a setting that the process needs is not set',
  'heap-exhausted': 'the process runs out of memory of its own',
  segfault: 'the process ends with a segmentation fault',
  aborted: 'the process aborts',
  killed: 'the process is killed by a signal',
  'app-error': 'the process ends with an error of its own',
} as const;

export type CrashCause = keyof typeof CRASH_CAUSES;

const RECENT_LINES = 60;
const MAX_LENGTH = 400;

const LINES: readonly (readonly [RegExp, CrashCause])[] = [
  [
    /EADDRINUSE|(?:address|port \d+) (?:is |was )?already in use|Address in use|bind\(\) to \S+ failed \(98/i,
    'port-taken',
  ],
  [/no space left on device|ENOSPC/i, 'disk-full'],
  [/OutOfMemoryError|heap out of memory|^MemoryError\b|std::bad_alloc/, 'heap-exhausted'],
  [
    /(?:open|read|writ|creat|mkdir|chmod|chown|load|access|stat|file|director|cannot|can't|failed).*(?:Permission denied|EACCES|Read-only file system|EROFS)|(?:EACCES|EROFS): .*(?:open|mkdir|scandir|unlink|write)|AccessDeniedException|PermissionError/i,
    'file-permission',
  ],
  [/ENOENT|No such file or directory|FileNotFoundException|FileNotFoundError|cannot find the file/i, 'file-missing'],
  [
    /(?:environment variable|env(?:ironment)? var|setting|config(?:uration)?(?: option| key| value)?)\b.*\b(?:not set|is missing|missing|is required|not defined|undefined|must be set)|missing required (?:env|config|setting|option|argument)/i,
    'setting-missing',
  ],
];

/** Words of servers and of binding a low port, which are no matter of files. */
const NOT_OF_FILES = /permission denied (?:for|to) (?:table|relation|schema|database|user|role)|publickey|bind|listen/i;

const CODES: Readonly<Record<number, CrashCause>> = {
  0: 'ends-by-itself',
  126: 'command-not-executable',
  127: 'command-not-found',
  134: 'aborted',
  137: 'killed',
  139: 'segfault',
};

export interface Crash {
  cause: CrashCause;
  /** The line of the log that says so; null where it is not the log. */
  line: string | null;
}

function told(lines: readonly string[]): Crash | null {
  const recent = lines.slice(-RECENT_LINES).map((line) => (logText(line).texts[0] ?? '').slice(0, MAX_LENGTH));
  for (const [shape, cause] of LINES) {
    const line = recent.findLast(
      (text) => shape.test(text) && !(cause === 'file-permission' && NOT_OF_FILES.test(text)),
    );
    if (line !== undefined) return { cause, line: line.trim() };
  }
  return null;
}

/** The cause of a crash, by what the log says last, else by the exit code. */
export function crashCause(end: RunEnd | null, lines: readonly string[]): Crash {
  const byLog = end?.exitCode === 0 ? null : told(lines);
  return byLog ?? { cause: CODES[end?.exitCode ?? -1] ?? 'app-error', line: null };
}

const STEPS: Readonly<Partial<Record<CrashCause, string>>> = {
  'ends-by-itself': 'give the container a command that stays in the foreground',
  'command-not-found': 'correct command in the Pod template: the image does not have that file',
  'command-not-executable': 'name an executable file as command in the Pod template',
  'file-permission':
    'give the process the right to that file: fsGroup or runAsUser of the Pod, or the owner of the volume',
  'file-missing': 'mount or create the file that the log names, or correct its path',
  'disk-full': 'free space on the volume, or enlarge it',
  'port-taken': 'give one of the processes in the Pod another port',
  'setting-missing': 'set what the log names in env of the container',
  'heap-exhausted': "raise the process's own memory limit together with that of the container",
};

/** What a person does about it. */
export function crashStep(cause: CrashCause): string {
  return `${STEPS[cause] ?? 'resolve what the log says'}; the Pods then recover by themselves within five minutes`;
}
