import type { Service, ServicePort } from '../../facts/wire.ts';
import type { Finding } from '../finding.ts';
import { defineRule } from '../rule.ts';
import { stepsFix } from '../service-text.ts';
import { jsonFix, judgeWritten, oddityAt, refusal } from './written.ts';

const LAST = 65_535;

function isPort(number: unknown): boolean {
  return Number.isInteger(number) && Number(number) >= 1 && Number(number) <= LAST;
}

function quoted(service: Service, index: number, path: string): Finding | null {
  const odd = oddityAt(service, path);
  const number = service.spec?.ports?.[index]?.port;
  if (odd === null) return null;
  const fix = isPort(number)
    ? jsonFix(
        service,
        [{ op: 'replace', path: `/spec/ports/${index}/port`, value: number }],
        'take the quotes off',
        'safe',
      )
    : stepsFix('write a number', `write the number of the port at ${path}`);
  const words = `the number of port ${index + 1} is written as text: ${odd.found}`;
  return refusal(service, { words, path, found: odd.found, expected: 'a number', fix });
}

function outOfRange(service: Service, { port, targetPort }: ServicePort, index: number): Finding | null {
  const target = targetPort as number | string | undefined;
  const isTarget = isPort(port);
  if (isTarget && (typeof target !== 'number' || target === 0 || isPort(target))) return null;
  const path = `spec.ports[${index}].${isTarget ? 'targetPort' : 'port'}`;
  const found = isTarget ? target : port;
  const field = isTarget ? 'targetPort' : 'port';
  const words =
    found === undefined || found === 0
      ? `port ${index + 1} has no number`
      : `${field} ${found} of port ${index + 1} is not a port number`;
  const fix = stepsFix(
    'write a number from 1 to 65535',
    `set ${path} to ${isTarget ? 'the number that the container listens on' : 'the number that clients call'}`,
  );
  return refusal(service, {
    words,
    path,
    found: found === undefined || found === 0 ? null : String(found),
    expected: '1 to 65535',
    fix,
  });
}

export const man001 = defineRule({
  id: 'MAN-001',
  name: 'port-missing-or-out-of-range',
  stage: 'ports',
  severity: 'critical',
  title: 'a port without a number from 1 to 65535',
  healthy: 'every port has a number from 1 to 65535',
  roles: ['target', 'dependency'],
  offline: 'only',
  needs: ['service'],
  uses: [],
  explains: ['PRT-001', 'PRT-007'],
  docs: {
    why: 'Every entry of spec.ports needs a port, a number from 1 to 65535; a numeric targetPort must lie in that range too. A quoted "80" is text, not a number, and is refused as well.',
    confirm: ['kubectl apply --dry-run=server -f FILE'],
    fix: 'Write the number, without quotes.',
    references: ['API reference: ServiceSpec', 'kubernetes/kubernetes: pkg/apis/core/validation, ValidateService'],
  },
  check({ service }) {
    return judgeWritten(service, () =>
      (service.spec?.ports ?? []).flatMap(
        (port, index) => quoted(service, index, `spec.ports[${index}].port`) ?? outOfRange(service, port, index) ?? [],
      ),
    );
  },
});
