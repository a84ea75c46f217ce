/** The shapes of metadata, Pods and their templates. */
import { type Shape, TEXTS } from './shape.ts';

/** An object with these fields; without those of `needs` it says nothing. */
export const fields = (of: Record<string, Shape>, ...needs: readonly string[]): Shape => ({ fields: of, needs });
export const list = (of: Shape): Shape => ({ list: of });
export const OBJECT: Shape = { map: 'any' };

export const METADATA = fields({
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

export const POD_SPEC = fields({
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

/** A Pod template, also within custom resources. */
export const TEMPLATE = fields({ metadata: METADATA, spec: POD_SPEC });
