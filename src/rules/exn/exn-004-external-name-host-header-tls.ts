import type { Service } from '../../facts/wire.ts';
import { aliasOf } from '../../model/alias.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { nameOf, serviceRow, stepsFix } from '../service-text.ts';

function speaksHttp(service: Service): boolean {
  return (service.spec?.ports ?? []).some(
    ({ port, name, appProtocol }) => port === 80 || port === 443 || /^https?(?:-|$)/.test(appProtocol ?? name ?? ''),
  );
}

export const exn004 = defineRule({
  id: 'EXN-004',
  name: 'external-name-host-header-tls',
  stage: 'existence',
  severity: 'medium',
  title: 'HTTP over an alias: the outside host sees another name than its own',
  healthy: 'no HTTP is spoken over an alias of an outside host',
  roles: ['target'],
  offline: true,
  gate: 'alias',
  needs: ['service'],
  uses: [],
  explains: [],
  docs: {
    why: 'Clients that call the alias send its name as HTTP Host and as TLS server name. A host outside that serves several names may answer 404, and its certificate does not cover the alias.',
    confirm: ['kubectl exec POD -- curl -v https://NAME'],
    fix: "Let clients send the host's own name, or call the outside name directly.",
    references: ['kubernetes.io: Service, type ExternalName (caution about HTTP and HTTPS)'],
  },
  check({ service }) {
    const alias = aliasOf(service);
    if (alias === null) return notApplicable('the Service is not of type ExternalName');
    if (alias.kind !== 'external' || !speaksHttp(service)) return pass;
    return fail(
      finding({
        severity: 'medium',
        confidence: 'possible',
        message: `${nameOf(service)} is an alias of ${alias.name}, which may refuse requests and TLS for the name ${service.metadata?.name}`,
        evidence: [serviceRow(service, `externalName ${alias.name}`, 'spec.externalName', alias.name)],
        fix: stepsFix(
          'call the host by its own name',
          `let clients call ${alias.name}, or send Host and TLS server name ${alias.name}`,
        ),
      }),
    );
  },
});
