/** Why an image cannot be pulled, from what the kubelet passes on of the runtime and the registry. */
import type { Fact } from '../facts/fact.ts';
import type { Event, Pod } from '../facts/wire.ts';
import { eventContainer, eventsOf } from './events.ts';

/** Every way in which an image is not there, in words. */
export const IMAGE_CAUSES = {
  'image-unknown': 'the registry does not know the image or its tag',
  'image-name-invalid': 'the image reference cannot be parsed',
  'never-pull': 'imagePullPolicy is Never and the node does not have the image',
  'registry-unresolvable': "the registry's name does not resolve",
  'registry-unreachable': 'the registry does not answer',
  'registry-certificate': 'the node does not trust the registry',
  'registry-failing': 'the registry answers with an error of its own',
  'pull-secret-missing': 'the registry wants a login, and the Pods have no pull secret that exists',
  'pull-secret-wrong': 'the registry refuses the login of the pull secret',
  'rate-limit': 'the registry limits how often it may be asked',
  'platform-missing': "the image does not exist for the node's architecture",
  signature: "the image's signature is not accepted",
  'node-disk-full': 'the node has no room for the image',
  untold: 'nothing tells why',
} as const;

export type ImageCause = keyof typeof IMAGE_CAUSES;

export interface ImageFailure {
  cause: ImageCause;
  /** The most telling message: of the container's status, else of the newest event; empty where there is none. */
  message: string;
  /** The pull secrets that the Pod names and the kubelet could not find. */
  lostSecrets: readonly string[];
}

const SHAPES: readonly (readonly [RegExp, ImageCause])[] = [
  [/toomanyrequests|rate limit|429 Too Many/i, 'rate-limit'],
  [/no such host|server misbehaving|Temporary failure in name resolution/i, 'registry-unresolvable'],
  [/x509|certificate|server gave HTTP response to HTTPS client/i, 'registry-certificate'],
  [/no match for platform|no matching manifest for/i, 'platform-missing'],
  [/no space left on device/i, 'node-disk-full'],
  [/signature/i, 'signature'],
  [/\b5\d\d (?:Internal|Bad Gateway|Service|Gateway)/, 'registry-failing'],
  [
    /unauthorized|authorization failed|failed to authorize|denied|forbidden|no basic auth|\b40[13]\b/i,
    'pull-secret-missing',
  ],
  [/not found|manifest unknown|does not exist|\b404\b/i, 'image-unknown'],
  [
    /i\/o timeout|connection refused|deadline exceeded|no route to host|unreachable|connection reset/i,
    'registry-unreachable',
  ],
];

const REASONS: Readonly<Record<string, ImageCause>> = {
  InvalidImageName: 'image-name-invalid',
  ErrImageNeverPull: 'never-pull',
  SignatureValidationFailed: 'signature',
  RegistryUnavailable: 'registry-unreachable',
};

/** Images of Docker Hub without an owner are public: whoever is refused one asks for what is not there. */
function isOfficial(image: string): boolean {
  return /^(?:(?:docker\.io|index\.docker\.io)\/)?(?:library\/)?[a-z0-9._-]+(?:[:@][^/]+)?$/.test(image);
}

const TELLING = /pull|image|manifest|registry|secret/i;

/** The newest event of the container that tells more than the name of its state. */
function toldBy(events: readonly Event[], container: string): string {
  return (
    events.find(
      (event) =>
        event.reason === 'Failed' &&
        [null, container].includes(eventContainer(event)) &&
        TELLING.test(event.message ?? '') &&
        !/^Error: \w+$/.test(event.message ?? ''),
    )?.message ?? ''
  );
}

/** Reads one container of a Pod whose image cannot be pulled; `reason` and `said` are of its waiting state. */
export function imageFailure(
  pod: Pod,
  container: { name: string; image: string },
  { reason = '', message: said = '' }: { reason?: string; message?: string },
  events: Fact<readonly Event[]>,
): ImageFailure {
  const own = events.known ? eventsOf('Pod', pod, events.value) : [];
  const shaped = (text: string) => SHAPES.find(([shape]) => shape.test(text))?.[1];
  const event = toldBy(own, container.name);
  const message = shaped(said) === undefined && event !== '' ? event : said;
  const secrets = (pod.spec?.imagePullSecrets ?? []).flatMap(({ name }) => name ?? []);
  const lost = own.find((entry) => entry.reason === 'FailedToRetrieveImagePullSecret')?.message ?? '';
  const lostSecrets = secrets.filter((name) => new RegExp(`[( ]${name}[),]`).test(lost));
  const found = REASONS[reason] ?? shaped(message) ?? 'untold';
  const refused = found === 'pull-secret-missing';
  const named = secrets.length > lostSecrets.length;
  const cause =
    refused && isOfficial(container.image) ? 'image-unknown' : refused && named ? 'pull-secret-wrong' : found;
  return { cause, message, lostSecrets };
}

const STEPS: Readonly<Record<ImageCause, string>> = {
  'image-unknown': 'correct the image name or tag in the Pod template: the registry does not know it',
  'image-name-invalid': 'correct the image reference in the Pod template: it cannot be parsed',
  'never-pull': 'load the image onto the node, or change imagePullPolicy from Never',
  'registry-unresolvable': "correct the registry's name in the image, or let the DNS of the nodes know it",
  'registry-unreachable': 'let the nodes reach the registry: its address does not answer',
  'registry-certificate': 'make the nodes trust the certificate of the registry',
  'registry-failing': 'wait, or look at the registry: it answers with an error of its own',
  'pull-secret-missing':
    'give the Pods an imagePullSecret that may read this repository, and check that the repository exists',
  'pull-secret-wrong': 'correct the login in the imagePullSecret of the Pods: the registry refuses it',
  'rate-limit': 'wait, or pull as a signed-in user: the registry limits the rate',
  'platform-missing': "use an image that exists for the node's architecture, or a nodeSelector for nodes that it fits",
  signature: 'use an image whose signature the policy of the node accepts',
  'node-disk-full': 'free disk space on the node',
  untold: 'correct the image in the Pod template, or the access to its registry',
};

/** What a person does about it. */
export function imageStep({ cause, lostSecrets }: ImageFailure): string {
  return lostSecrets.length > 0 && cause === 'pull-secret-missing'
    ? `create Secret ${lostSecrets.join(', ')} with a login for the registry, or correct its name in imagePullSecrets`
    : STEPS[cause];
}
