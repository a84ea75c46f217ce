import { censusOf, type PodCause } from '../../model/pod-cause.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { containerText, groupsOf, ownersText, podFinding, podObject, podsEvidence, statusPath } from './impact.ts';

const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/toomanyrequests|rate limit/i, 'wait, or pull as a signed-in user: the registry limits the rate'],
  [
    /unauthorized|authorization failed|denied|forbidden|no basic auth/i,
    'give the Pods an imagePullSecret that may read this repository, and check that the repository exists',
  ],
  [
    /not found|manifest unknown|does not exist/i,
    'correct the image name or tag in the Pod template: the registry does not know it',
  ],
  [
    /no such host|i\/o timeout|connection refused|deadline exceeded/i,
    'let the node reach the registry: its name or network fails',
  ],
  [/x509|certificate/i, 'make the node trust the certificate of the registry'],
];

function stepOf(reason: string, message: string): string {
  if (reason === 'InvalidImageName') return 'correct the image reference in the Pod template: it cannot be parsed';
  if (reason === 'ErrImageNeverPull') return 'load the image onto the node, or change imagePullPolicy from Never';
  return (
    SHAPES.find(([shape]) => shape.test(message))?.[1] ??
    'correct the image in the Pod template, or the access to its registry'
  );
}

function imageOf({ state }: PodCause): string {
  return state?.container.image ?? '';
}

export const pod005 = defineRule({
  id: 'POD-005',
  name: 'image-pull-failed',
  stage: 'pods',
  severity: 'critical',
  title: 'an image of the Pods behind the Service cannot be pulled',
  healthy: 'the images of the Pods behind the Service are there',
  roles: ['target', 'dependency', 'dns'],
  needs: ['service', 'pods'],
  uses: [],
  explains: ['POD-020', 'DNS-002'],
  docs: {
    why: 'The kubelet cannot fetch the image, so the container never starts and the Pod never becomes Ready: ErrImagePull at first, ImagePullBackOff between tries.',
    confirm: ['kubectl get pods', 'kubectl describe pod'],
    fix: 'Correct the image name or tag, or give the Pods access to the registry.',
    references: ['kubelet pkg/kubelet/images', 'kubernetes.io: Images'],
  },
  check({ service, pods, now }) {
    const census = censusOf(service, pods, now);
    return failIfAny(
      groupsOf(census, ['image'], (cause) => `${imageOf(cause)} ${containerText(cause)}`).map((group) => {
        const [first] = group;
        const { reason = '', message = '' } = first.state?.status?.state?.waiting ?? {};
        const what = `image ${imageOf(first)} of ${containerText(first)} cannot be pulled`;
        return podFinding(service, census, group, what, {
          evidence: [
            podsEvidence(census, group, reason),
            {
              label: 'image',
              text: message === '' ? imageOf(first) : message,
              object: podObject(first),
              path: `${statusPath(first)}.state.waiting`,
              found: imageOf(first),
              expected: null,
            },
          ],
          fix: {
            summary: `correct the image of ${ownersText(group)}`,
            safety: 'review',
            commands: [],
            steps: [stepOf(reason, message)],
            patch: null,
          },
        });
      }),
    );
  },
});
