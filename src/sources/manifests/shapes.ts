/** The shapes of the fields that rules read, by kind. What is not named here is kept as it is. */
import { type Shape, TEXTS } from './shape.ts';

const fields = (of: Record<string, Shape>, ...needs: readonly string[]): Shape => ({ fields: of, needs });
const list = (of: Shape): Shape => ({ list: of });
const OBJECT: Shape = { map: 'any' };

const METADATA = fields({
  name: 'text',
  namespace: 'text',
  generateName: 'text',
  uid: 'text',
  labels: TEXTS,
  annotations: TEXTS,
  creationTimestamp: 'text',
  deletionTimestamp: 'text',
  finalizers: list('text'),
  ownerReferences: list(
    fields({ kind: 'text', name: 'text', uid: 'text', apiVersion: 'text', controller: 'flag' }, 'kind', 'name'),
  ),
});

const HANDLER: Record<string, Shape> = {
  httpGet: fields({ path: 'text', port: 'port', scheme: 'text', host: 'text', httpHeaders: list(OBJECT) }),
  tcpSocket: fields({ port: 'port', host: 'text' }),
  grpc: fields({ port: 'number', service: 'text' }),
  exec: fields({ command: list('text') }),
};
const PROBE = fields({
  ...HANDLER,
  initialDelaySeconds: 'number',
  periodSeconds: 'number',
  timeoutSeconds: 'number',
  failureThreshold: 'number',
  successThreshold: 'number',
});
const NAMED = fields({ name: 'text', key: 'text', optional: 'flag' });
const KEYS = list(fields({ key: 'text', path: 'text' }));

const CONTAINER = fields(
  {
    name: 'text',
    image: 'text',
    command: list('text'),
    args: list('text'),
    restartPolicy: 'text',
    ports: list(
      fields(
        { name: 'text', containerPort: 'number', protocol: 'text', hostPort: 'number', hostIP: 'text' },
        'containerPort',
      ),
    ),
    env: list(
      fields(
        {
          name: 'text',
          value: 'text',
          valueFrom: fields({
            configMapKeyRef: NAMED,
            secretKeyRef: NAMED,
            fieldRef: OBJECT,
            resourceFieldRef: OBJECT,
          }),
        },
        'name',
      ),
    ),
    envFrom: list(fields({ prefix: 'text', configMapRef: NAMED, secretRef: NAMED })),
    readinessProbe: PROBE,
    livenessProbe: PROBE,
    startupProbe: PROBE,
    lifecycle: fields({ postStart: OBJECT, preStop: OBJECT }),
    volumeMounts: list(fields({ name: 'text', mountPath: 'text', subPath: 'text' })),
    securityContext: fields({
      runAsUser: 'number',
      runAsNonRoot: 'flag',
      capabilities: fields({ add: list('text'), drop: list('text') }),
    }),
    resources: OBJECT,
  },
  'name',
);

const POD_SPEC = fields({
  containers: list(CONTAINER),
  initContainers: list(CONTAINER),
  ephemeralContainers: list(CONTAINER),
  hostname: 'text',
  subdomain: 'text',
  nodeName: 'text',
  hostNetwork: 'flag',
  dnsPolicy: 'text',
  enableServiceLinks: 'flag',
  nodeSelector: TEXTS,
  dnsConfig: fields({
    nameservers: list('text'),
    searches: list('text'),
    options: list(fields({ name: 'text', value: 'text' })),
  }),
  hostAliases: list(fields({ ip: 'text', hostnames: list('text') })),
  volumes: list(
    fields({
      name: 'text',
      configMap: fields({ name: 'text', optional: 'flag', items: KEYS }),
      secret: fields({ secretName: 'text', optional: 'flag' }),
      persistentVolumeClaim: fields({ claimName: 'text' }, 'claimName'),
      projected: fields({
        sources: list(fields({ configMap: fields({ name: 'text', optional: 'flag', items: KEYS }), secret: NAMED })),
      }),
    }),
  ),
  readinessGates: list(fields({ conditionType: 'text' }, 'conditionType')),
  tolerations: list(OBJECT),
  affinity: OBJECT,
  topologySpreadConstraints: list(OBJECT),
  securityContext: fields({ runAsUser: 'number', runAsNonRoot: 'flag', sysctls: list(OBJECT) }),
  restartPolicy: 'text',
  serviceAccountName: 'text',
});

const LABEL_SELECTOR = fields({
  matchLabels: TEXTS,
  matchExpressions: list(fields({ key: 'text', operator: 'text', values: list('text') })),
});

/** A Pod template, also within custom resources. */
export const TEMPLATE = fields({ metadata: METADATA, spec: POD_SPEC });

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
  HTTPRoute: ROUTE,
  GRPCRoute: ROUTE,
  Gateway: OBJECT,
  ReferenceGrant: fields({
    from: list(fields({ group: 'text', kind: 'text', namespace: 'text' })),
    to: list(fields({ group: 'text', kind: 'text', name: 'text' })),
  }),
  IngressClass: OBJECT,
};

const ENDPOINT_PORTS = list(fields({ name: 'text', port: 'number', protocol: 'text', appProtocol: 'text' }));

/** Fields beside metadata and spec, by kind. */
const OTHERS: Readonly<Record<string, Record<string, Shape>>> = {
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
