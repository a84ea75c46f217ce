/** What is said where nothing found can look like what callers see. */
import type { DiagnosedService } from '../engine/diagnosis.ts';
import type { Symptom } from '../engine/symptom.ts';
import { labelled } from './cause.ts';
import type { Page } from './row.ts';

/** Where each symptom comes from as a rule. */
const USUALLY: Readonly<Record<Symptom, string>> = {
  refused: 'a Service without ready endpoint, or from Pods that do not listen on the targetPort',
  timeout: 'a NetworkPolicy, a node or its kube-proxy, or a port that the Service does not list',
  nxdomain: "the name that is called, or from the caller's own resolver",
  '5xx': 'the application itself, or from a proxy before the Service',
  intermittent: 'Pods that restart, a selector that takes in too many Pods, or one bad node',
};

/** Null where no symptom was named, or where something found explains it. */
export function symptomText({ symptom }: DiagnosedService): string | null {
  if (symptom === null || symptom.explained) return null;
  return `nothing found here looks like "${symptom.seen}" to a caller. As a rule that comes from ${USUALLY[symptom.seen]}. To judge one caller's path, add --from`;
}

/** The same as a note; nothing where there is nothing to say. */
export function symptomRows(page: Page, service: DiagnosedService): string[] {
  const text = symptomText(service);
  return text === null ? [] : labelled(page, 'note', text);
}
