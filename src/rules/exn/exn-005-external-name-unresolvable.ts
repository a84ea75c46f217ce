import { aliasOf } from '../../model/alias.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable } from '../rule.ts';
import { nameOf, serviceRow, stepsFix } from '../service-text.ts';

/** Names that are reserved never to resolve (RFC 2606, RFC 6761). A test environment may serve them all the same. */
const RESERVED = /(?:^|\.)(?:invalid|test|example|localhost)$/;

export const exn005 = defineRule({
  id: 'EXN-005',
  name: 'external-name-unresolvable',
  stage: 'existence',
  severity: 'critical',
  title: 'an externalName that no DNS server has',
  healthy: 'nothing speaks against the name in externalName',
  roles: ['target', 'dependency'],
  gate: 'alias',
  needs: ['service'],
  uses: [],
  explains: [],
  docs: {
    why: "Whether an outside name resolves only a lookup can tell. Two things can be told without: below the cluster's own domain only names of Services and Pods exist, and some top-level names are reserved never to resolve.",
    confirm: ['kubectl exec POD -- nslookup EXTERNAL-NAME'],
    fix: 'Correct the externalName.',
    references: ['Kubernetes DNS specification 1.1.0', 'RFC 6761: Special-Use Domain Names'],
  },
  check({ service }) {
    const alias = aliasOf(service);
    if (alias === null) return notApplicable('the Service is not of type ExternalName');
    const unserved = alias.kind === 'unserved';
    if (!unserved && !(alias.kind === 'external' && RESERVED.test(alias.name)))
      return notApplicable('only a lookup can tell whether an outside name resolves');
    return fail(
      finding({
        severity: 'critical',
        confidence: unserved ? 'likely' : 'possible',
        message: unserved
          ? `${nameOf(service)} does not resolve: ${alias.name} lies in the cluster's own domain, and names no Service there`
          : `${nameOf(service)} may not resolve: ${alias.name} is reserved for examples and tests`,
        evidence: [
          serviceRow(
            service,
            `externalName ${alias.name}`,
            'spec.externalName',
            alias.name,
            unserved ? 'NAME.NAMESPACE.svc.cluster.local' : null,
          ),
        ],
        effects: [`clients of ${service.metadata?.name}.${service.metadata?.namespace} get "could not resolve host"`],
        fix: stepsFix('correct the externalName', 'set it to the full name of the host, and look it up from a Pod'),
      }),
    );
  },
});
