import { eventsOf } from '../../model/events.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, unread } from '../rule.ts';
import { stepsFix } from '../service-text.ts';
import { ingressName, leadingTo } from './ingress-text.ts';

export const ing007 = defineRule({
  id: 'ING-007',
  name: 'ingress-tls-secret-missing',
  stage: 'entrance',
  severity: 'medium',
  title: 'the TLS Secret of an Ingress is missing or not usable',
  healthy: 'no controller complains about a TLS Secret',
  roles: ['target'],
  gate: 'ingresses',
  needs: ['service'],
  uses: ['ingresses', 'events'],
  explains: [],
  docs: {
    why: 'Without the Secret in spec.tls the controller answers with its own certificate, which browsers refuse. Secrets are never read here, so this is only found where a controller says so in an event of the Ingress.',
    confirm: ['kubectl describe ingress NAME', 'kubectl get secret SECRET -o jsonpath={.type}'],
    fix: 'Create the Secret, of type kubernetes.io/tls, in the namespace of the Ingress.',
    references: ['kubernetes.io: Ingress, TLS'],
  },
  check({ service, ingresses, events }) {
    if (!ingresses.known) return unread(ingresses);
    const secured = leadingTo(service.metadata?.name ?? '', ingresses.value).filter(
      ({ spec }) => (spec?.tls ?? []).length > 0,
    );
    if (secured.length === 0 || !events.known)
      return notApplicable('Secrets are not read: only an event of the controller could tell');
    const found = secured.flatMap((ingress) => {
      const secrets = (ingress.spec?.tls ?? []).flatMap(({ secretName }) => secretName ?? []);
      const [said] = eventsOf('Ingress', ingress, events.value).filter(
        ({ type, message }) =>
          type === 'Warning' &&
          /secret/i.test(message ?? '') &&
          secrets.some((secret) => message?.includes(secret) === true),
      );
      if (said === undefined) return [];
      const name = secrets.find((secret) => said.message?.includes(secret) === true) ?? '';
      return [
        finding({
          severity: 'medium',
          message: `Ingress ${ingressName(ingress)} cannot use its TLS Secret ${name}`,
          evidence: [
            {
              label: 'event',
              text: `${said.reason}: ${said.message}`,
              object: `Ingress ${ingressName(ingress)}`,
              path: 'spec.tls[].secretName',
              found: name,
              expected: 'a Secret of type kubernetes.io/tls',
            },
          ],
          effects: ['browsers and clients that check certificates refuse the connection'],
          fix: stepsFix(
            'create the Secret',
            `create Secret ${name} of type kubernetes.io/tls in ${ingress.metadata?.namespace}`,
          ),
        }),
      ];
    });
    return found.length === 0
      ? notApplicable('Secrets are not read, and no controller complains about one')
      : fail(...found);
  },
});
