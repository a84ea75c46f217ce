/** One decision about the terminal for everything that is printed: colour, width, characters. */

export type ColourChoice = 'auto' | 'always' | 'never';

export interface Stream {
  isTTY?: boolean;
  columns?: number;
}

export interface Terminal {
  colour: boolean;
  width: number;
  ascii: boolean;
}

const DEFAULT_WIDTH = 80;
const NARROWEST = 40;

/** `--color` beats NO_COLOR, which beats FORCE_COLOR, which beats what the stream is; a CI log gets no colour by itself. */
function wantsColour(choice: ColourChoice, env: NodeJS.ProcessEnv, stream: Stream): boolean {
  if (choice !== 'auto') return choice === 'always';
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return stream.isTTY === true && env.TERM !== 'dumb' && !env.CI;
}

/** POSIX: LC_ALL beats LC_CTYPE beats LANG; the first that is set decides, and none is set = the C locale. */
function isAscii(env: NodeJS.ProcessEnv): boolean {
  if (env.TERM === 'dumb' || env.TERM === 'linux') return true;
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || 'C';
  return !/utf-?8/i.test(locale);
}

/** What the stream can show. Windows has no locale variables and writes Unicode. */
export function decideTerminal(
  choice: ColourChoice,
  env: NodeJS.ProcessEnv,
  stream: Stream,
  platform: NodeJS.Platform = 'linux',
): Terminal {
  const hasLocale = Boolean(env.LC_ALL || env.LC_CTYPE || env.LANG);
  return {
    colour: wantsColour(choice, env, stream),
    width: Math.max(stream.columns ?? DEFAULT_WIDTH, NARROWEST),
    ascii: platform === 'win32' && !hasLocale ? false : isAscii(env),
  };
}
