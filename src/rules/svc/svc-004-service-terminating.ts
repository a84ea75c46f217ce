import { ageOf, ageText } from '../../model/readiness.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, pass } from '../rule.ts';

const SETTLING = 60_000;
const LOAD_BALANCER = 'service.kubernetes.io/load-balancer-cleanup';

export const svc004 = defineRule({
  id: 'SVC-004',
  name: 'service-terminating',
  stage: 'existence',
  severity: 'high',
  title: 'the Service is being deleted and waits for a finalizer',
  healthy: 'the Service is not being deleted',
  roles: ['target', 'dependency'],
  gate: 'absent',
  needs: ['service'],
  uses: [],
  explains: [],
  docs: {
    why: 'A Service with finalizers stays until the controllers that own them have cleaned up. It may still answer meanwhile, and is gone the moment the last finalizer is. It stays for ever where such a controller is missing.',
    confirm: ['kubectl get service NAME -o jsonpath={.metadata.deletionTimestamp}{.metadata.finalizers}'],
    fix: 'Bring back the controller that owns the finalizer. Remove a finalizer by hand only when you know that nothing is left to clean up.',
    references: ['kubernetes.io: Finalizers', 'kubernetes.io: Create an External Load Balancer, garbage collecting'],
  },
  check({ service, now }) {
    const { deletionTimestamp, finalizers = [], namespace, name } = service.metadata ?? {};
    if (deletionTimestamp === undefined) return pass;
    const age = ageOf(deletionTimestamp, now) ?? 0;
    const held = [...finalizers].sort();
    const by = held.length === 0 ? 'nothing that can be seen' : held.join(', ');
    return fail(
      finding({
        severity: 'high',
        message: `${namespace}/${name} is being deleted since ${ageText(age)}: it will be gone when ${by} lets go`,
        evidence: [
          {
            label: 'deleted',
            text: `${deletionTimestamp}, held by ${by}`,
            object: `Service ${namespace}/${name}`,
            path: 'metadata.finalizers',
            found: held.join(', ') || null,
            expected: null,
          },
        ],
        effects: [`the name ${name}.${namespace} will not resolve any more`],
        fix: {
          summary: 'let the deletion end, then create the Service again if it is wanted',
          safety: 'review',
          commands: [],
          steps: [
            held.includes(LOAD_BALANCER)
              ? 'bring back the cloud controller that owns the load balancer: its events on the Service say what it waits for'
              : `bring back the controller that owns ${by}`,
            'remove a finalizer by hand only if nothing is left for it to clean up',
          ],
          patch: null,
        },
        converging: age < SETTLING,
      }),
    );
  },
});
