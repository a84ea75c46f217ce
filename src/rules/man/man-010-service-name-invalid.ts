import { defineRule } from '../rule.ts';
import { stepsFix } from '../service-text.ts';
import { judgeWritten, refusal } from './written.ts';

const LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;

export const man010 = defineRule({
  id: 'MAN-010',
  name: 'service-name-invalid',
  stage: 'existence',
  severity: 'critical',
  title: 'a Service name that is no DNS label',
  healthy: 'the name of the Service is a DNS label',
  roles: ['target', 'dependency'],
  offline: 'only',
  needs: ['service'],
  uses: [],
  explains: [],
  docs: {
    why: 'The name of a Service becomes a DNS name: at most 63 characters of a-z, 0-9 and -, and no - at either end. Servers before 1.37 also want a letter first (RFC 1035).',
    confirm: ['kubectl apply --dry-run=server -f FILE'],
    fix: 'Rename the Service, and whoever calls it.',
    references: ['kubernetes.io: Object Names and IDs', 'KEP-5311: relaxed validation for Service names'],
  },
  check({ service }) {
    return judgeWritten(service, () => {
      const { name = '' } = service.metadata ?? {};
      const isLabel = name.length <= 63 && LABEL.test(name);
      if (isLabel && !/^\d/.test(name)) return [];
      const words = isLabel
        ? `its name "${name}" begins with a digit, which servers before 1.37 do not take`
        : `its name "${name}" is no DNS label`;
      const rule = isLabel ? 'a letter first' : 'lowercase letters, digits and -, at most 63';
      const fix = stepsFix('rename it', `choose another name (${rule}), and tell whoever calls it`);
      const confidence = isLabel ? 'likely' : 'certain';
      return [refusal(service, { words, path: 'metadata.name', found: name, expected: rule, fix, confidence })];
    });
  },
});
