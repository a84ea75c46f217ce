/** What collection keeps of a container's env, args and command. The values themselves are dropped at the edge. */
export interface Extracts {
  references: readonly Reference[];
  listens: readonly ListenHint[];
  /** Addresses of variables that are set again further down with another one: the last wins. */
  shadowed?: readonly Reference[];
  /** The prefixes of variables such as `DB_SERVICE_HOST` that are used and not set: the kubelet is to set them. */
  linked?: readonly string[];
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
  /** Where it stands when not in the container itself: a key of a ConfigMap, and how the container gets it. */
  source?: ConfigSource;
}

/** A key of a ConfigMap. Variables and files with subPath keep the value that they had when the container started; other files follow. */
export interface ConfigSource {
  configMap: string;
  key: string;
  how: 'env' | 'subPath' | 'file';
}

/** A port that the container's env or arguments say it listens on (`PORT=8081`, `--port=8081`, `-p 127.0.0.1:8080`). */
export interface ListenHint {
  port: number;
  /** The host part where one was given. */
  host: string | null;
  source: string;
}

/** A route of a gateway's configuration file: its name, the path it matches, and the host it leads to. */
export interface GatewayRoute {
  id: string;
  path: string;
  host: string;
}
