import { protocolOf } from '../../model/ports.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { advice, nameOf, objectOf } from './advice.ts';

export const bpr001 = defineRule({
  id: 'BPR-001',
  name: 'unnamed-service-port',
  stage: 'ports',
  severity: 'info',
  title: 'a Service port has no name',
  healthy: 'every Service port has a name',
  offByDefault: true,
  roles: ['target'],
  offline: true,
  needs: ['service'],
  uses: [],
  explains: [],
  docs: {
    why: 'A name says what a port is for, meshes tell the protocol from it, and a second port can only be added when both have one. With a single port it is a matter of taste, so this rule runs only where --only names it.',
    confirm: ['kubectl get service NAME -o jsonpath={.spec.ports}'],
    fix: 'Give the port a name.',
    references: ['kubernetes.io: Service, Multi-port Services'],
  },
  check({ service }) {
    if (service.spec?.type === 'ExternalName') return notApplicable('an ExternalName Service uses no ports');
    const ports = service.spec?.ports ?? [];
    const index = ports.findIndex(({ name }) => name === undefined || name === '');
    const port = ports[index];
    if (port === undefined) return pass;
    return fail(
      finding({
        severity: 'info',
        message: `${nameOf(service)} port ${port.port} has no name`,
        evidence: [
          {
            label: 'Service',
            text: `port ${port.port}/${protocolOf(port)} without a name`,
            object: objectOf(service),
            path: `spec.ports[${index}].name`,
            found: null,
            expected: 'a name',
          },
        ],
        fix: advice('name the port', 'give it a name that says what it is for, such as http'),
      }),
    );
  },
});
