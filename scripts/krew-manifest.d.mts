export function krewManifest(
  version: string,
  platforms: readonly { os: string; arch: string; uri: string; sha256: string }[],
): string;
