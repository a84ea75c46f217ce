/** The words, evidence and fix of calls that NetworkPolicies keep from a Service's Pods. */
import type { NetworkPolicy, Pod, Service } from '../../facts/wire.ts';
import { type Denial, type Mismatch, nearestOf } from '../../model/policy-denial.ts';
import type { Enforcement } from '../../model/policy-enforcement.ts';
import { portLabel } from '../../model/ports.ts';
import { type Evidence, type Finding, type Fix, finding } from '../finding.ts';
import { few, nameOf, stepsFix } from '../service-text.ts';
import { allowFix, callerItems, podPort } from './allow.ts';
import { isSettling, nearestRow, podsRow, policiesDo, policyRows, scaled } from './policy-text.ts';

const REASONS: Readonly<Partial<Record<Mismatch, string>>> = {
  'service-port': 'NPO-002',
  peer: 'NPO-003',
  'and-or': 'NPO-004',
  'namespace-label': 'NPO-013',
};

const PROBES = "probes come from the Pod's own node, which no policy stops: so the Pods are Ready";

/** What a finding about denied ingress tells of beside the denials. */
export interface Told {
  service: Service;
  /** Pods of its namespace. */
  pods: readonly Pod[];
  /** All policies of its namespace. */
  policies: readonly NetworkPolicy[];
  enforcement: Enforcement;
  now: number;
  /** True where the user named the caller. */
  isNamed: boolean;
}

function fixOf(denial: Denial, all: readonly Denial[], { service, pods, policies }: Told): Fix {
  const { namespace = '', name = '' } = service.metadata ?? {};
  const about = { namespace, taken: policies, selector: { ...service.spec?.selector } };
  const ports = [podPort(denial.port)];
  const callers = all.flatMap(({ caller }) => caller ?? []);
  const [first] = callers;
  if (first !== undefined) {
    const ingress = [{ from: callers.flatMap((caller) => callerItems(caller, namespace)), ports }];
    const allowance = { ...about, name: `allow-${first.name}-to-${name}`, ingress };
    return allowFix(allowance, `let ${few(callers.map(({ text }) => text))} in, by one more policy`);
  }
  const { mismatch, rule } = nearestOf(denial, pods, []);
  if (mismatch === 'service-port' && rule !== null) {
    const from = rule.rule.peers.length === 0 ? {} : { from: rule.rule.peers };
    const allowance = { ...about, name: `allow-port-${denial.number}-of-${name}`, ingress: [{ ...from, ports }] };
    return allowFix(allowance, `let the same callers in on the Pods' own port, by one more policy`);
  }
  return stepsFix(
    'let its callers in, by one more policy',
    `write a NetworkPolicy in ${namespace} for the Pods of ${name} that lets its callers in on port ${ports[0]?.port}`,
    'ask again with --from to get it written for a caller',
  );
}

function messageOf({ caller, policies, port, pods, total }: Denial, all: readonly Denial[], service: Service): string {
  const share = pods === total ? '' : `${pods} of ${total} Pods behind `;
  const where = `${share}${nameOf(service)} on port ${portLabel(port)}`;
  if (caller === null) return `no Pod may call ${where}: ${policiesDo(policies, 'lets', 'let')} nobody in there`;
  const callers = few(all.flatMap((denial) => denial.caller?.text ?? []));
  return `${callers} may not call ${where}: ${policiesDo(policies, 'does', 'do')} not let it in`;
}

/** One finding for a port and a reason, with all the callers it is so for. */
function report(all: readonly Denial[], told: Told): Finding[] {
  const [first] = all;
  if (first === undefined) return [];
  const { service, pods, enforcement, now, isNamed } = told;
  const nearest = nearestOf(first, pods, []);
  const likely =
    nearest.mismatch === 'service-port' || nearest.mismatch === 'and-or' || (first.caller !== null && !isNamed);
  const whole = first.pods === first.total && (first.caller === null || isNamed);
  const callers = all.flatMap(({ caller }): Evidence[] =>
    caller === null || isNamed
      ? []
      : [
          {
            label: 'wanted by',
            text: `${caller.text} is told to call it`,
            object: caller.text,
            path: 'spec.template.spec.containers',
            found: null,
            expected: null,
          },
        ],
  );
  const rows = policyRows(first.policies, 'Ingress');
  return [
    finding({
      reason: REASONS[nearest.mismatch] ?? null,
      severity: whole ? 'critical' : 'high',
      confidence: scaled(likely ? 'likely' : 'certain', enforcement),
      scope: { service: nameOf(service), port: portLabel(first.port) },
      message: messageOf(first, all, service),
      evidence: [...rows, ...nearestRow(nearest, first, 'Ingress'), podsRow(first), ...callers],
      effects: ['such calls hang until they time out, though the Pods are Ready'],
      fix: fixOf(first, all, told),
      notes: [{ label: 'note', text: PROBES }],
      converging: isSettling(first.policies, now),
    }),
  ];
}

/** One finding for each port and reason. */
export function ingressFindings(denials: readonly Denial[], told: Told): Finding[] {
  const key = (denial: Denial): string => `${portLabel(denial.port)} ${nearestOf(denial, told.pods, []).mismatch}`;
  const keys = [...new Set(denials.map(key))];
  return keys.flatMap((one) =>
    report(
      denials.filter((denial) => key(denial) === one),
      told,
    ),
  );
}
