/** What is kept of a ConfigMap: the names of its keys, when its data changed, and the addresses in it. No value. */
import { referencesInConfig } from '../model/config-settings.ts';
import { routesIn } from '../model/gateway-routes.ts';
import { isJson, type Json, without } from './project-pod.ts';

/** When a manager last wrote data; labels and annotations do not count. */
function changedAt({ metadata }: Json): string | null {
  const fields = isJson(metadata) && Array.isArray(metadata.managedFields) ? metadata.managedFields.filter(isJson) : [];
  const times = fields.flatMap(({ time, fieldsV1 }) => {
    const isData = isJson(fieldsV1) && (fieldsV1['f:data'] !== undefined || fieldsV1['f:binaryData'] !== undefined);
    return isData && typeof time === 'string' ? [time] : [];
  });
  return times.sort().at(-1) ?? null;
}

/** The ConfigMap without its data. */
export function configMap(object: Json, kept: Json): Json {
  if (object.keys !== undefined) return without(kept, 'data', 'binaryData');
  const data = isJson(object.data) ? object.data : {};
  const binary = isJson(object.binaryData) ? object.binaryData : {};
  const extracts = Object.entries(data).flatMap(([key, value]) => {
    const found = typeof value === 'string' ? referencesInConfig(key, value) : [];
    return found.length === 0 ? [] : [[key, found] as const];
  });
  const routes = Object.entries(data).flatMap(([key, value]) => {
    const found = typeof value === 'string' && value.includes('\n') ? routesIn(value) : [];
    return found.length === 0 ? [] : [[key, found] as const];
  });
  const time = changedAt(object);
  return {
    ...without(kept, 'data', 'binaryData'),
    keys: [...Object.keys(data), ...Object.keys(binary)].sort(),
    ...(time === null ? {} : { changedAt: time }),
    ...(extracts.length === 0 ? {} : { extracts: Object.fromEntries(extracts) }),
    ...(routes.length === 0 ? {} : { routes: Object.fromEntries(routes) }),
  };
}
