import type { Service } from '../../facts/wire.ts';
import type { Finding } from '../finding.ts';
import { defineRule } from '../rule.ts';
import { specFix, stepsFix } from '../service-text.ts';
import { judgeWritten, refusal } from './written.ts';

const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

function wrongName(service: Service, name: string): readonly Finding[] {
  if (name.length <= 253 && SUBDOMAIN.test(name.replace(/\.$/, ''))) return [];
  const step = 'set spec.externalName to the DNS name alone: lowercase, no scheme, no port, no path';
  return [
    refusal(service, {
      words:
        name === '' ? 'it is of type ExternalName and has no externalName' : `externalName "${name}" is not a DNS name`,
      path: 'spec.externalName',
      found: name === '' ? null : name,
      expected: 'a DNS name',
      fix: stepsFix('write a DNS name', step),
    }),
  ];
}

export const man008 = defineRule({
  id: 'MAN-008',
  name: 'external-name-invalid',
  stage: 'existence',
  severity: 'critical',
  title: 'type ExternalName without a usable externalName, or with a cluster IP',
  healthy: 'a Service of type ExternalName has a name and no address',
  roles: ['target', 'dependency'],
  offline: 'only',
  needs: ['service'],
  uses: [],
  explains: ['EXN-001', 'EXN-002', 'EXN-005', 'EXN-006'],
  docs: {
    why: 'A Service of type ExternalName is an alias: it needs externalName, a DNS name in lowercase without scheme and port, and can have no cluster IP.',
    confirm: ['kubectl apply --dry-run=server -f FILE'],
    fix: 'Write the DNS name alone, and take clusterIP out.',
    references: ['API reference: ServiceSpec', 'kubernetes/kubernetes: pkg/apis/core/validation, ValidateService'],
  },
  check({ service }) {
    return judgeWritten(service, () => {
      const { type, externalName = '', clusterIP = '' } = service.spec ?? {};
      if (type !== 'ExternalName') return [];
      const found = wrongName(service, externalName);
      if (clusterIP === '') return found;
      const words = `it is of type ExternalName and has clusterIP ${clusterIP}`;
      const fix = specFix(service, { clusterIP: null }, 'take clusterIP out', 'safe');
      return [...found, refusal(service, { words, path: 'spec.clusterIP', found: clusterIP, expected: null, fix })];
    });
  },
});
