import { type MissingReference, missingReferences, namespacesWith } from '../../model/missing-references.ts';
import { type Confidence, type Finding, type Fix, finding, type Note } from '../finding.ts';
import { defineRule, failIfAny, pass, unanswered } from '../rule.ts';
import type { Subject } from '../subject.ts';
import {
  complaintAbout,
  confidenceOf,
  referenceRows,
  scopeOf,
  setEnvCommands,
  workloadText,
} from './reference-text.ts';

function fixOf(missing: MissingReference, places: readonly string[]): Fix {
  const { service, workload } = missing;
  const [place] = places;
  if (places.length !== 1 || place === undefined) {
    const names = places.map((namespace) => `${service.name}.${namespace}`).join(' or ');
    const step = `write the name with its namespace where it is set: ${names}`;
    return { summary: 'name the namespace', safety: 'review', commands: [], steps: [step], patch: null };
  }
  const host = `${service.name}.${place}`;
  const commands = setEnvCommands(missing, host);
  const step = `write ${host} in place of ${service.name} where ${workloadText(workload)} gets it`;
  return {
    summary: `call ${host}`,
    safety: 'review',
    commands,
    steps: commands.length > 0 ? [] : [step],
    patch: null,
  };
}

function notesOf({ service, workload }: MissingReference, places: readonly string[]): Note[] {
  const [place] = places;
  if (places.length !== 1 || place === undefined) return [];
  const { name } = service;
  return [
    {
      label: 'or',
      text: `an alias in ${workload.namespace}: kubectl -n ${workload.namespace} create service externalname ${name} --external-name ${name}.${place}.svc.cluster.local`,
    },
    { label: 'not', text: `a fault of ${place}/${name}: only the name that the caller uses is wrong` },
  ];
}

function report(
  missing: MissingReference,
  places: readonly string[],
  confidence: Confidence,
  complaint: { pod: string; line: string } | null,
  subject: Subject,
): Finding {
  const { workload, host, service } = missing;
  const needed = subject.role !== 'caller' && workload.struggles;
  const where = places.length === 1 ? places[0] : `${places.slice(0, -1).join(', ')} and ${places.at(-1)}`;
  return finding({
    severity: 'critical',
    confidence,
    message: `${workload.namespace}/${workload.name} cannot resolve "${host}": the Service is in ${where}`,
    evidence: [
      ...referenceRows(missing, complaint),
      {
        label: 'closest',
        text: places.map((place) => `Service ${place}/${service.name}`).join(', '),
        object: `Service ${places[0]}/${service.name}`,
        path: 'metadata.namespace',
        found: places.join(', '),
        expected: workload.namespace,
      },
    ],
    effects: [`lookups from ${workload.namespace}/${workload.name} fail: "could not resolve host: ${host}"`],
    fix: fixOf(missing, places),
    notes: notesOf(missing, places),
    scope: { service: scopeOf(missing, subject) },
    dependency: needed ? `${service.namespace}/${service.name}` : null,
  });
}

/** A name without dots is bound to the caller's namespace (search list of its resolv.conf); the Service stands in another one. */
export const ref002 = defineRule({
  id: 'REF-002',
  name: 'short-name-crosses-namespace',
  stage: 'references',
  severity: 'critical',
  title: 'a short name is used for a Service of another namespace',
  healthy: 'short names are used within their namespace',
  roles: ['caller', 'target'],
  offline: true,
  gate: 'calls',
  needs: ['references', 'services'],
  uses: ['called', 'servicesEverywhere', 'logs'],
  explains: ['REF-001'],
  docs: {
    why: 'The resolver of a Pod completes a name without dots with the Pod\'s own namespace first: "web" from namespace staging means web.staging. A Service of another namespace is not found by its short name. "web.production" is enough; the full name with the cluster domain is not needed.',
    confirm: [
      'kubectl get services -A --field-selector metadata.name=NAME',
      'kubectl -n NAMESPACE exec POD -- cat /etc/resolv.conf',
    ],
    fix: 'Write the namespace into the name, or create an ExternalName Service as an alias.',
    references: ['kubernetes.io: DNS for Services and Pods', 'Kubernetes DNS specification 1.1.0'],
  },
  check(facts) {
    const { subject, services, references, logs, now } = facts;
    const all = facts.servicesEverywhere;
    const short = missingReferences(references, services, all).missing.filter((missing) => missing.short);
    if (short.length === 0) return pass;
    const isMeant = (missing: MissingReference): boolean =>
      subject.role === 'caller' && missing.service.name === subject.name;
    const here = facts.called.known ? facts.called.value?.metadata?.namespace : undefined;
    const findings = short.flatMap((missing): Finding[] => {
      const meant = isMeant(missing) && here !== undefined;
      const places = meant ? [here] : (namespacesWith(missing.service.name, all) ?? []);
      if (places.length === 0 || (places.length > 1 && !isMeant(missing))) return [];
      const complaint = complaintAbout(missing, logs, now);
      const confidence = isMeant(missing) ? 'certain' : confidenceOf(complaint, missing);
      return [report(missing, places, confidence, complaint, subject)];
    });
    if (findings.length > 0 || !short.some(isMeant) || facts.called.known) return failIfAny(findings);
    return unanswered(facts.called);
  },
});
