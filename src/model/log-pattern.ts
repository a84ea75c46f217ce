/** The form of a log shape and the two patterns that all of them are made of. */

export const HOST = '[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?';
export const IP = String.raw`(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*[0-9A-Fa-f]|::`;

export interface LogShape {
  /** The catalogue's id, such as `L05`. */
  id: string;
  /** Who writes it. */
  name: string;
  expression: RegExp;
  /** How the class is found: from the words that matched, from words about names (what is not NXDOMAIN is a DNS server not reached), or fixed. */
  class: 'words' | 'dns' | 'nxdomain' | 'dns-unreachable' | 'refused' | 'waiting' | 'tls' | 'bind' | 'service-link';
}

/** A log shape from its source. */
export function shape(id: string, name: string, of: LogShape['class'], source: string, flags = ''): LogShape {
  return { id, name, class: of, expression: new RegExp(source, flags) };
}
