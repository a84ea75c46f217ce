import type { EndpointSlice, Service } from '../../facts/wire.ts';
import type { ApiServerCall } from '../../model/api-server-calls.ts';
import { endpointsOf, usableEndpoints } from '../../model/endpoints.ts';
import { isMisspelt, isNear, nearNames } from '../../model/near-names.ts';
import { portLabel } from '../../model/ports.ts';
import { callersText, callRows, effectsOf, referenceFix, removalStep } from '../api-server-text.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny, notApplicable, unread } from '../rule.ts';
import { few, isYounger, nameOf, serviceRow, stepsFix } from '../service-text.ts';
import { doubted, mayExist } from '../unseen.ts';

const SETTLING = 30_000;

function severityOf(calls: readonly ApiServerCall[]): Finding['severity'] {
  return calls.some(({ isStrict }) => isStrict) ? 'critical' : 'low';
}

function byKey(calls: readonly ApiServerCall[], keyOf: (call: ApiServerCall) => string): readonly ApiServerCall[][] {
  const groups = new Map<string, ApiServerCall[]>();
  for (const call of calls) groups.set(keyOf(call), [...(groups.get(keyOf(call)) ?? []), call]);
  return [...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

/** Calls to a Service that is known not to exist. */
function missing(calls: readonly ApiServerCall[], dependency: string | null, near: string | null): Finding {
  const [{ namespace = '', service = '' } = {}] = calls;
  const name = `${namespace}/${service}`;
  return finding({
    cause: 'service-missing',
    severity: severityOf(calls),
    confidence: near === null ? 'certain' : 'likely',
    message: `${callersText(calls)} calls Service ${name}, which does not exist`,
    scope: { service: near === null ? name : `${namespace}/${near}` },
    evidence: callRows(calls, '.name', near),
    effects: effectsOf(calls),
    fix:
      near === null
        ? stepsFix('bring the Service back, or remove what calls it', `deploy Service ${name}`, removalStep(calls))
        : referenceFix(calls, 'name', near, `call ${near}`, 'guess'),
    dependency,
  });
}

function wrongPort(service: Service, calls: readonly ApiServerCall[]): Finding {
  const ports = service.spec?.ports ?? [];
  const [only] = ports;
  const [{ port = 0 } = {}] = calls;
  return finding({
    cause: 'port-missing',
    severity: severityOf(calls),
    message: `${callersText(calls)} calls port ${port} of ${nameOf(service)}, which does not have it`,
    evidence: [
      ...callRows(calls, '.port', ports.length === 1 && only !== undefined ? String(only.port) : null),
      serviceRow(service, `ports ${ports.map(portLabel).join(', ') || 'none'}`, 'spec.ports'),
    ],
    effects: effectsOf(calls),
    fix:
      ports.length === 1 && only !== undefined
        ? referenceFix(calls, 'port', only.port, `call port ${only.port}`, 'review')
        : stepsFix('call a port of the Service', `choose one of ${few(ports.map((own) => String(own.port)))}`),
  });
}

/** Why nothing answers lies with the Service: this tells what that breaks. */
function dead(service: Service, calls: readonly ApiServerCall[]): Finding {
  return finding({
    cause: 'no-endpoints',
    severity: 'info',
    message: `${callersText(calls)} calls ${nameOf(service)}, which has no usable endpoint: ${effectsOf(calls).join('; ')}`,
    evidence: callRows(calls, '', null),
    dependency: nameOf(service),
  });
}

function complaint(service: Service, call: ApiServerCall, now: number): Finding {
  const { reason = '', message = '', since } = call.complaint ?? {};
  return finding({
    cause: 'call-fails',
    severity: 'high',
    message: `the API server cannot reach ${nameOf(service)} for ${call.kind} ${call.name}`,
    evidence: [
      {
        label: reason,
        text: message,
        object: `${call.kind} ${call.name}`,
        path: 'status.conditions[Available].message',
        found: message,
        expected: null,
      },
      ...callRows([call], '', null),
    ],
    effects: effectsOf([call]),
    fix: stepsFix(
      'let the API server reach it',
      `look at the logs behind ${nameOf(service)} for what it answers on port ${call.port}: it must speak TLS`,
    ),
    dependency: nameOf(service),
    converging: isYounger(since, now, SETTLING),
  });
}

/** What is wrong with the calls to a Service that exists. */
function toService(
  service: Service,
  calls: readonly ApiServerCall[],
  slices: readonly EndpointSlice[],
  now: number,
): readonly Finding[] {
  // an ExternalName is called by its name, at any port
  if (service.spec?.type === 'ExternalName') return [];
  const ports = service.spec?.ports ?? [];
  const endpoints = endpointsOf(slices);
  const portOf = (call: ApiServerCall) => ports.find(({ port }) => port === call.port);
  const isDead = (call: ApiServerCall): boolean => {
    const port = portOf(call);
    return port !== undefined && usableEndpoints(port, endpoints).length === 0;
  };
  const wrong = calls.filter((call) => portOf(call) === undefined);
  const lifeless = calls.filter(isDead);
  const complaining = calls.filter(
    (call) => call.complaint !== null && !wrong.includes(call) && !lifeless.includes(call),
  );
  return [
    ...byKey(wrong, ({ port }) => String(port)).map((group) => wrongPort(service, group)),
    ...(lifeless.length === 0 ? [] : [dead(service, lifeless)]),
    ...complaining.map((call) => complaint(service, call, now)),
  ];
}

/** The API server resolves a webhook's or an APIService's reference itself (apiserver pkg/util/proxy): Service and port must exist. */
export const ref019 = defineRule({
  id: 'REF-019',
  name: 'api-server-cannot-call',
  stage: 'references',
  severity: 'critical',
  title: 'a webhook or an API of the cluster rests on a Service that the API server cannot call',
  healthy: 'the API server can call the Services on which webhooks and APIs rest',
  roles: ['target', 'dependency'],
  offline: true,
  gate: 'api-server',
  needs: ['services', 'slices'],
  uses: ['apiServerCalls', 'unseen'],
  explains: [],
  causes: {
    'service-missing': 'the Service that is to be called does not exist',
    'port-missing': 'the Service does not have the port that is to be called',
    'no-endpoints': 'the Service has no endpoint',
    'call-fails': 'the API server says that its calls fail',
  },
  docs: {
    why: 'For an admission webhook and for an aggregated API the API server calls a Service, at port 443 where none is named. While that fails, a webhook of failurePolicy Fail refuses every write it is for, often all Pods, and an API does not answer: its kinds cannot be read, and namespaces cannot be deleted.',
    confirm: [
      'kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations -o yaml | grep -B2 -A6 service:',
      'kubectl get apiservices | grep -v Local',
    ],
    fix: 'Correct namespace, name or port of the reference, or repair the Service. Where what it belonged to was removed, delete the webhook configuration or the APIService too.',
    references: ['admissionregistration.k8s.io/v1 WebhookClientConfig', 'apiregistration.k8s.io/v1 ServiceReference'],
  },
  check({ services, slices, apiServerCalls, unseen, subject, now }) {
    if (!apiServerCalls.known) return unread(apiServerCalls);
    const { namespace, name } = subject;
    if (apiServerCalls.value.length === 0)
      return notApplicable('no webhook and no API calls a Service of the namespace');
    const service = services.find(({ metadata }) => metadata?.name === name);
    const own = apiServerCalls.value.filter((call) => call.service === name);
    if (service === undefined) return failIfAny(own.length === 0 ? [] : [missing(own, `${namespace}/${name}`, null)]);
    const names = new Set(services.map(({ metadata }) => metadata?.name ?? ''));
    const isMeant = mayExist(unseen) ? isMisspelt : isNear;
    const misspelt = apiServerCalls.value.filter(
      (call) =>
        !names.has(call.service) && isMeant(call.service, name) && nearNames(call.service, [...names])[0] === name,
    );
    return failIfAny([
      ...byKey(misspelt, (call) => call.service).map((group) => doubted(missing(group, null, name), unseen)),
      // over files no endpoint is known to be missing
      ...toService(service, own, slices, now).filter(({ cause }) => !mayExist(unseen) || cause === 'port-missing'),
    ]);
  },
});
