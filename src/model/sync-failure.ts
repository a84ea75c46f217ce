/** Why the rules of kube-proxy are refused, from the words of the programs that load them. */

export interface SyncFailure {
  cause: 'chain-in-use' | 'kernel-lacks-match' | 'lock-held' | 'mixed-backends' | 'nft-crashes';
  /** After a colon. */
  why: string;
  step: string;
}

const SHAPES: readonly (readonly [RegExp, SyncFailure])[] = [
  [
    /nft: signal:|signal: (?:segmentation fault|killed|aborted)/i,
    {
      cause: 'nft-crashes',
      why: 'the nft program in its image ends by a signal',
      step: 'remove what newer nft programs have put on the node, or run a kube-proxy whose image has a newer nft',
    },
  ],
  [
    /xtables lock|holding the xtables|can't open lock file/i,
    {
      cause: 'lock-held',
      why: 'another program holds the lock of iptables',
      step: 'find what else runs iptables on the node (a firewall service, a policy agent), and mount /run/xtables.lock into both',
    },
  ],
  [
    /CHAIN_DEL failed|Device or resource busy|Too many links/i,
    {
      cause: 'chain-in-use',
      why: 'rules of another program point at a chain that it wants to remove',
      step: "take the rules that jump to chains of kube-proxy (KUBE-…) out of the other program's: iptables-save shows them",
    },
  ],
  [
    /iptables-legacy tables present|incompatible, use 'nft' tool|table `?\w+'? is incompatible/i,
    {
      cause: 'mixed-backends',
      why: 'iptables of two kinds, legacy and nft, are mixed on the node',
      step: 'let the node and every agent use one kind of iptables, and reboot the node to clear the rules of the other',
    },
  ],
  [
    /unknown option|No chain\/target\/match by that name|Couldn't load match|Extension \S+ (?:revision \d+ )?(?:is )?not supported|insmod|Protocol not supported/i,
    {
      cause: 'kernel-lacks-match',
      why: 'the kernel or the image lacks what a rule uses',
      step: 'load the kernel module that the error names, update the kernel, or choose another mode of kube-proxy',
    },
  ],
];

/** The first known cause in the newest lines; null where none is known. */
export function syncFailure(lines: readonly string[]): SyncFailure | null {
  for (const line of lines.toReversed()) {
    const found = SHAPES.find(([shape]) => shape.test(line));
    if (found !== undefined) return found[1];
  }
  return null;
}
