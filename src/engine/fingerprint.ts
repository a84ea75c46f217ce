/** By what a finding is known again in another run: nothing in it moves with lines, list positions or names that controllers make up. */
import type { Finding } from '../rules/finding.ts';

/** Kinds whose names end in a part that is made up at creation. */
const MADE_UP = /^(Pod|EndpointSlice) (?:([^/]+)\/)?.*$/;

function steady(object: string): string {
  return object.replace(MADE_UP, (_, kind: string, namespace: string | undefined) => `${kind} ${namespace ?? ''}/*`);
}

/** `SEL-001/SEL-003 service=shop/web Service shop/web#spec.selector.app`: rule, reason, whom it is about, and the first proof's place. */
export function fingerprintOf(rule: string, { reason, scope, evidence }: Finding): string {
  const { service, port, node, policy, caller } = scope;
  const about = Object.entries({ service, port, node, policy, caller }).flatMap(([key, value]) =>
    value === null ? [] : [`${key}=${value}`],
  );
  const proof = evidence.find(({ object }) => object !== '');
  const place = proof === undefined ? [] : [`${steady(proof.object)}#${proof.path.replaceAll(/\[\d+\]/g, '[]')}`];
  return [reason === null ? rule : `${rule}/${reason}`, ...about, ...place].join(' ');
}
