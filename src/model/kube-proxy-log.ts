/** Why kube-proxy ends, from its own last words. */

export interface KubeProxyDeath {
  /** In words that complete "because …". */
  why: string;
  step: string;
}

const SHAPES: readonly (readonly [RegExp, KubeProxyDeath])[] = [
  [
    /nf_conntrack_max/,
    {
      why: 'it may not set nf_conntrack_max in this kernel or container',
      step: 'set conntrack.maxPerCore: 0 in ConfigMap kube-system/kube-proxy (key config.conf), then delete the crashing Pods',
    },
  ],
  [
    /failed (?:to load|complete|decoding|validat\w+)[^\n]*config|unknown field|strict decoding error/i,
    {
      why: 'it cannot read its configuration',
      step: 'repair config.conf in ConfigMap kube-system/kube-proxy, then delete the crashing Pods',
    },
  ],
  [
    /can't set sysctl|sysctl[^\n]*permission denied/i,
    { why: 'it may not set a kernel parameter', step: 'run it privileged, or set the parameter on the node' },
  ],
  [
    /unable to load in-cluster configuration|invalid configuration: no configuration/i,
    {
      why: 'it finds no credentials for the API server',
      step: 'give it a service account token or the kubeconfig of ConfigMap kube-system/kube-proxy',
    },
  ],
  [
    /(?:nftables|ipvs|iptables)[^\n]*(?:not supported|is not available|can't use|cannot use|unavailable)|can't use the (?:ipvs|nftables)/i,
    {
      why: 'the selected proxy mode is not usable on the node',
      step: 'load the kernel modules of the mode, or choose another mode in ConfigMap kube-system/kube-proxy',
    },
  ],
];

/** What the newest telling line means, with that line; null where no line is known. */
export function kubeProxyDeath(lines: readonly string[]): (KubeProxyDeath & { line: string }) | null {
  for (const line of lines.toReversed()) {
    const found = SHAPES.find(([shape]) => shape.test(line));
    if (found !== undefined) return { ...found[1], line: line.trim() };
  }
  return null;
}
