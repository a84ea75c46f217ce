import type { Fact } from '../../facts/fact.ts';
import type { Event } from '../../facts/wire.ts';
import { IMAGE_CAUSES, type ImageFailure, imageFailure, imageStep } from '../../model/image-failure.ts';
import { censusOf, type PodCause } from '../../model/pod-cause.ts';
import type { Evidence } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { containerText, groupsOf, ownersText, podFinding, podObject, podsEvidence, statusPath } from './impact.ts';

function imageOf({ state }: PodCause): string {
  return state?.container.image ?? '';
}

function failureOf(cause: PodCause, events: Fact<readonly Event[]>): ImageFailure {
  const container = { name: cause.state?.container.name ?? '', image: imageOf(cause) };
  return imageFailure(cause.pod, container, cause.state?.status?.state?.waiting ?? {}, events);
}

/** Of Pods that fail alike one may have told more: events end before the Pod does. */
function mostTelling(group: readonly [PodCause, ...PodCause[]], events: Fact<readonly Event[]>): ImageFailure {
  const all = group.map((cause) => failureOf(cause, events));
  const lost = all.find(({ lostSecrets }) => lostSecrets.length > 0);
  return lost ?? all.find(({ cause }) => cause !== 'untold') ?? failureOf(group[0], events);
}

export const pod005 = defineRule({
  id: 'POD-005',
  name: 'image-pull-failed',
  stage: 'pods',
  severity: 'critical',
  title: 'an image of the Pods behind the Service cannot be pulled',
  healthy: 'the images of the Pods behind the Service are there',
  roles: ['target', 'dependency', 'dns'],
  gate: 'ill',
  needs: ['service', 'pods'],
  uses: ['events'],
  explains: ['POD-020', 'DNS-002', 'HDL-002'],
  causes: IMAGE_CAUSES,
  docs: {
    why: 'The kubelet cannot fetch the image, so the container never starts and the Pod never becomes Ready: ErrImagePull at first, ImagePullBackOff between tries.',
    confirm: ['kubectl get pods', 'kubectl describe pod'],
    fix: 'Correct the image name or tag, or give the Pods access to the registry.',
    references: ['kubelet pkg/kubelet/images', 'kubernetes.io: Images'],
  },
  check({ service, pods, events, now }) {
    const census = censusOf(service, pods, now);
    return failIfAny(
      groupsOf(census, ['image'], (cause) => `${imageOf(cause)} ${containerText(cause)}`).map((group) => {
        const [first] = group;
        const failure = mostTelling(group, events);
        const { reason = '' } = first.state?.status?.state?.waiting ?? {};
        const why = failure.cause === 'untold' ? '' : `: ${IMAGE_CAUSES[failure.cause]}`;
        const what = `image ${imageOf(first)} of ${containerText(first)} cannot be pulled${why}`;
        const found = podFinding(service, census, group, what, {
          evidence: [
            podsEvidence(census, group, reason),
            {
              label: 'image',
              text: failure.message === '' ? imageOf(first) : failure.message,
              object: podObject(first),
              path: `${statusPath(first)}.state.waiting`,
              found: imageOf(first),
              expected: null,
            },
            ...secretEvidence(first, failure),
          ],
          fix: {
            summary: `correct the image of ${ownersText(group)}`,
            safety: 'review',
            commands: [],
            steps: [imageStep(failure)],
            patch: null,
          },
        });
        return { ...found, cause: failure.cause };
      }),
    );
  },
});

function secretEvidence(first: PodCause, { cause, lostSecrets }: ImageFailure): readonly Evidence[] {
  if (cause !== 'pull-secret-missing' && cause !== 'pull-secret-wrong') return [];
  const named = (first.pod.spec?.imagePullSecrets ?? []).flatMap(({ name }) => name ?? []);
  const text =
    named.length === 0
      ? 'no imagePullSecrets'
      : `imagePullSecrets ${named.join(', ')}${lostSecrets.length === 0 ? '' : `; not found: ${lostSecrets.join(', ')}`}`;
  const found = named.length === 0 ? null : named.join(', ');
  return [{ label: 'secret', text, object: podObject(first), path: 'spec.imagePullSecrets', found, expected: null }];
}
