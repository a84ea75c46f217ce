/** Objects of API versions that are gone, as the version that is served today would hold them. */
type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `serviceName` and `servicePort` of extensions/v1beta1 and networking.k8s.io/v1beta1. */
function backend(value: unknown): unknown {
  if (!isObject(value) || value.serviceName === undefined) return value;
  const port = value.servicePort;
  return { service: { name: value.serviceName, port: typeof port === 'number' ? { number: port } : { name: port } } };
}

function ingress(object: Json): Json {
  const { spec } = object;
  if (!isObject(spec)) return object;
  const rules = Array.isArray(spec.rules) ? spec.rules : [];
  return {
    ...object,
    spec: {
      ...spec,
      ...(spec.backend === undefined ? {} : { defaultBackend: backend(spec.backend) }),
      rules: rules.map((rule) => {
        if (!isObject(rule) || !isObject(rule.http) || !Array.isArray(rule.http.paths)) return rule;
        const paths = rule.http.paths.map((path) =>
          isObject(path) ? { ...path, backend: backend(path.backend) } : path,
        );
        return { ...rule, http: { ...rule.http, paths } };
      }),
    },
  };
}

/** extensions/v1beta1 and apps/v1beta1 took the template's labels where no selector was written. */
function workload(object: Json): Json {
  const { spec } = object;
  if (!isObject(spec) || spec.selector !== undefined || !isObject(spec.template)) return object;
  const { metadata } = spec.template;
  const labels = isObject(metadata) ? metadata.labels : undefined;
  return labels === undefined ? object : { ...object, spec: { ...spec, selector: { matchLabels: labels } } };
}

/** The object in the form of today's version. */
export function asServed(apiVersion: string, kind: string, object: Json): Json {
  if (kind === 'Ingress' && apiVersion !== 'networking.k8s.io/v1') return ingress(object);
  if (/^(?:extensions\/v1beta1|apps\/v1beta1)$/.test(apiVersion)) return workload(object);
  return object;
}
