/** Names and values as a container gets them: env with `$(VAR)` expanded, flags and assignments of args and command as if they were variables. */

export interface Variable {
  /** In capitals with underscores: `DB_HOST` for `--db-host` and `db.host`. */
  name: string;
  /** As a person finds it again: the env variable, `args` or `command`. */
  shown: string;
  /** Null when the value comes from elsewhere (valueFrom). */
  value: string | null;
  /** False when the literal in the manifest differs from the value, so that no fix may write it anew. */
  literal: boolean;
}

/** The raw parts of a container that may hold addresses. */
export interface RawContainer {
  env?: readonly { name: string; value?: string; valueFrom?: unknown }[];
  args?: readonly string[];
  command?: readonly string[];
}

/**
 * Expands `$(VAR)` with the variables known so far; `$$` is an escaped `$`; an unknown reference stays as it stands
 * (k8s.io/kubernetes third_party/forked/golang/expansion).
 */
export function expand(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/\$\$|\$\(([A-Za-z0-9_.-]{1,256})\)/g, (whole, name: string | undefined) =>
    whole === '$$' ? '$' : (values.get(name ?? '') ?? whole),
  );
}

/** The name in capitals with underscores. */
export function normalise(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[.-]/g, '_')
    .toUpperCase();
}

/** The env of a container, each value expanded by those declared before it (the kubelet's order; a name given twice: the last wins). */
export function envVariables(env: RawContainer['env']): { variables: Variable[]; values: Map<string, string> } {
  const values = new Map<string, string>();
  const variables = new Map<string, Variable>();
  for (const { name, value, valueFrom } of env ?? []) {
    if (valueFrom !== undefined) values.delete(name);
    const expanded = valueFrom === undefined ? expand(value ?? '', values) : null;
    if (expanded !== null) values.set(name, expanded);
    variables.set(name, { name: normalise(name), shown: name, value: expanded, literal: expanded === (value ?? '') });
  }
  return { variables: [...variables.values()], values };
}

/** The words of an argument list; a script given to a shell as one argument is taken apart too. */
export function wordsOfArguments(list: readonly string[], values: ReadonlyMap<string, string>): string[] {
  return list
    .map((argument) => expand(argument, values).slice(0, 8000))
    .flatMap((argument) => (/\s/.test(argument) ? argument.split(/[\s;&|()]+/) : [argument]))
    .map((word) => word.replace(/^["']|["']$/g, ''))
    .filter((word) => word !== '');
}

/** Flags (`--db-host=x`, `--db-host x`, `-Dserver.port=1`) and assignments (`PORT=1`) among the words, and the words left over. */
export function argumentVariables(words: readonly string[], shown: string): { variables: Variable[]; rest: string[] } {
  const variables: Variable[] = [];
  const rest: string[] = [];
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? '';
    const flag = /^(?:--?|-D|\/)?([A-Za-z][A-Za-z0-9_.-]{0,63})=(.*)$/.exec(word);
    const name = flag?.[1] ?? /^--?([A-Za-z][A-Za-z0-9_.-]{0,63})$/.exec(word)?.[1];
    const next = words[i + 1];
    if (flag !== null) variables.push(fromFlag(flag[1] ?? '', (flag[2] ?? '').replace(/^["']|["']$/g, '')));
    else if (name !== undefined && next !== undefined && !next.startsWith('-')) {
      variables.push(fromFlag(name, next));
      i += 1;
    } else if (name === undefined) rest.push(word);
  }
  return { variables, rest };

  function fromFlag(name: string, value: string): Variable {
    return { name: normalise(name), shown, value, literal: false };
  }
}
