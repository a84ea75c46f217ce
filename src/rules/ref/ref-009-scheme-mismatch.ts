import type { Service, ServicePort } from '../../facts/wire.ts';
import { calledServices, portCalled } from '../../model/called-services.ts';
import type { LogMatch } from '../../model/log-shapes.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { isSettling, saidRows, setEnvCommands, useRows, workloadText } from './reference-text.ts';
import { lineAbout } from './reference-weight.ts';

type Scheme = 'http' | 'https';

/** What the port speaks, by its appProtocol, its name and its number; null where they do not tell, or where they disagree. */
function spoken({ appProtocol, name = '', port, targetPort }: ServicePort): Scheme | null {
  if (appProtocol !== undefined) {
    const protocol = appProtocol.toLowerCase();
    return protocol === 'https' ? 'https' : /^(?:http|kubernetes\.io\/h2c)$/.test(protocol) ? 'http' : null;
  }
  const named = /^(?:https|tls)(?:-|$)/.test(name) ? 'https' : /^http2?(?:-|$)/.test(name) ? 'http' : null;
  const target = String(targetPort ?? port);
  const numbered = /^(?:443|8443|https)$/.test(target) ? 'https' : /^(?:80|8080|http)$/.test(target) ? 'http' : null;
  return named !== null && numbered !== null && named !== numbered ? null : (named ?? (port === 443 ? 'https' : null));
}

/** TLS that ends before the Pods: then the port says nothing of what clients speak. */
function isTerminated({ metadata }: Service): boolean {
  return Object.keys(metadata?.annotations ?? {}).some((key) => /ssl|tls|backend-protocol|backend-config/i.test(key));
}

/** `https://` to a port that is named for plain HTTP, or the reverse. */
export const ref009 = defineRule({
  id: 'REF-009',
  name: 'scheme-mismatch',
  stage: 'references',
  severity: 'medium',
  title: 'a workload calls HTTPS where the Service offers HTTP, or the reverse',
  healthy: 'the schemes of addresses are those of the ports',
  roles: ['target', 'dependency', 'caller'],
  offline: true,
  gate: 'calls',
  needs: ['references', 'services'],
  uses: ['servicesEverywhere', 'logs'],
  explains: [],
  docs: {
    why: 'A Service translates addresses, not protocols. A TLS client that meets plain HTTP fails in its handshake, and a server that expects TLS answers a plain request with an error. The name of a port is no proof of what is spoken there: this is a hint unless a log complains.',
    confirm: ['kubectl get service NAME -o jsonpath={.spec.ports}', 'kubectl -n NAMESPACE logs POD'],
    fix: 'Write the scheme that the port speaks, or call the port that speaks the scheme.',
    references: ['kubernetes.io: Service, application protocol'],
  },
  check(facts) {
    const { references, services, servicesEverywhere: all, logs, subject, now } = facts;
    const findings = calledServices(references, services, all).flatMap(({ workload, service, uses }): Finding[] => {
      if (isTerminated(service)) return [];
      const { name = '', namespace = '' } = service.metadata ?? {};
      return (service.spec?.ports ?? []).flatMap((port): Finding[] => {
        const offered = spoken(port);
        const wrong = uses.filter(({ scheme, ...use }) => {
          if (scheme !== 'http' && scheme !== 'https') return false;
          return portCalled({ ...use, scheme }) === port.port && offered !== null && scheme !== offered;
        });
        const [first] = wrong;
        if (first === undefined) return [];
        const isMixed = ({ class: of, line }: LogMatch): boolean => of === 'tls' && line.includes(first.host);
        const said = lineAbout({ workload, uses: wrong }, isMixed, logs);
        const scheme = offered ?? '';
        const commands = setEnvCommands({ workload, uses: wrong.map((use) => ({ ...use, scheme })) }, first.host);
        return [
          finding({
            severity: 'medium',
            confidence: said === null ? 'possible' : 'certain',
            message: `${workloadText(workload)} calls ${namespace}/${name} with ${first.scheme}://, but its port ${port.port} looks like ${scheme.toUpperCase()}`,
            scope: { service: subject.role === 'caller' ? `${namespace}/${name}` : null },
            evidence: [
              ...useRows(workload, wrong, scheme),
              {
                label: 'Service',
                text: `port ${port.port}${port.name === undefined ? '' : ` (${port.name})`}`,
                object: `Service ${namespace}/${name}`,
                path: 'spec.ports',
                found: port.appProtocol ?? port.name ?? String(port.port),
                expected: first.scheme,
              },
              ...saidRows(said),
            ],
            effects: ['the handshake fails where the Pods do not speak what the caller does'],
            fix: {
              summary: `call it with ${scheme}://`,
              safety: 'review',
              commands: commands.length === wrong.length ? commands : [],
              steps: commands.length === wrong.length ? [] : [`write ${scheme}:// where the address stands`],
              patch: null,
            },
            converging: isSettling(workload, now),
          }),
        ];
      });
    });
    return failIfAny(findings);
  },
});
