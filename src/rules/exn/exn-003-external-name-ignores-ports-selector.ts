import { targetPortOf } from '../../model/ports.ts';
import { hasSelector, selectorText } from '../../model/selector.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { nameOf, serviceRow } from '../service-text.ts';

export const exn003 = defineRule({
  id: 'EXN-003',
  name: 'external-name-ignores-ports-selector',
  stage: 'existence',
  severity: 'info',
  title: 'an ExternalName Service with a selector or a port mapping, which count for nothing',
  healthy: 'the ExternalName Service has no fields that count for nothing',
  roles: ['target'],
  offline: true,
  gate: 'alias',
  needs: ['service'],
  uses: [],
  explains: [],
  docs: {
    why: 'An ExternalName Service is a DNS alias: it has no endpoints and no dataplane. A selector finds no Pods for it, and a port is never mapped: clients must dial the port that the target serves.',
    confirm: ['kubectl get service NAME -o yaml'],
    fix: 'Remove the selector and the ports, or use type ClusterIP if Pods were meant.',
    references: ['kubernetes.io: Service, type ExternalName'],
  },
  check({ service }) {
    const { spec } = service;
    if (spec?.type !== 'ExternalName') return notApplicable('the Service is not of type ExternalName');
    const mapped = (spec.ports ?? []).filter((port) => targetPortOf(port) !== port.port);
    const selects = hasSelector(spec.selector);
    if (!selects && mapped.length === 0) return pass;
    const what = [
      ...(selects ? [`its selector ${selectorText(spec.selector)}`] : []),
      ...mapped.map((port) => `the mapping of port ${port.port} to ${targetPortOf(port)}`),
    ].join(' and ');
    return fail(
      finding({
        severity: 'info',
        message: `${nameOf(service)} is a DNS alias of ${spec.externalName}: ${what} count${selects && mapped.length === 0 ? 's' : ''} for nothing`,
        evidence: [serviceRow(service, `type ExternalName, ${spec.externalName}`, 'spec.type', 'ExternalName')],
        notes: [{ label: 'note', text: 'clients must dial the port that the target itself serves' }],
      }),
    );
  },
});
