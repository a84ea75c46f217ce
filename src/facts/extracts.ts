/** What collection keeps of a container's env, args and command. The values themselves are dropped at the edge. */
export interface Extracts {
  references: readonly Reference[];
  listens: readonly ListenHint[];
}

/** A network address that a container is told to call. */
export interface Reference {
  host: string;
  port: number | null;
  /** `http`, `postgres`, `jdbc:mysql` …; null for a bare host or host:port. */
  scheme: string | null;
  /** The env variable, or `args` / `command` where it stood there. */
  variable: string;
  /** The path of a URL without credentials and query; null when the value cannot be written again from these fields. */
  path: string | null;
  /** True when scheme, host, port and path together are the whole value, so that a fix may write it anew. */
  exact: boolean;
  /** The variable that gives the port (`DB_PORT` beside `DB_HOST`): then the host alone is this variable's whole value. */
  portVariable?: string;
}

/** A port that the container's env or arguments say it listens on (`PORT=8081`, `--port=8081`, `-p 127.0.0.1:8080`). */
export interface ListenHint {
  port: number;
  /** The host part where one was given. */
  host: string | null;
  source: string;
}
