import { nearNames } from '../../model/near-names.ts';
import { finding } from '../finding.ts';
import { defineRule, failIfAny, unread } from '../rule.ts';
import { few, stepsFix } from '../service-text.ts';
import { classOf, ingressName, isFresh, isTaken, leadingTo } from './ingress-text.ts';

/** Classes that controllers know without an IngressClass. */
const BUILT_IN: ReadonlySet<string> = new Set(['gce', 'gce-internal', 'gce-multi-cluster']);

export const ing005 = defineRule({
  id: 'ING-005',
  name: 'ingress-class-missing',
  stage: 'entrance',
  severity: 'high',
  title: 'an Ingress of a class that does not exist, or of none',
  healthy: 'the Ingresses that lead to the Service have a class that exists',
  roles: ['target'],
  gate: 'ingresses',
  needs: ['service'],
  uses: ['ingresses', 'ingressClasses'],
  explains: ['ING-006'],
  docs: {
    why: 'A controller takes the Ingresses of its own class. One whose class does not exist is taken by nobody; one without a class only where a class is the default, or a controller was told to take them.',
    confirm: ['kubectl get ingress NAME', 'kubectl get ingressclasses'],
    fix: 'Set spec.ingressClassName to a class that exists.',
    references: ['kubernetes.io: Ingress, Ingress class'],
  },
  check({ service, ingresses, ingressClasses, now }) {
    if (!ingresses.known) return unread(ingresses);
    const open = leadingTo(service.metadata?.name ?? '', ingresses.value).filter(
      (ingress) => !isTaken(ingress) && classOf(ingress)?.by !== 'annotation' && !isFresh(ingress, now),
    );
    if (open.length === 0) return failIfAny([]);
    if (!ingressClasses.known) return unread(ingressClasses);
    if (!ingressClasses.complete) return failIfAny([]);
    const classes = ingressClasses.value.map(({ metadata }) => metadata?.name ?? '').sort();
    const hasDefault = ingressClasses.value.some(
      ({ metadata }) => metadata?.annotations?.['ingressclass.kubernetes.io/is-default-class'] === 'true',
    );
    return failIfAny(
      open.flatMap((ingress) => {
        const name = classOf(ingress)?.name ?? null;
        if (name === null ? hasDefault : classes.includes(name) || BUILT_IN.has(name)) return [];
        const [near = classes[0]] = name === null ? [] : nearNames(name, classes);
        return [
          finding({
            severity: 'high',
            confidence: name === null ? 'possible' : 'likely',
            message:
              name === null
                ? `Ingress ${ingressName(ingress)} has no class and no address: perhaps no controller takes it`
                : `Ingress ${ingressName(ingress)} is taken by nobody: there is no IngressClass ${name}`,
            evidence: [
              {
                label: 'Ingress',
                text: `class ${name ?? 'none'}; there ${classes.length === 0 ? 'is none' : `is ${few(classes)}`}`,
                object: `Ingress ${ingressName(ingress)}`,
                path: 'spec.ingressClassName',
                found: name,
                expected: near ?? null,
              },
            ],
            effects: [`calls from outside do not reach ${service.metadata?.namespace}/${service.metadata?.name}`],
            fix:
              near === undefined
                ? stepsFix('install an Ingress controller', 'without a controller an Ingress does nothing')
                : {
                    summary: `use class ${near}`,
                    safety: 'guess',
                    commands: [
                      `kubectl -n ${ingress.metadata?.namespace} patch ingress ${ingress.metadata?.name} --type=merge -p '{"spec":{"ingressClassName":"${near}"}}'`,
                    ],
                    steps: [],
                    patch: null,
                  },
          }),
        ];
      }),
    );
  },
});
