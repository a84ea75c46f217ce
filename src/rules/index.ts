/** Every rule, in the order of the catalogue's groups. A new rule is one import and one entry here. */
import { bpr001 } from './bpr/bpr-001-unnamed-service-port.ts';
import { bpr002 } from './bpr/bpr-002-numeric-target-port.ts';
import { bpr003 } from './bpr/bpr-003-single-generic-selector.ts';
import { bpr005 } from './bpr/bpr-005-version-in-selector.ts';
import { bpr006 } from './bpr/bpr-006-cross-namespace-short-name-risk.ts';
import { bpr008 } from './bpr/bpr-008-service-without-endpoints.ts';
import { bpr009 } from './bpr/bpr-009-liveness-equals-readiness.ts';
import { bpr010 } from './bpr/bpr-010-single-ready-endpoint.ts';
import { bpr011 } from './bpr/bpr-011-endpoints-on-one-node.ts';
import { bpr012 } from './bpr/bpr-012-endpoints-api-consumer.ts';
import { bpr013 } from './bpr/bpr-013-deprecated-service-field.ts';
import { bpr016 } from './bpr/bpr-016-service-type-wider-than-needed.ts';
import { cli001 } from './cli/cli-001-dns-policy-default.ts';
import { cli002 } from './cli/cli-002-host-network-without-cluster-dns.ts';
import { cli003 } from './cli/cli-003-dns-policy-none-without-cluster-dns.ts';
import { cli004 } from './cli/cli-004-ndots-too-low.ts';
import { cli005 } from './cli/cli-005-search-domain-missing.ts';
import { cli006 } from './cli/cli-006-dns-config-trimmed.ts';
import { cli007 } from './cli/cli-007-kubelet-has-no-cluster-dns.ts';
import { cli008 } from './cli/cli-008-search-domain-hijack.ts';
import { cli009 } from './cli/cli-009-host-aliases-override.ts';
import { cli010 } from './cli/cli-010-musl-resolver-limits.ts';
import { cli011 } from './cli/cli-011-client-dns-cache.ts';
import { cli012 } from './cli/cli-012-resolv-conf-differs-from-spec.ts';
import { cli013 } from './cli/cli-013-fqdn-still-expanded.ts';
import { dns001 } from './dns/dns-001-dns-service-missing.ts';
import { dns002 } from './dns/dns-002-dns-no-ready-endpoints.ts';
import { dns003 } from './dns/dns-003-dns-pods-unschedulable.ts';
import { dns004 } from './dns/dns-004-coredns-loop.ts';
import { dns005 } from './dns/dns-005-corefile-invalid.ts';
import { dns006 } from './dns/dns-006-coredns-cannot-reach-apiserver.ts';
import { dns007 } from './dns/dns-007-coredns-rbac.ts';
import { dns008 } from './dns/dns-008-coredns-overloaded.ts';
import { dns009 } from './dns/dns-009-upstream-dns-failing.ts';
import { dns010 } from './dns/dns-010-cluster-zone-not-served.ts';
import { dns011 } from './dns/dns-011-corefile-overrides-service-name.ts';
import { dns012 } from './dns/dns-012-kubernetes-plugin-filters-service.ts';
import { dns013 } from './dns/dns-013-kubelet-cluster-dns-mismatch.ts';
import { dns014 } from './dns/dns-014-dns-service-port-broken.ts';
import { dns015 } from './dns/dns-015-nodelocal-dns-down.ts';
import { dns016 } from './dns/dns-016-dns-blocked-by-policy.ts';
import { dns017 } from './dns/dns-017-dns-partially-available.ts';
import { dns018 } from './dns/dns-018-negative-cache-window.ts';
import { dns019 } from './dns/dns-019-five-second-lookups.ts';
import { dns020 } from './dns/dns-020-dns-single-replica.ts';
import { dns021 } from './dns/dns-021-no-dns-pods-by-design.ts';
import { dul001 } from './dul/dul-001-ip-family-without-endpoints.ts';
import { dul002 } from './dul/dul-002-secondary-family-empty.ts';
import { dul003 } from './dul/dul-003-app-listens-on-one-family.ts';
import { eps001 } from './eps/eps-001-slices-not-created.ts';
import { eps002 } from './eps/eps-002-slices-stale.ts';
import { eps003 } from './eps/eps-003-leftover-mirrored-slice.ts';
import { eps004 } from './eps/eps-004-stale-slices-after-selector-removed.ts';
import { eps005 } from './eps/eps-005-custom-slice-port-mismatch.ts';
import { eps006 } from './eps/eps-006-custom-slice-not-linked.ts';
import { eps007 } from './eps/eps-007-custom-endpoint-invalid-target.ts';
import { eps008 } from './eps/eps-008-custom-endpoint-stale.ts';
import { eps009 } from './eps/eps-009-endpoints-not-mirrored.ts';
import { eps010 } from './eps/eps-010-endpoints-over-capacity.ts';
import { exn001 } from './exn/exn-001-external-name-is-ip.ts';
import { exn002 } from './exn/exn-002-external-name-target-missing.ts';
import { exn003 } from './exn/exn-003-external-name-ignores-ports-selector.ts';
import { exn004 } from './exn/exn-004-external-name-host-header-tls.ts';
import { exn005 } from './exn/exn-005-external-name-unresolvable.ts';
import { exn006 } from './exn/exn-006-external-name-not-fully-qualified.ts';
import { exp001 } from './exp/exp-001-load-balancer-pending.ts';
import { exp005 } from './exp/exp-005-external-policy-local-partial.ts';
import { exp006 } from './exp/exp-006-load-balancer-source-ranges.ts';
import { exp007 } from './exp/exp-007-node-ports-disabled.ts';
import { exp008 } from './exp/exp-008-node-port-unreachable.ts';
import { exp009 } from './exp/exp-009-external-ips-deprecated.ts';
import { gwy001 } from './gwy/gwy-001-route-backend-not-found.ts';
import { gwy002 } from './gwy/gwy-002-route-backend-port.ts';
import { gwy003 } from './gwy/gwy-003-reference-grant-missing.ts';
import { gwy004 } from './gwy/gwy-004-route-not-accepted.ts';
import { gwy005 } from './gwy/gwy-005-gateway-not-programmed.ts';
import { gwy006 } from './gwy/gwy-006-route-protocol-or-kind-unsupported.ts';
import { hdl001 } from './hdl/hdl-001-headless-port-not-remapped.ts';
import { hdl002 } from './hdl/hdl-002-headless-no-ready-endpoints.ts';
import { hdl003 } from './hdl/hdl-003-statefulset-service-missing.ts';
import { hdl004 } from './hdl/hdl-004-statefulset-service-not-headless.ts';
import { hdl005 } from './hdl/hdl-005-statefulset-service-selects-other-pods.ts';
import { hdl006 } from './hdl/hdl-006-hostname-subdomain-mismatch.ts';
import { hdl007 } from './hdl/hdl-007-bootstrap-deadlock.ts';
import { hdl008 } from './hdl/hdl-008-not-ready-addresses-published.ts';
import { hdl009 } from './hdl/hdl-009-accidental-headless.ts';
import { ing001 } from './ing/ing-001-ingress-backend-service-missing.ts';
import { ing002 } from './ing/ing-002-ingress-port-not-in-service.ts';
import { ing003 } from './ing/ing-003-ingress-port-name-unknown.ts';
import { ing005 } from './ing/ing-005-ingress-class-missing.ts';
import { ing006 } from './ing/ing-006-ingress-without-address.ts';
import { ing007 } from './ing/ing-007-ingress-tls-secret-missing.ts';
import { ing008 } from './ing/ing-008-ingress-path-or-host-misroute.ts';
import { ing009 } from './ing/ing-009-ingress-backend-without-endpoints.ts';
import { ing010 } from './ing/ing-010-ingress-backend-protocol.ts';
import { kpx001 } from './kpx/kpx-001-kube-proxy-missing-on-node.ts';
import { kpx002 } from './kpx/kpx-002-kube-proxy-crashing.ts';
import { kpx003 } from './kpx/kpx-003-kube-proxy-stale.ts';
import { kpx004 } from './kpx/kpx-004-kube-proxy-sync-errors.ts';
import { kpx005 } from './kpx/kpx-005-kube-proxy-cannot-reach-apiserver.ts';
import { kpx006 } from './kpx/kpx-006-kube-proxy-hostname-mismatch.ts';
import { kpx007 } from './kpx/kpx-007-kube-proxy-mode-deprecated.ts';
import { kpx008 } from './kpx/kpx-008-kube-proxy-mode-mixed.ts';
import { kpx009 } from './kpx/kpx-009-dataplane-agent-unhealthy.ts';
import { kpx010 } from './kpx/kpx-010-two-dataplanes.ts';
import { kpx011 } from './kpx/kpx-011-hairpin-broken.ts';
import { kpx012 } from './kpx/kpx-012-bridge-netfilter-off.ts';
import { kpx013 } from './kpx/kpx-013-pod-network-broken.ts';
import { kpx014 } from './kpx/kpx-014-conntrack-exhausted.ts';
import { kpx015 } from './kpx/kpx-015-stale-udp-conntrack.ts';
import { kpx016 } from './kpx/kpx-016-no-service-dataplane.ts';
import { kpx018 } from './kpx/kpx-018-node-firewall-drops.ts';
import { man001 } from './man/man-001-port-missing-or-out-of-range.ts';
import { man002 } from './man/man-002-multi-port-unnamed.ts';
import { man003 } from './man/man-003-duplicate-port-protocol.ts';
import { man004 } from './man/man-004-target-port-not-a-port-name.ts';
import { man005 } from './man/man-005-headless-with-external-type.ts';
import { man006 } from './man/man-006-selector-value-not-string.ts';
import { man007 } from './man/man-007-workload-selector-template-mismatch.ts';
import { man008 } from './man/man-008-external-name-invalid.ts';
import { man009 } from './man/man-009-node-port-invalid.ts';
import { man010 } from './man/man-010-service-name-invalid.ts';
import { man011 } from './man/man-011-namespace-mismatch-in-set.ts';
import { man012 } from './man/man-012-ports-empty.ts';
import { msh001 } from './msh/msh-001-mtls-strict-plaintext-caller.ts';
import { msh002 } from './msh/msh-002-mesh-authorization-denied.ts';
import { msh003 } from './msh/msh-003-sidecar-missing-or-not-injected.ts';
import { npo001 } from './npo/npo-001-ingress-denied.ts';
import { npo005 } from './npo/npo-005-egress-blocks-dns.ts';
import { npo006 } from './npo/npo-006-egress-denied-to-target.ts';
import { npo008 } from './npo/npo-008-policy-named-port-unresolved.ts';
import { npo009 } from './npo/npo-009-policy-blocks-infrastructure.ts';
import { npo010 } from './npo/npo-010-policies-not-enforced.ts';
import { npo011 } from './npo/npo-011-other-policy-engine-present.ts';
import { npo012 } from './npo/npo-012-dns-pods-ingress-restricted.ts';
import { npo014 } from './npo/npo-014-policy-types-surprise.ts';
import { pod001 } from './pod/pod-001-workload-scaled-to-zero.ts';
import { pod003 } from './pod/pod-003-pods-not-created.ts';
import { pod004 } from './pod/pod-004-pod-unschedulable.ts';
import { pod005 } from './pod/pod-005-image-pull-failed.ts';
import { pod006 } from './pod/pod-006-container-config-error.ts';
import { pod007 } from './pod/pod-007-init-container-blocked.ts';
import { pod008 } from './pod/pod-008-crash-looping.ts';
import { pod009 } from './pod/pod-009-crash-caused-by-dependency.ts';
import { pod010 } from './pod/pod-010-oom-killed.ts';
import { pod011 } from './pod/pod-011-liveness-probe-kills.ts';
import { pod012 } from './pod/pod-012-readiness-probe-failing.ts';
import { pod013 } from './pod/pod-013-readiness-probe-misconfigured.ts';
import { pod014 } from './pod/pod-014-startup-probe-pending.ts';
import { pod015 } from './pod/pod-015-readiness-gate-not-met.ts';
import { pod016 } from './pod/pod-016-node-not-ready.ts';
import { pod017 } from './pod/pod-017-pods-terminating.ts';
import { pod019 } from './pod/pod-019-pod-without-ip.ts';
import { pod020 } from './pod/pod-020-partially-ready.ts';
import { pod021 } from './pod/pod-021-readiness-flapping.ts';
import { pod022 } from './pod/pod-022-no-readiness-probe.ts';
import { pod023 } from './pod/pod-023-sidecar-not-ready.ts';
import { pod024 } from './pod/pod-024-app-returns-errors.ts';
import { prt001 } from './prt/prt-001-named-target-port-not-found.ts';
import { prt002 } from './prt/prt-002-named-target-port-partial.ts';
import { prt003 } from './prt/prt-003-target-port-protocol-mismatch.ts';
import { prt006 } from './prt/prt-006-ambiguous-named-port.ts';
import { prt007 } from './prt/prt-007-numeric-target-port-undeclared.ts';
import { prt008 } from './prt/prt-008-target-port-not-listening.ts';
import { prt011 } from './prt/prt-011-listening-on-loopback-only.ts';
import { prt012 } from './prt/prt-012-service-port-maps-to-wrong-purpose.ts';
import { prt013 } from './prt/prt-013-app-protocol-mismatch.ts';
import { prt014 } from './prt/prt-014-container-port-conflict.ts';
import { prt015 } from './prt/prt-015-privileged-port-bind-denied.ts';
import { ref001 } from './ref/ref-001-missing-service-referenced.ts';
import { ref002 } from './ref/ref-002-short-name-crosses-namespace.ts';
import { ref003 } from './ref/ref-003-wrong-namespace-in-name.ts';
import { ref004 } from './ref/ref-004-wrong-port-referenced.ts';
import { ref005 } from './ref/ref-005-malformed-cluster-name.ts';
import { ref006 } from './ref/ref-006-localhost-reference.ts';
import { ref007 } from './ref/ref-007-hardcoded-cluster-ip.ts';
import { ref008 } from './ref/ref-008-hardcoded-pod-ip.ts';
import { ref009 } from './ref/ref-009-scheme-mismatch.ts';
import { ref010 } from './ref/ref-010-external-path-used-inside.ts';
import { ref011 } from './ref/ref-011-headless-called-by-service-port.ts';
import { ref012 } from './ref/ref-012-reference-source-missing.ts';
import { ref013 } from './ref/ref-013-config-changed-after-start.ts';
import { ref014 } from './ref/ref-014-env-shadowed.ts';
import { ref015 } from './ref/ref-015-service-env-discovery-order.ts';
import { ref016 } from './ref/ref-016-browser-cannot-resolve-cluster-name.ts';
import { ref017 } from './ref/ref-017-route-to-another-service.ts';
import { ref018 } from './ref/ref-018-monitored-port-missing.ts';
import { ref019 } from './ref/ref-019-api-server-cannot-call.ts';
import type { Rule } from './rule.ts';
import { sel001 } from './sel/sel-001-selector-matches-no-pods.ts';
import { sel005 } from './sel/sel-005-selector-too-broad.ts';
import { sel006 } from './sel/sel-006-live-pods-differ-from-template.ts';
import { sel007 } from './sel/sel-007-selector-matches-only-terminal-pods.ts';
import { svc001 } from './svc/svc-001-service-not-found.ts';
import { svc003 } from './svc/svc-003-namespace-missing-or-terminating.ts';
import { svc004 } from './svc/svc-004-service-terminating.ts';
import { svc005 } from './svc/svc-005-selectorless-without-endpoints.ts';
import { svc006 } from './svc/svc-006-service-proxy-name-label.ts';
import { svc007 } from './svc/svc-007-cluster-ip-allocation-problem.ts';
import { svc008 } from './svc/svc-008-service-env-collision.ts';
import { trp001 } from './trp/trp-001-internal-policy-local-without-local-endpoint.ts';
import { trp002 } from './trp/trp-002-topology-routing-explained.ts';
import { trp003 } from './trp/trp-003-zone-overload.ts';
import { trp004 } from './trp/trp-004-session-affinity-skew.ts';
import { trp005 } from './trp/trp-005-long-lived-connections-unbalanced.ts';

