import { unknown } from '../../facts/fact.ts';
import { type MissingReference, missingReferences, namespacesWith } from '../../model/missing-references.ts';
import { isNear, nearNames } from '../../model/near-names.ts';
import { shellQuote } from '../../model/patch.ts';
import { ageOf } from '../../model/readiness.ts';
import { type FullQuota, fullQuota } from '../../model/service-quota.ts';
import { type Confidence, type Evidence, type Finding, type Fix, finding } from '../finding.ts';
import { defineRule, failIfAny, unanswered } from '../rule.ts';
import type { Subject } from '../subject.ts';
import { doubted, mayExist } from '../unseen.ts';
import {
  complaintAbout,
  confidenceOf,
  namesIn,
  referenceRows,
  scopeOf,
  setEnvCommands,
  workloadText,
} from './reference-text.ts';

const SETTLING = 30_000;

function fixOf(missing: MissingReference, near: string | undefined): Fix {
  const { service, host } = missing;
  const commands = near === undefined ? [] : setEnvCommands(missing, host.replace(service.name, near));
  const create = `create Service ${service.namespace}/${service.name}, or correct the name where it is written`;
  return near === undefined
    ? {
        summary: 'create the Service or correct the name',
        safety: 'review',
        commands: [],
        steps: [create],
        patch: null,
      }
    : {
        summary: `call ${near}, the nearest name there is`,
        safety: 'guess',
        commands,
        steps: commands.length > 0 ? [] : [`write ${near} in place of ${service.name}`],
        patch: null,
      };
}

function closestRow({ service }: MissingReference, near: string): Evidence {
  const object = `Service ${service.namespace}/${near}`;
  return { label: 'closest', text: object, object, path: 'metadata.name', found: near, expected: service.name };
}

/** The same finding where a quota refuses the Service: who would create it is told no. */
function refusedBy(one: Finding, namespace: string, { name, used, limit, hard }: FullQuota): Finding {
  const patch = `kubectl -n ${namespace} patch resourcequota ${name} --type=merge -p ${shellQuote(JSON.stringify({ spec: { hard: { [limit]: String(hard + 1) } } }))}`;
  return {
    ...one,
    cause: 'quota-services',
    message: `${one.message}, and ResourceQuota ${name} lets nobody create one`,
    evidence: [
      ...one.evidence,
      {
        label: 'quota',
        text: `${name}: ${used} Services`,
        object: `ResourceQuota ${namespace}/${name}`,
        path: `status.used.${limit}`,
        found: used,
        expected: null,
      },
    ],
    fix: {
      summary: 'make room for the Service in the quota',
      safety: 'review',
      commands: [patch],
      steps: ['create the Service, as it was meant to be created before'],
      patch: null,
    },
  };
}

/** From the caller of a Service, a near miss of its name is no leftover: it is the fault. */
function confidenceFor(missing: MissingReference, complaint: object | null, subject: Subject): Confidence {
  const meant = subject.role === 'caller' && isNear(missing.service.name, subject.name);
  return meant ? 'certain' : confidenceOf(complaint, missing);
}

/** A host that by the grammar of cluster DNS means a Service which does not exist. Evidence of intent, not of use: hence the confidence. */
export const ref001 = defineRule({
  id: 'REF-001',
  name: 'missing-service-referenced',
  stage: 'references',
  severity: 'critical',
  title: 'a workload is told to call a Service that does not exist',
  healthy: 'every Service that is called exists',
  roles: ['target', 'dependency', 'caller'],
  offline: true,
  gate: 'calls',
  needs: ['references', 'services'],
  uses: ['called', 'servicesEverywhere', 'logs', 'unseen', 'quotas'],
  explains: [],
  causes: { 'quota-services': 'a ResourceQuota leaves no room for the Service' },
  docs: {
    why: 'A name without dots means a Service of the Pod\'s own namespace; "name.namespace" and "name.namespace.svc" mean one of that namespace. Where there is no such Service, DNS answers NXDOMAIN and the call fails before any connection. A name that is configured but never used harms nobody: without a complaint in the log, and with Ready Pods, this is a hint.',
    confirm: ['kubectl get services -A', 'kubectl -n NAMESPACE logs POD'],
    fix: 'Create the Service, or correct the name where it is written.',
    references: ['kubernetes.io: DNS for Services and Pods', 'Kubernetes DNS specification 1.1.0'],
  },
  check(facts) {
    const { subject, references, called, logs, unseen, quotas, now } = facts;
    const full = quotas.known ? fullQuota(quotas.value) : null;
    const services = called.known && called.value !== null ? [...facts.services, called.value] : facts.services;
    const all = facts.servicesEverywhere;
    const found = missingReferences(references, services, all);
    const findings = found.missing.flatMap((missing): Finding[] => {
      const { workload, service } = missing;
      const complaint = complaintAbout(missing, logs, now);
      const confidence = confidenceFor(missing, complaint, subject);
      const elsewhere = namespacesWith(service.name, all);
      // A mere hint must be worth reading: with a twin in one other namespace, REF-002 and REF-003 say it better.
      if (confidence === 'possible' && (elsewhere === null || elsewhere.length === 1)) return [];
      const known = service.namespace === workload.namespace ? services : all.known ? all.value : [];
      const near = nearNames(service.name, namesIn(known, service.namespace))[0];
      const young = workload.pods.every((pod) => (ageOf(pod.metadata?.creationTimestamp, now) ?? SETTLING) < SETTLING);
      const one = finding({
        severity: 'critical',
        confidence,
        message: `${workloadText(workload)} calls "${missing.host}", but ${mayExist(unseen) ? 'these files hold' : 'there is'} no Service ${service.namespace}/${service.name}`,
        scope: { service: scopeOf(missing, subject) },
        evidence: [...referenceRows(missing, complaint), ...(near === undefined ? [] : [closestRow(missing, near)])],
        effects: [`lookups of "${missing.host}" from there fail: "could not resolve host"`],
        fix: fixOf(missing, near),
        dependency: subject.role === 'caller' || !workload.struggles ? null : `${service.namespace}/${service.name}`,
        converging: workload.pods.length > 0 && young,
      });
      const barred = full === null || confidence === 'possible' || service.namespace !== subject.namespace;
      return [doubted(barred ? one : refusedBy(one, service.namespace, full), unseen)];
    });
    const decisive = found.unknown.some((workload) => subject.role === 'caller' || workload.struggles);
    if (findings.length > 0 || !decisive) return failIfAny(findings);
    return unanswered(all.known ? unknown('timed-out', 'all services of all namespaces') : all);
  },
});
