/** A terminal of its own in which a test types like a person, and reads the screen. */
import { spawnSync } from 'node:child_process';

/** Why there is no such terminal here, or null. */
export const NO_TMUX = spawnSync('tmux', ['-V']).error === undefined ? null : 'tmux is not installed';

const PATIENCE_MS = 30_000;

export class Tmux {
  readonly #socket: string;

  /** Starts the command in a window of 80 by 24; `env` is added to what it inherits. */
  constructor(name: string, command: string, env: Readonly<Record<string, string>>) {
    this.#socket = `svc-doctor-${name}-${process.pid}`;
    const set = Object.entries(env).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
    this.#run('new-session', '-d', '-s', 'main', '-x', '80', '-y', '24', ...set, command);
  }

  #run(...words: string[]): string {
    const { status, stdout, stderr } = spawnSync('tmux', ['-L', this.#socket, '-f', '/dev/null', ...words], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`tmux ${words.join(' ')}: ${stderr}`);
    return stdout;
  }

  /** What the screen shows, without the empty lines at its end. */
  screen(): string {
    return this.#run('capture-pane', '-p', '-t', 'main').trimEnd();
  }

  /** Until the screen shows it; rejects with what it shows instead. */
  async shows(wanted: RegExp): Promise<string> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const text = this.screen();
      if (wanted.test(text)) return text;
      if (Date.now() > deadline) throw new Error(`the screen does not show ${wanted}:\n${text}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Presses keys by their names in tmux: `Tab`, `C-c`; other words are typed. */
  press(...keys: string[]): void {
    this.#run('send-keys', '-t', 'main', ...keys);
  }

  /** Ends the terminal and whatever runs in it. */
  close(): void {
    this.#run('kill-server');
  }
}
