/** Files into which patches are written, and the patches. */
import type { Patch } from '../../../src/model/patch.ts';

export const SERVICE = `# the shop's front door
apiVersion: v1
kind: Service
metadata: {name: web, labels: {app: web}}   # in one line
spec:
    type: ClusterIP
    selector:
        app: 'wbe'     # who serves

    # the ports
    ports:
    - port: 80
      targetPort: "http"  # by name
    - {port: 443, targetPort: 8443}
`;

export const ANCHORED = `kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
        - name: web # the program
          image: web
          <<: &probes
            readinessProbe: {httpGet: {path: /, port: &port 8080}}
          ports: [{containerPort: *port}]
        - name: proxy
          <<: *probes
---
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80, targetPort: *nothing}]}
`.replace('*nothing', '1');

/** A merge patch of Service shop/web, but for what is said. */
export function patch(parts: Partial<Patch>): Patch {
  return { kind: 'service', namespace: 'shop', name: 'web', type: 'merge', body: {}, ...parts };
}

/** One field of it in the place of another. */
export const operation = (path: string, value: unknown): Patch =>
  patch({ type: 'json', body: [{ op: 'replace', path, value }] });
