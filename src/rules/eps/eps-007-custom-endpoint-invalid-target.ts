import type { Fact } from '../../facts/fact.ts';
import type { EndpointSlice, Service } from '../../facts/wire.ts';
import { endpointsOf } from '../../model/endpoints.ts';
import { handMadeAddresses, isSelectorless } from '../../model/hand-made.ts';
import { clusterIps, isWithin } from '../../model/ip-range.ts';
import { type Evidence, finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { nameOf, sliceNames, sliceObject, stepsFix } from './controller-text.ts';

const OWN_HOST = ['127.0.0.0/8', '169.254.0.0/16', '::1/128', 'fe80::/10'];

/** Why nothing can be reached at the address, or null. */
function faultOf(address: string, owners: ReadonlyMap<string, string>): string | null {
  const owner = owners.get(address);
  if (owner !== undefined) return `the cluster IP of Service ${owner}`;
  return isWithin(address, OWN_HOST) ? "an address of the caller's own host" : null;
}

function ownersOf(...lists: readonly Fact<readonly Service[]>[]): ReadonlyMap<string, string> {
  const all = lists.flatMap((list) => (list.known ? list.value : []));
  return new Map(all.flatMap((service) => clusterIps(service.spec).map((ip) => [ip, nameOf(service)] as const)));
}

function nameSlices(slices: readonly EndpointSlice[]): readonly EndpointSlice[] {
  return slices.filter((slice) => slice.addressType === 'FQDN' && (slice.endpoints ?? []).length > 0);
}

function fqdnEvidence(slices: readonly EndpointSlice[]): readonly Evidence[] {
  return slices.map((slice) => ({
    label: 'slice',
    text: `${slice.metadata?.name} holds names (addressType FQDN), which kube-proxy ignores: ${(slice.endpoints ?? []).flatMap(({ addresses }) => addresses).join(', ')}`,
    object: sliceObject(slice),
    path: 'addressType',
    found: 'FQDN',
    expected: 'IPv4 or IPv6',
  }));
}

export const eps007 = defineRule({
  id: 'EPS-007',
  name: 'custom-endpoint-invalid-target',
  stage: 'endpoints',
  severity: 'critical',
  title: 'a hand-made endpoint that no traffic can reach',
  healthy: 'hand-made endpoints are addresses that traffic can reach',
  roles: ['target', 'dependency'],
  offline: true,
  gate: 'hand-made',
  needs: ['service', 'slices'],
  uses: ['services', 'systemServices', 'servicesEverywhere'],
  explains: ['SVC-005'],
  docs: {
    why: 'An endpoint must be a real address. What is sent to a Service is translated once, so the cluster IP of another Service leads nowhere; a loopback or link-local address means the host of the caller; and kube-proxy ignores slices of names.',
    confirm: ['kubectl get endpointslices -l kubernetes.io/service-name=NAME -o yaml', 'kubectl get services -A'],
    fix: 'Select the Pods of the other Service, or use an ExternalName Service for a name.',
    references: ['kubernetes.io: Services without selectors', 'discovery/v1: EndpointSlice.addressType'],
  },
  check({ service, slices, services, systemServices, servicesEverywhere }) {
    if (!isSelectorless(service)) return notApplicable('the Service has a selector, or needs no endpoints');
    const addresses = handMadeAddresses(slices);
    const names = endpointsOf(slices).length === 0 ? nameSlices(slices) : [];
    if (addresses.length === 0 && names.length === 0) return pass;
    const owners = ownersOf(services, systemServices, servicesEverywhere);
    const bad = addresses.filter((address) => faultOf(address, owners) !== null);
    if (bad.length === 0 && names.length === 0) return pass;
    const all = names.length > 0 || bad.length === addresses.length;
    const other = bad.map((address) => owners.get(address)).find((owner) => owner !== undefined);
    const what =
      names.length > 0
        ? `EndpointSlice ${sliceNames(names)} holds names`
        : bad.map((address) => `${address} is ${faultOf(address, owners)}`).join('; ');
    const holder = (address: string): string => {
      const slice = slices.find((one) => endpointsOf([one]).some((endpoint) => endpoint.address === address));
      return slice === undefined ? `Service ${nameOf(service)}` : sliceObject(slice);
    };
    return fail(
      finding({
        severity: all ? 'critical' : 'high',
        message: `${nameOf(service)} ${all ? 'does not work' : `fails for ${bad.length} of ${addresses.length} endpoints`}: ${what}`,
        evidence: [
          ...bad.map((address) => ({
            label: 'endpoint',
            text: `${address} is ${faultOf(address, owners)}`,
            object: holder(address),
            path: 'endpoints[].addresses',
            found: address,
            expected: 'the address of a Pod or of a host outside',
          })),
          ...fqdnEvidence(names),
        ],
        effects: ['calls that are sent there are not answered'],
        fix:
          other === undefined
            ? stepsFix(
                'write addresses that can be reached',
                names.length > 0
                  ? 'use a Service of type ExternalName for a name, or write the IP addresses it stands for'
                  : 'write the address of the server as other hosts see it',
              )
            : stepsFix(
                `lead to the Pods behind ${other}, not to its cluster IP`,
                `in the namespace of ${other}: give this Service the same selector; from another one: make it of type ExternalName with the name of ${other}`,
              ),
      }),
    );
  },
});
