import type { Service, ServicePort } from '../../facts/wire.ts';
import type { Finding } from '../finding.ts';
import { defineRule } from '../rule.ts';
import { jsonFix, judgeWritten, refusal } from './written.ts';

/** A name that says the port, and that no other has. */
function freeName(port: ServicePort, taken: ReadonlySet<string>): string {
  const base = `port-${port.port}`;
  const names = [base, `${base}-${(port.protocol ?? 'TCP').toLowerCase()}`];
  return names.find((name) => !taken.has(name)) ?? `${base}-${taken.size}`;
}

function faults(service: Service): readonly Finding[] {
  const ports = service.spec?.ports ?? [];
  if (ports.length < 2) return [];
  const taken = new Set(ports.flatMap(({ name }) => (name === undefined || name === '' ? [] : [name])));
  const seen = new Set<string>();
  return ports.flatMap((port, index) => {
    const name = port.name ?? '';
    const isTwice = seen.has(name);
    seen.add(name);
    if (name !== '' && !isTwice) return [];
    const path = `spec.ports[${index}].name`;
    const value = freeName(port, taken);
    taken.add(value);
    const fix = jsonFix(
      service,
      [{ op: 'add', path: `/spec/ports/${index}/name`, value }],
      `name port ${port.port} ${value}`,
      'review',
    );
    const words =
      name === ''
        ? `it has ${ports.length} ports, and port ${port.port} has no name`
        : `two of its ports are called "${name}"`;
    const found = name === '' ? null : name;
    return [refusal(service, { words, path, found, expected: 'a name of its own', fix, port: String(port.port) })];
  });
}

export const man002 = defineRule({
  id: 'MAN-002',
  name: 'multi-port-unnamed',
  stage: 'ports',
  severity: 'critical',
  title: 'several ports of which one has no name, or two the same',
  healthy: 'several ports have names of their own',
  roles: ['target', 'dependency'],
  offline: 'only',
  needs: ['service'],
  uses: [],
  explains: ['BPR-001'],
  docs: {
    why: 'A Service with more than one port must name each, and each name once: endpoints are kept by the name of the port.',
    confirm: ['kubectl apply --dry-run=server -f FILE'],
    fix: 'Give every port a name of its own.',
    references: ['API reference: ServiceSpec', 'kubernetes/kubernetes: pkg/apis/core/validation, ValidateService'],
  },
  check({ service }) {
    return judgeWritten(service, () => faults(service));
  },
});
