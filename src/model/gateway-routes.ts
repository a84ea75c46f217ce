/** Routes of an API gateway in a configuration file (Spring Cloud Gateway, nginx), and those that lead to another Service than all say they should. */
import type { GatewayRoute } from '../facts/extracts.ts';
import { withDefaults } from './config-settings.ts';
import { splitHostPort } from './reference-grammar.ts';

const ID = /^\s*-\s+id:\s*["']?([A-Za-z0-9_.-]{1,80})/;
const URI = /^\s*(?:-\s+)?uri:\s*["']?([^\s"']{1,300})/;
const PATH = /\bPath=([^\s,"']{1,200})/;
const LOCATION = /^\s*location\s+(?:[=~^*]+\s+)?(\/[^\s{]{0,200})\s*\{/;
const PASS = /^\s*(?:proxy|grpc)_pass\s+([^\s;]{1,300})\s*;/;

/** Fewer tell nothing of how routes are named. */
const LEAST = 5;

function hostOf(uri: string): string | null {
  const authority = /^[a-z+]{1,12}:\/\/([^/]+)/i.exec(withDefaults(uri) ?? '')?.[1];
  return authority === undefined ? null : (splitHostPort(authority)?.host ?? null);
}

/** The routes of the text, in its order; none where there are fewer than five. */
export function routesIn(text: string): readonly GatewayRoute[] {
  const routes: { id: string; path: string; host: string }[] = [];
  for (const line of text.slice(0, 65_536).split('\n')) {
    const id = ID.exec(line)?.[1];
    const location = LOCATION.exec(line)?.[1];
    if (id !== undefined || location !== undefined) routes.push({ id: id ?? '', path: location ?? '', host: '' });
    const last = routes.at(-1);
    if (last === undefined) continue;
    last.path = PATH.exec(line)?.[1] ?? last.path;
    last.host = hostOf(URI.exec(line)?.[1] ?? PASS.exec(line)?.[1] ?? '') ?? last.host;
  }
  const whole = routes.filter(({ id, path, host }) => host !== '' && (id !== '' || path !== ''));
  return whole.length < LEAST ? [] : whole;
}

export interface Misroute {
  route: GatewayRoute;
  /** The Service that the route's own name and path name. */
  meant: string;
}

/** The name without what all of them have in common, without signs: `ts-order-service` among `ts-…-service` → `order`. */
function coreOf(name: string, affixes: readonly [string, string]): string {
  const plain = name.toLowerCase();
  const [before, after] = affixes;
  const cut = plain.slice(plain.startsWith(before) ? before.length : 0);
  return cut.replace(after === '' ? /$^/ : new RegExp(`${after}$`), '').replace(/[^a-z0-9]/g, '');
}

function commonStart(names: readonly string[]): string {
  const [first = '', ...rest] = names;
  let length = first.length;
  for (const name of rest) while (!name.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length).replace(/[^-_.]*$/, '');
}

function reversed(name: string): string {
  return [...name].reverse().join('');
}

function affixesOf(hosts: readonly string[]): readonly [string, string] {
  return [commonStart(hosts), reversed(commonStart(hosts.map(reversed)))];
}

/** The words by which a route names what it leads to: its id, and each part of its path. */
function wordsOf({ id, path }: GatewayRoute, after: string): ReadonlySet<string> {
  const parts = [id, ...path.split('/')].map((part) => part.toLowerCase().replace(/[^a-z0-9]/g, ''));
  const end = after.replace(/[^a-z0-9]/g, '');
  return new Set(
    parts
      .flatMap((part) => [part, end !== '' && part.endsWith(end) ? part.slice(0, -end.length) : ''])
      .filter((part) => part !== ''),
  );
}

/**
 * Routes that lead to the Service of another route, while the one that both their id and their path name exists and no route leads there.
 * Only among five routes and more of which four in five are named for where they lead.
 */
export function misroutes(routes: readonly GatewayRoute[], services: readonly string[]): readonly Misroute[] {
  const short = routes.map(({ host }) => host.toLowerCase().split('.')[0] ?? '');
  const affixes = affixesOf([...new Set(short)]);
  const words = routes.map((route) => wordsOf(route, affixes[1]));
  const fits = routes.map((_, index) => words[index]?.has(coreOf(short[index] ?? '', affixes)) === true);
  if (fits.filter((fit) => fit).length < routes.length * 0.8) return [];
  return routes.flatMap((route, index): Misroute[] => {
    const taken = routes.some((_, other) => other !== index && fits[other] === true && short[other] === short[index]);
    if (fits[index] === true || !taken) return [];
    const [meant, ...more] = services.filter(
      (name) => words[index]?.has(coreOf(name, affixes)) && !short.includes(name),
    );
    return meant === undefined || more.length > 0 ? [] : [{ route, meant }];
  });
}
