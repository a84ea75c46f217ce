/** The shapes of the fields that rules read, by kind. What is not named here is kept as it is. */
import { fields, list, METADATA, OBJECT, POD_SPEC, TEMPLATE } from './pod-shapes.ts';
import { type Shape, TEXTS } from './shape.ts';

const LABEL_SELECTOR = fields({
  matchLabels: TEXTS,
  matchExpressions: list(fields({ key: 'text', operator: 'text', values: list('text') })),
});

const WORKLOAD = fields({
  replicas: 'number',
  selector: LABEL_SELECTOR,
  serviceName: 'text',
  template: TEMPLATE,
  volumeClaimTemplates: list(OBJECT),
});

const PORT_OF_INGRESS = fields({ name: 'text', number: 'number' });
const INGRESS_BACKEND = fields({ service: fields({ name: 'text', port: PORT_OF_INGRESS }, 'name'), resource: OBJECT });
const POLICY_PORTS = list(fields({ port: 'port', protocol: 'text', endPort: 'number' }));
const POLICY_PEERS = list(
  fields({
    podSelector: LABEL_SELECTOR,
    namespaceSelector: LABEL_SELECTOR,
    ipBlock: fields({ cidr: 'text', except: list('text') }),
  }),
);
const ROUTE = fields({
  hostnames: list('text'),
  parentRefs: list(fields({ name: 'text', namespace: 'text', kind: 'text', group: 'text', port: 'number' })),
  rules: list(
    fields({
      backendRefs: list(
        fields({ name: 'text', namespace: 'text', kind: 'text', group: 'text', port: 'number', weight: 'number' }),
      ),
    }),
  ),
});

const CALLED_SERVICE = fields({ namespace: 'text', name: 'text', port: 'number' });
const WEBHOOKS = list(
  fields({
    name: 'text',
    clientConfig: fields({ service: CALLED_SERVICE }),
    failurePolicy: 'text',
    rules: list(fields({ operations: list('text'), apiGroups: list('text'), resources: list('text') })),
  }),
);

/** The shape of `spec` by kind. */
const SPECS: Readonly<Record<string, Shape>> = {
  Service: fields({
    type: 'text',
    clusterIP: 'text',
    clusterIPs: list('text'),
    ipFamilies: list('text'),
    ipFamilyPolicy: 'text',
    selector: TEXTS,
    ports: list(
      fields({
        name: 'text',
        port: 'number',
        protocol: 'text',
        targetPort: 'port',
        nodePort: 'number',
        appProtocol: 'text',
      }),
    ),
    externalName: 'text',
    externalIPs: list('text'),
    loadBalancerIP: 'text',
    loadBalancerClass: 'text',
    loadBalancerSourceRanges: list('text'),
    publishNotReadyAddresses: 'flag',
    sessionAffinity: 'text',
    externalTrafficPolicy: 'text',
    internalTrafficPolicy: 'text',
    trafficDistribution: 'text',
    allocateLoadBalancerNodePorts: 'flag',
    healthCheckNodePort: 'number',
  }),
  Pod: POD_SPEC,
  Deployment: WORKLOAD,
  StatefulSet: WORKLOAD,
  DaemonSet: WORKLOAD,
  ReplicaSet: WORKLOAD,
  ReplicationController: fields({ replicas: 'number', selector: TEXTS, template: TEMPLATE }),
  Job: WORKLOAD,
  CronJob: fields({ jobTemplate: fields({ metadata: METADATA, spec: WORKLOAD }) }),
  Ingress: fields({
    ingressClassName: 'text',
    defaultBackend: INGRESS_BACKEND,
    tls: list(fields({ hosts: list('text'), secretName: 'text' })),
    rules: list(
      fields({
        host: 'text',
        http: fields({ paths: list(fields({ path: 'text', pathType: 'text', backend: INGRESS_BACKEND })) }),
      }),
    ),
  }),
  NetworkPolicy: fields({
    podSelector: LABEL_SELECTOR,
    policyTypes: list('text'),
    ingress: list(fields({ from: POLICY_PEERS, ports: POLICY_PORTS })),
    egress: list(fields({ to: POLICY_PEERS, ports: POLICY_PORTS })),
  }),
  PodDisruptionBudget: fields({ selector: LABEL_SELECTOR, minAvailable: 'port', maxUnavailable: 'port' }),
  HTTPRoute: ROUTE,
  GRPCRoute: ROUTE,
  Gateway: OBJECT,
  ReferenceGrant: fields({
    from: list(fields({ group: 'text', kind: 'text', namespace: 'text' })),
    to: list(fields({ group: 'text', kind: 'text', name: 'text' })),
  }),
  IngressClass: OBJECT,
  ServiceMonitor: fields({
    selector: LABEL_SELECTOR,
    namespaceSelector: fields({ any: 'flag', matchNames: list('text') }),
    endpoints: list(fields({ port: 'text', targetPort: 'port' })),
  }),
  APIService: fields({ group: 'text', version: 'text', service: CALLED_SERVICE }),
};

const ENDPOINT_PORTS = list(fields({ name: 'text', port: 'number', protocol: 'text', appProtocol: 'text' }));

/** Fields beside metadata and spec, by kind. */
const OTHERS: Readonly<Record<string, Record<string, Shape>>> = {
  ValidatingWebhookConfiguration: { webhooks: WEBHOOKS },
  MutatingWebhookConfiguration: { webhooks: WEBHOOKS },
  ConfigMap: { data: TEXTS, binaryData: TEXTS },
  EndpointSlice: {
    addressType: 'text',
    ports: ENDPOINT_PORTS,
    endpoints: list(
      fields({
        addresses: list('text'),
        conditions: { map: 'flag' },
        nodeName: 'text',
        targetRef: TEXTS,
        zone: 'text',
      }),
    ),
  },
  Endpoints: {
    subsets: list(
      fields({
        addresses: list(fields({ ip: 'text', nodeName: 'text', targetRef: TEXTS })),
        notReadyAddresses: list(fields({ ip: 'text' })),
        ports: ENDPOINT_PORTS,
      }),
    ),
  },
};

/** The shape of a whole object of the kind. `status` is dropped by who reads it: a file cannot know it. */
export function shapeOf(kind: string): Shape {
  return fields({ metadata: METADATA, spec: SPECS[kind] ?? OBJECT, ...OTHERS[kind] });
}
