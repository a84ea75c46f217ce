import { matchedPods } from '../../model/endpoints.ts';
import { isReady } from '../../model/readiness.ts';
import { ownerOf } from '../../model/workloads.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { nameOf, stepsFix } from '../service-text.ts';

/** A Pod that calls its own Service is sometimes sent to itself: the packet must leave and come back by the same interface (hairpin mode). */
export const kpx011 = defineRule({
  id: 'KPX-011',
  name: 'hairpin-broken',
  stage: 'dataplane',
  severity: 'medium',
  title: 'the caller is one of the Pods behind the Service',
  healthy: 'the caller is not behind the Service that it calls',
  roles: ['caller'],
  needs: ['called'],
  uses: ['pods'],
  explains: [],
  docs: {
    why: 'A Pod that calls a Service it stands behind is sometimes sent to itself. The packet must then leave by the interface by which it comes back, which bridges refuse unless hairpin mode is on. Such a call hangs, while every other caller is served: with one Pod always, with n Pods every n-th time. Only a call from the Pod itself tells.',
    confirm: [
      'kubectl exec POD -- wget -qO- -T 3 http://SERVICE:PORT',
      'kubectl get --raw /api/v1/nodes/NODE/proxy/configz',
    ],
    fix: 'Turn hairpin mode on in the CNI configuration (hairpinMode: true), or let the Pod call localhost.',
    references: ['kubernetes.io: Debug Services (a Pod fails to reach itself via the Service IP)'],
  },
  check({ subject, called, pods }) {
    const [namespace = '', kind = '', name = ''] = subject.caller?.split('/') ?? [];
    if (called === null) return notApplicable('the Service does not exist');
    if (called.metadata?.namespace !== namespace) return notApplicable('the caller is in another namespace');
    if (called.spec?.clusterIP === 'None') return notApplicable('a headless Service is called at its Pods directly');
    if (!pods.known) return notApplicable('the Pods were not read');
    const behind = matchedPods(called, pods.value).filter(isReady);
    const own = behind.filter((pod) => {
      if (kind === 'Pod') return pod.metadata?.name === name;
      const owner = ownerOf(pod);
      return owner.kind === kind && owner.name === name;
    });
    const [first] = own;
    if (first === undefined || first.spec?.hostNetwork === true) return pass;
    const share = behind.length === 1 ? 'every call' : `one call in ${behind.length}`;
    return fail(
      finding({
        severity: 'medium',
        confidence: 'possible',
        message: `${namespace}/${name} is itself behind ${nameOf(called)}: ${share} from there comes back to the same Pod, and hangs where hairpin mode is off`,
        evidence: [
          {
            label: 'caller',
            text: `${first.metadata?.namespace}/${first.metadata?.name} carries the labels of the selector`,
            object: `Pod ${first.metadata?.namespace}/${first.metadata?.name}`,
            path: 'metadata.labels',
            found: null,
            expected: null,
          },
        ],
        fix: stepsFix(
          'test from another Pod, or turn hairpin mode on',
          'call the Service from a Pod that is not behind it: where that works, set hairpinMode in the CNI configuration',
          'let the Pod call localhost where it means itself',
        ),
      }),
    );
  },
});
