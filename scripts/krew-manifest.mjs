/** The manifest by which `kubectl krew install` finds an archive. */
import { stringify } from 'yaml';

const DESCRIPTION = `Names the one root cause when calls to a Service fail, proves it from the
cluster's own fields, and prints a command that repairs it. It only reads.

  kubectl svc-doctor web
  kubectl svc-doctor --namespace shop
  kubectl svc-doctor demo

What it may read, and the smallest Role for it: kubectl svc-doctor access
`;

const CAVEATS = `For completion at the TAB key, put a link named kubectl_complete-svc_doctor
to kubectl-svc_doctor on the PATH.
`;

/** The manifest of this version; `platforms` = { os, arch, uri, sha256 } of each archive. */
export function krewManifest(version, platforms) {
  return stringify(
    {
      apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
      kind: 'Plugin',
      metadata: { name: 'svc-doctor' },
      spec: {
        version: `v${version}`,
        shortDescription: 'Find why a Service does not work',
        description: DESCRIPTION,
        caveats: CAVEATS,
        platforms: platforms.map(({ os, arch, uri, sha256 }) => ({
          selector: { matchLabels: { os, arch } },
          uri,
          sha256,
          bin: 'kubectl-svc_doctor',
          files: ['kubectl-svc_doctor', 'LICENSE', 'THIRD_PARTY_NOTICES'].map((from) => ({ from, to: '.' })),
        })),
      },
    },
    { lineWidth: 0 },
  );
}
