/** What is told on stderr of the reading of files: which belong together, what was left out, what could not be read. */
import type { Problem } from '../facts/place.ts';

/** A set of manifests as far as it is told. */
interface Told {
  name: string;
  manifests: readonly unknown[];
  isKustomization: boolean;
}

export interface Reading {
  sets: readonly Told[];
  unbuilt: readonly string[];
  counts: { files: number; templated: number; otherKinds: number; others: number; left: number };
}

const MOST_NAMED = 8;

function setText({ name, manifests, isKustomization }: Told): string {
  const what = isKustomization ? ', a kustomization as written' : '';
  return `${name === '' ? 'the files named' : name} (${manifests.length} objects${what})`;
}

/** `-k` with the first of them, so that it can be typed. */
function unbuiltLine(unbuilt: readonly string[], verbose: boolean): string {
  const [first = ''] = unbuilt;
  const shown = verbose ? unbuilt : unbuilt.slice(0, MOST_NAMED);
  const more = unbuilt.length - shown.length;
  const what = unbuilt.length === 1 ? 'a kustomization changes' : `${unbuilt.length} kustomizations change`;
  const rest = more > 0 ? ` and ${more} more` : '';
  return `${what} what is written, and can only be judged built, as by -k ${first}: ${shown.join(', ')}${rest}`;
}

/** The choice of sets where there are several, and with -v what was left out. */
export function readingLines({ sets, unbuilt, counts }: Reading, verbose: boolean): string {
  const lines: string[] = [];
  const raw = sets.some(({ isKustomization }) => isKustomization);
  if (sets.length > 1 || raw || verbose) {
    const shown = verbose ? sets : sets.slice(0, MOST_NAMED);
    const more = sets.length - shown.length;
    const what = sets.length === 1 ? 'one set' : `${sets.length} sets, each as one apply would take it`;
    lines.push(`${what}: ${shown.map(setText).join('; ')}${more > 0 ? `; and ${more} more (-v names them)` : ''}`);
  }
  if (unbuilt.length > 0) lines.push(unbuiltLine(unbuilt, verbose));
  if (verbose) {
    const left = [
      counts.templated > 0 ? `${counts.templated} with template directives` : '',
      counts.otherKinds > 0 ? `${counts.otherKinds} objects of kinds that decide nothing here` : '',
      counts.others > 0 ? `${counts.others} that are no named objects of Kubernetes` : '',
      counts.left > 0 ? `${counts.left} links and hidden folders` : '',
    ].filter((text) => text !== '');
    lines.push(`${counts.files} files read${left.length === 0 ? '' : `; left out: ${left.join(', ')}`}`);
  } else if (counts.templated > 0) {
    lines.push(`${counts.templated} templates left out: render them first (helm template … | … preflight -f -)`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

function problemText({ file, line, column, message, excerpt, hint }: Problem): string {
  const where = line === null ? file : `${file}:${line}:${column}`;
  const frame =
    excerpt === null
      ? []
      : [
          `  ${line} | ${excerpt}`,
          `  ${' '.repeat(String(line).length)} | ${' '.repeat(Math.max(0, (column ?? 1) - 1))}^`,
        ];
  return [`error: ${where}: ${message}`, ...frame, `hint:  ${hint}`, ''].join('\n');
}

/** Files that could not be read, each with its place, an excerpt and what to do. */
export function problemLines(problems: readonly Problem[]): string {
  return problems.map(problemText).join('');
}
