/** The plugins that a CoreDNS as it is published knows (plugin.cfg of 1.15), with those it had before. */
import type { Corefile, Directive } from './corefile-parse.ts';

const PLUGINS = new Set(
  `acl any auto autopath azure bind bufsize cache cancel chaos clouddns debug dns64 dnssec dnstap erratic errors etcd file
  forward geoip grpc grpc_server header health hosts https https3 import k8s_external kubernetes loadbalance local log loop
  metadata minimal multisocket nomad nsid on pprof prometheus proxy proxyproto quic ready reload rewrite root route53
  secondary sign template timeouts tls trace transfer tsig view whoami`.split(/\s+/),
);

/** The first directive of a server block that is none of them; null where all are known. */
export function unknownDirective(corefile: Corefile): Directive | null {
  return corefile.blocks.flatMap(({ directives }) => directives).find(({ name }) => !PLUGINS.has(name)) ?? null;
}
