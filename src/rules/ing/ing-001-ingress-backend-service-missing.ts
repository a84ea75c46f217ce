import { ingressBackends } from '../../model/entrance.ts';
import { isMisspelt, isNear } from '../../model/near-names.ts';
import { finding } from '../finding.ts';
import { defineRule, failIfAny, unread } from '../rule.ts';
import { stepsFix } from '../service-text.ts';
import { mayExist } from '../unseen.ts';
import { backendFix, backendRow, backendsTo, ingressName } from './ingress-text.ts';

export const ing001 = defineRule({
  id: 'ING-001',
  name: 'ingress-backend-service-missing',
  stage: 'entrance',
  severity: 'critical',
  title: 'an Ingress names a Service that does not exist',
  healthy: 'no Ingress names a Service that does not exist where this one may be meant',
  roles: ['target'],
  offline: true,
  gate: 'ingresses',
  needs: ['services'],
  uses: ['ingresses', 'servicesEverywhere', 'unseen'],
  explains: [],
  reasons: {
    'ING-004': {
      name: 'ingress-backend-other-namespace',
      title: 'the Service that an Ingress names exists in another namespace only',
    },
  },
  docs: {
    why: 'An Ingress finds Services of its own namespace only. For a name that is no Service there the controller answers 503 or 404 from its default backend.',
    confirm: ['kubectl describe ingress NAME', 'kubectl get services'],
    fix: 'Correct the name, or move the Ingress to the namespace of the Service.',
    references: ['kubernetes.io: Ingress'],
  },
  check({ services, ingresses, servicesEverywhere, unseen, subject }) {
    if (!ingresses.known) return unread(ingresses);
    if (ingresses.value.length === 0) return failIfAny([]);
    const names = new Set(services.map(({ metadata }) => metadata?.name ?? ''));
    const absent = !names.has(subject.name);
    const isMeant = mayExist(unseen) ? isMisspelt : isNear;
    const served = backendsTo(subject.name, ingresses.value).length > 0;
    const missing = ingresses.value
      .flatMap(ingressBackends)
      .filter(
        ({ service }) => !names.has(service) && (absent ? service === subject.name : isMeant(service, subject.name)),
      );
    return failIfAny(
      missing.map((backend) => {
        const elsewhere = servicesEverywhere.known
          ? servicesEverywhere.value
              .filter(({ metadata }) => metadata?.name === backend.service && metadata.namespace !== subject.namespace)
              .map(({ metadata }) => metadata?.namespace ?? '')
              .sort()
          : [];
        const [other] = elsewhere;
        return finding({
          reason: absent && other !== undefined ? 'ING-004' : null,
          severity: 'critical',
          confidence: absent ? 'certain' : served ? 'possible' : 'likely',
          message: `Ingress ${ingressName(backend.ingress)} leads ${backend.path} nowhere: there is no Service ${backend.service} in ${subject.namespace}${absent && other !== undefined ? `; it exists in ${other}` : ''}`,
          evidence: [backendRow(backend, backend.service, absent ? null : subject.name)],
          effects: [`calls to ${backend.path} are answered 503 or 404 by the Ingress controller`],
          fix: absent
            ? stepsFix(
                other === undefined ? 'create the Service, or correct the name' : `move the Ingress to ${other}`,
                other === undefined
                  ? `create Service ${backend.service} in ${subject.namespace}`
                  : `create the Ingress in ${other}: it finds Services of its own namespace only`,
              )
            : backendFix(backend, 'name', subject.name, `lead it to ${subject.name}`, 'guess'),
        });
      }),
    );
  },
});
