/** A spinner on stderr, for people who wait at a terminal longer than 600 ms. */

import { wantsWords } from './terminal.ts';

const PATIENCE_MS = 600;

/** Runs the work; shows the text meanwhile when stderr is a terminal and the work is slow. The work may tell what it is at. */
export async function withProgress<T>(
  text: string,
  stream: NodeJS.WriteStream,
  work: (tell: (more: string) => void) => Promise<T>,
): Promise<T> {
  const { CI, TERM } = process.env;
  if (stream.isTTY !== true || CI || TERM === 'dumb' || wantsWords(process.env)) return work(() => undefined);
  let shown = text;
  let show = (): void => undefined;
  let stop = (): void => undefined;
  let done = false;
  const timer = setTimeout(async () => {
    const { default: ora } = await import('ora');
    if (done) return;
    const spinner = ora({ text: shown, stream, discardStdin: false }).start();
    stop = () => spinner.stop();
    show = () => {
      spinner.text = shown;
    };
  }, PATIENCE_MS);
  try {
    return await work((more) => {
      shown = `${text}: ${more}`;
      show();
    });
  } finally {
    done = true;
    clearTimeout(timer);
    stop();
  }
}
