import { knowsCluster } from '../../model/caller-names.ts';
import { isMusl } from '../../model/libc.ts';
import { finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { callsByName, namesText, objectText, scopeIn, specFix, specRow, suspects, unseen } from './caller-text.ts';

/** musl asks all name servers at once and takes the first answer, a denial too: one that does not know the cluster spoils lookups by chance. */
export const cli010 = defineRule({
  id: 'CLI-010',
  name: 'musl-resolver-limits',
  stage: 'references',
  severity: 'low',
  title: 'an image with musl asks name servers that do not know the cluster beside the one that does',
  healthy: 'images with musl ask only name servers that know the cluster',
  roles: ['caller', 'target'],
  gate: 'resolver',
  needs: ['logs'],
  uses: ['systemServices', 'references', 'services', 'called', 'kubeletConfig', 'corefile'],
  explains: [],
  docs: {
    why: 'glibc asks the second name server only when the first is silent. musl, the C library of Alpine, asks all of them at once and takes the first answer, even a denial. With a public server beside that of the cluster, names of Services resolve now and then. Before musl 1.2.4 it also does not ask again over TCP, so the long answers of large headless Services are cut.',
    confirm: [
      "kubectl -n NAMESPACE get pod POD -o jsonpath='{.spec.dnsConfig} {.spec.containers[*].image}'",
      'kubectl -n NAMESPACE exec POD -- cat /etc/resolv.conf',
    ],
    fix: 'Leave the DNS of the cluster as the only name server; it forwards names of the outside.',
    references: ['kubernetes.io: Debugging DNS Resolution, Known issues', 'musl: functional differences from glibc'],
  },
  check(facts) {
    const { subject } = facts;
    const looks = suspects(
      facts,
      (spec) =>
        (spec.dnsConfig?.nameservers ?? []).length > 0 && spec.containers.some(({ name }) => isMusl(spec, name)),
    );
    if (!('length' in looks)) return unseen(looks, subject);
    const mixed = looks.filter(({ config, dns, dnsKnown }) => {
      const known = config.nameservers.map((address) => knowsCluster(address, dns));
      return dnsKnown && known[0] === true && known.includes(false);
    });
    return failIfAny(
      mixed
        .filter((look) => callsByName(look, subject))
        .map((look) =>
          finding({
            severity: 'low',
            confidence: 'possible',
            message: `${objectText(look.workload)} may fail to resolve ${namesText(look, subject)} now and then: musl takes the first answer of all its name servers`,
            scope: scopeIn(subject),
            evidence: [
              specRow(
                look,
                'dnsConfig.nameservers',
                `nameservers ${look.config.nameservers.join(', ')}, image of Alpine`,
                look.config.nameservers.join(', '),
                look.config.nameservers[0] ?? null,
              ),
            ],
            effects: ['lookups of Services are denied whenever the other server is faster'],
            fix: specFix(
              look,
              'ask the DNS of the cluster alone',
              { dnsConfig: { nameservers: null } },
              'take dnsConfig.nameservers away',
            ),
          }),
        ),
    );
  },
});
