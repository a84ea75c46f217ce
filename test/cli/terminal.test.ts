import { expect, it } from 'vitest';
import { decideTerminal } from '../../src/cli/terminal.ts';

const UTF8 = { LANG: 'en_GB.UTF-8' };
const TTY = { isTTY: true, columns: 120 };

it.each([
  ['a terminal', 'auto', UTF8, TTY, { colour: true, width: 120, ascii: false }],
  ['a pipe', 'auto', UTF8, {}, { colour: false, width: 80, ascii: false }],
  ['NO_COLOR', 'auto', { ...UTF8, NO_COLOR: '1', FORCE_COLOR: '1' }, TTY, { colour: false, width: 120, ascii: false }],
  ['empty NO_COLOR', 'auto', { ...UTF8, NO_COLOR: '' }, TTY, { colour: true, width: 120, ascii: false }],
  ['FORCE_COLOR', 'auto', { ...UTF8, FORCE_COLOR: '1' }, {}, { colour: true, width: 80, ascii: false }],
  ['FORCE_COLOR=0', 'auto', { ...UTF8, FORCE_COLOR: '0' }, TTY, { colour: false, width: 120, ascii: false }],
  ['always', 'always', { ...UTF8, NO_COLOR: '1' }, {}, { colour: true, width: 80, ascii: false }],
  ['never', 'never', { ...UTF8, FORCE_COLOR: '1' }, TTY, { colour: false, width: 120, ascii: false }],
  ['CI', 'auto', { ...UTF8, CI: 'true' }, TTY, { colour: false, width: 120, ascii: false }],
  ['dumb', 'auto', { ...UTF8, TERM: 'dumb' }, TTY, { colour: false, width: 120, ascii: true }],
  ['the Linux console', 'auto', { ...UTF8, TERM: 'linux' }, TTY, { colour: true, width: 120, ascii: true }],
  ['LC_ALL beats LANG', 'auto', { ...UTF8, LC_ALL: 'C' }, TTY, { colour: true, width: 120, ascii: true }],
  ['no locale', 'auto', {}, TTY, { colour: true, width: 120, ascii: true }],
  ['very narrow', 'auto', UTF8, { isTTY: true, columns: 10 }, { colour: true, width: 40, ascii: false }],
] as const)('%s', (_, choice, env, stream, terminal) => {
  expect(decideTerminal(choice, env, stream)).toEqual({ ...terminal, words: false, links: false });
});

it.each([
  ['who listens', { ...UTF8, ACCESSIBLE: '1' }, true],
  ['switched off', { ...UTF8, ACCESSIBLE: '0' }, false],
  ['empty', { ...UTF8, ACCESSIBLE: '' }, false],
])('words instead of signs: %s', (_, env, words) => {
  expect(decideTerminal('auto', env, TTY).words).toBe(words);
});

it.each([
  ['kitty', { TERM: 'xterm-kitty', KITTY_WINDOW_ID: '1' }, TTY, true],
  ['a VTE terminal', { TERM: 'xterm-256color', VTE_VERSION: '7402' }, TTY, true],
  ['an old VTE terminal', { TERM: 'xterm-256color', VTE_VERSION: '4800' }, TTY, false],
  ['VS Code', { TERM: 'xterm-256color', TERM_PROGRAM: 'vscode' }, TTY, true],
  ['an unknown terminal', { TERM: 'xterm' }, TTY, false],
  ['tmux', { TERM: 'screen-256color', TMUX: '/tmp/x', VTE_VERSION: '7402' }, TTY, false],
  ['a pipe', { TERM: 'xterm-kitty', KITTY_WINDOW_ID: '1' }, {}, false],
  ['CI', { TERM: 'xterm-kitty', KITTY_WINDOW_ID: '1', CI: 'true' }, TTY, false],
  ['FORCE_HYPERLINK', { FORCE_HYPERLINK: '1' }, {}, true],
  ['FORCE_HYPERLINK=0', { TERM: 'xterm-kitty', KITTY_WINDOW_ID: '1', FORCE_HYPERLINK: '0' }, TTY, false],
])('links: %s', (_, env, stream, links) => {
  expect(decideTerminal('auto', env, stream).links).toBe(links);
});
