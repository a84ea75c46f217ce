import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable } from '../rule.ts';
import { few, nameOf, serviceRow, specFix, stepsFix } from '../service-text.ts';

const PRIVATE =
  /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|127\.|f[cd][0-9a-f]{2}:)/i;

/** `0.0.0.0/32` is one address that nobody has: `/0` was meant. */
const NOBODY = /^(?:0\.0\.0\.0\/32|::\/128)$/;

export const exp006 = defineRule({
  id: 'EXP-006',
  name: 'load-balancer-source-ranges',
  stage: 'entrance',
  severity: 'high',
  title: 'loadBalancerSourceRanges leave out the clients',
  healthy: 'loadBalancerSourceRanges are not set, or speak for themselves',
  roles: ['target'],
  gate: 'exposed',
  needs: ['service'],
  uses: [],
  explains: [],
  docs: {
    why: 'Calls to the address of the load balancer are dropped unless they come from one of loadBalancerSourceRanges. kube-proxy drops those of Pods as well; NodePorts are not covered. Which address a client has, only the client tells.',
    confirm: ['kubectl get service NAME -o jsonpath={.spec.loadBalancerSourceRanges}'],
    fix: "Add the client's range.",
    references: ['kubernetes.io: Service, load balancer source ranges'],
  },
  check({ service }) {
    const { spec, status } = service;
    const ranges = (spec?.loadBalancerSourceRanges ?? []).map((range) => range.trim());
    if (spec?.type !== 'LoadBalancer' || ranges.length === 0)
      return notApplicable('loadBalancerSourceRanges are not set');
    const row = serviceRow(service, few(ranges), 'spec.loadBalancerSourceRanges', ranges.join(','));
    const name = nameOf(service);
    if (ranges.every((range) => NOBODY.test(range))) {
      return fail(
        finding({
          severity: 'high',
          message: `the load balancer of ${name} drops every call: ${few(ranges)} is a range that nobody is in`,
          evidence: [{ ...row, expected: '0.0.0.0/0' }],
          effects: [`clients outside of the cluster cannot call ${name}`],
          fix: specFix(
            service,
            { loadBalancerSourceRanges: ranges.map((range) => (range.includes(':') ? '::/0' : '0.0.0.0/0')) },
            'let everybody in',
          ),
        }),
      );
    }
    const open = (status?.loadBalancer?.ingress ?? []).find(({ ip }) => ip !== undefined && !PRIVATE.test(ip));
    if (open === undefined || !ranges.every((range) => PRIVATE.test(range)))
      return notApplicable("only the client's address can tell whether it is let in");
    return fail(
      finding({
        severity: 'high',
        confidence: 'possible',
        message: `the load balancer of ${name} has the public address ${open.ip} and lets private addresses in only`,
        evidence: [row],
        fix: stepsFix('let the clients in', 'add the range of the clients to loadBalancerSourceRanges'),
      }),
    );
  },
});
