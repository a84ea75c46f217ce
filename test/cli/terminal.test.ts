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
  expect(decideTerminal(choice, env, stream)).toEqual(terminal);
});
