/** Words, evidence and fixes about what the API server calls a Service for. */
import type { ApiServerCall } from '../model/api-server-calls.ts';
import { shellQuote } from '../model/patch.ts';
import type { Evidence, Fix } from './finding.ts';

/** `ValidatingWebhookConfiguration policy`. */
function objectOf({ kind, name }: ApiServerCall): string {
  return `${kind} ${name}`;
}

/** The objects that ask for the calls, each once: `APIService v1.example.com`, `A and B`, `A and 2 more`. */
export function callersText(calls: readonly ApiServerCall[]): string {
  const [first = '', second, ...rest] = new Set(calls.map(objectOf));
  if (second === undefined) return first;
  return rest.length === 0 ? `${first} and ${second}` : `${first} and ${rest.length + 1} more`;
}

const MOST_ROWS = 4;

/** A row for each of the calls, the first few of many. */
export function callRows(
  calls: readonly ApiServerCall[],
  field: '' | '.name' | '.port',
  expected: string | null,
): readonly Evidence[] {
  return calls.slice(0, MOST_ROWS).map((call) => ({
    label: call.kind === 'APIService' ? 'API' : 'webhook',
    text: `${call.name} calls ${call.namespace}/${call.service}:${call.port} for ${call.purpose}${call.isStrict ? '' : ', and does without where that fails'}`,
    object: objectOf(call),
    path: `${call.field}${field}`,
    found: field === '.name' ? call.service : field === '.port' ? String(call.port) : null,
    expected,
  }));
}

function effectOf({ kind, purpose, isStrict }: ApiServerCall): string {
  if (kind === 'APIService')
    return `${purpose} does not answer: kubectl get of its kinds fails, and deleted namespaces stay in Terminating`;
  return isStrict
    ? `${purpose} is refused wherever the webhook applies: "failed calling webhook"`
    : `${purpose} is let through without the webhook (failurePolicy Ignore)`;
}

/** What no longer works, each once. */
export function effectsOf(calls: readonly ApiServerCall[]): readonly string[] {
  return [...new Set(calls.map(effectOf))];
}

/** A JSON patch of the reference as a command, for each object once. */
export function referenceFix(
  calls: readonly ApiServerCall[],
  field: 'name' | 'port',
  value: string | number,
  summary: string,
  safety: Fix['safety'],
): Fix {
  const objects = new Map<string, ApiServerCall[]>();
  for (const call of calls) objects.set(objectOf(call), [...(objects.get(objectOf(call)) ?? []), call]);
  const commands = [...objects.values()].map((of) => {
    const patch = of.map((call) => ({
      op: 'add',
      path: `/${call.field.replaceAll(/[.[]/g, '/').replaceAll(']', '')}/${field}`,
      value,
    }));
    const [{ kind = '', name = '' } = {}] = of;
    return `kubectl patch ${kind.toLowerCase()} ${name} --type=json -p ${shellQuote(JSON.stringify(patch))}`;
  });
  return { summary, safety, commands, steps: [], patch: null };
}

/** How to be rid of the calls where nothing is left to be called. */
export function removalStep(calls: readonly ApiServerCall[]): string {
  const [first] = calls;
  return `where it belongs to something that was removed: kubectl delete ${first?.kind.toLowerCase()} ${first?.name}`;
}
