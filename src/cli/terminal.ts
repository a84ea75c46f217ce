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
  /** Somebody listens: words instead of signs, and nothing is drawn over. */
  words: boolean;
  /** Addresses can be links (OSC 8). */
  links: boolean;
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

/** ACCESSIBLE is what other command lines listen to as well; a dumb terminal is what speech sits on. */
export function wantsWords(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env.ACCESSIBLE) && env.ACCESSIBLE !== '0';
}

const LINKING = /^(?:iTerm\.app|WezTerm|vscode|ghostty|Hyper|rio|zed)$/;

/** Terminals that are known to show links; inside tmux and screen, and where nobody looks, they are left out. FORCE_HYPERLINK decides. */
function showsLinks(env: NodeJS.ProcessEnv, stream: Stream): boolean {
  if (env.FORCE_HYPERLINK !== undefined) return env.FORCE_HYPERLINK !== '0';
  if (stream.isTTY !== true || env.CI || env.TMUX || /^(?:dumb|linux|screen|tmux)/.test(env.TERM ?? 'dumb'))
    return false;
  const known = env.KITTY_WINDOW_ID || env.WT_SESSION || env.KONSOLE_VERSION || env.DOMTERM;
  return Boolean(known) || Number(env.VTE_VERSION ?? 0) >= 5000 || LINKING.test(env.TERM_PROGRAM ?? '');
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
    words: wantsWords(env),
    links: showsLinks(env, stream),
  };
}
