/** What is seen of a Service at a glance, once for all gates: what it selects, how those Pods are, and what is odd about them. */
import type { Fact } from '../facts/fact.ts';
import type { EndpointSlice, Pod, Service } from '../facts/wire.ts';
import { matchedPods, selectsPods } from '../model/endpoints.ts';
import { MARKS, marksOf } from '../model/pod-marks.ts';
import { hasFlickered, hasRestarted, isLive, isReady } from '../model/readiness.ts';
import { plannedBy, type Workload } from '../model/workloads.ts';
import type { FactName, FactValues } from './facts.ts';

/** Reads a fact of the subject. */
export type GlanceReader = <K extends FactName>(name: K) => Fact<FactValues[K] | null>;

/** The facts that a glance takes. Where one of them is not known whole, no gate is closed. */
export const GLANCED = ['service', 'services', 'pods', 'slices', 'workloads'] as const satisfies readonly FactName[];

export class Glance {
  readonly read: GlanceReader;
  readonly now: number;
  readonly service: Service;
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  readonly workloads: readonly Workload[];
  /** The Pods that the Service selects. */
  readonly pods: readonly Pod[];
  /** Those of them that are meant to serve. */
  readonly live: readonly Pod[];
  /** There are such, and all of them are Ready, for long and without a restart. */
  readonly isWell: boolean;
  #marks: number | null = null;

  constructor(read: GlanceReader, now: number, facts: Pick<FactValues, (typeof GLANCED)[number]>) {
    this.read = read;
    this.now = now;
    this.service = facts.service;
    this.services = facts.services;
    this.slices = facts.slices;
    this.workloads = facts.workloads;
    this.pods = matchedPods(this.service, facts.pods);
    this.live = this.pods.every(isLive) ? this.pods : this.pods.filter(isLive);
    this.isWell =
      selectsPods(this.service) &&
      this.live.length > 0 &&
      this.live.every((pod) => isReady(pod) && !hasRestarted(pod) && !hasFlickered(pod, now));
  }

  /** A glance, or null where a fact that it takes is not known whole, or the Service does not exist. */
  static at(read: GlanceReader, now: number): Glance | null {
    const facts: Partial<Record<FactName, unknown>> = {};
    for (const name of GLANCED) {
      const fact = read(name);
      if (!fact.known || !fact.complete || fact.value === null) return null;
      facts[name] = fact.value;
    }
    return new Glance(read, now, facts as Pick<FactValues, (typeof GLANCED)[number]>);
  }

  /** It is well, and selects no Pod that has ended or is being deleted. */
  get isCalm(): boolean {
    return this.isWell && this.live.length === this.pods.length;
  }

  /** The Pods that the workloads behind the Service want together. */
  get wanted(): number {
    let sum = 0;
    for (const { replicas } of plannedBy(this.service.spec?.selector, this.workloads)) sum += replicas;
    return sum;
  }

  /** True when no Pod that the Service selects has one of the marks. */
  isFree(...marks: readonly (keyof typeof MARKS)[]): boolean {
    this.#marks ??= this.pods.reduce((all, pod) => all | marksOf(pod), 0);
    return marks.every((mark) => ((this.#marks ?? 0) & MARKS[mark]) === 0);
  }
}