export const RULES: readonly Rule[] = [
  svc001,
  svc003,
  svc004,
  svc005,
  svc006,
  svc007,
  svc008,
  man001,
  man002,
  man003,
  man004,
  man005,
  man006,
  man007,
  man008,
  man009,
  man010,
  man011,
  man012,
  sel001,
  sel005,
  sel006,
  sel007,
  prt001,
  prt002,
  prt003,
  prt006,
  prt007,
  prt008,
  prt011,
  prt012,
  prt013,
  prt014,
  prt015,
  pod001,
  pod003,
  pod004,
  pod005,
  pod006,
  pod007,
  pod008,
  pod009,
  pod010,
  pod011,
  pod012,
  pod013,
  pod014,
  pod015,
  pod016,
  pod017,
  pod019,
  pod020,
  pod021,
  pod022,
  pod023,
  pod024,
  eps001,
  eps002,
  eps003,
  eps004,
  eps005,
  eps006,
  eps007,
  eps008,
  eps009,
  eps010,
  dns001,
  dns002,
  dns003,
  dns004,
  dns005,
  dns006,
  dns007,
  dns008,
  dns009,
  dns010,
  dns011,
  dns012,
  dns013,
  dns014,
  dns015,
  dns016,
  dns017,
  dns018,
  dns019,
  dns020,
  dns021,
  cli001,
  cli002,
  cli003,
  cli004,
  cli005,
  cli006,
  cli007,
  cli008,
  cli009,
  cli010,
  cli011,
  cli012,
  cli013,
  ref001,
  ref002,
  ref003,
  ref004,
  ref005,
  ref006,
  ref007,
  ref008,
  ref009,
  ref010,
  ref011,
  ref012,
  ref013,
  ref014,
  ref015,
  ref016,
  ref017,
  ref018,
  ref019,
  kpx001,
  kpx002,
  kpx003,
  kpx004,
  kpx005,
  kpx006,
  kpx007,
  kpx008,
  kpx009,
  kpx010,
  kpx011,
  kpx012,
  kpx013,
  kpx014,
  kpx015,
  kpx016,
  kpx018,
  hdl001,
  hdl002,
  hdl003,
  hdl004,
  hdl005,
  hdl006,
  hdl007,
  hdl008,
  hdl009,
  npo001,
  npo005,
  npo006,
  npo008,
  npo009,
  npo010,
  npo011,
  npo012,
  npo014,
  exn001,
  exn002,
  exn003,
  exn004,
  exn005,
  exn006,
  exp001,
  exp005,
  exp006,
  exp007,
  exp008,
  exp009,
  trp001,
  trp002,
  trp003,
  trp004,
  trp005,
  dul001,
  dul002,
  dul003,
  ing001,
  ing002,
  ing003,
  ing005,
  ing006,
  ing007,
  ing008,
  ing009,
  ing010,
  gwy001,
  gwy002,
  gwy003,
  gwy004,
  gwy005,
  gwy006,
  msh001,
  msh002,
  msh003,
  bpr001,
  bpr002,
  bpr003,
  bpr005,
  bpr006,
  bpr008,
  bpr009,
  bpr010,
  bpr011,
  bpr012,
  bpr013,
  bpr016,
];
