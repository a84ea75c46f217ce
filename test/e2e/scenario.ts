/** The format of `fixtures/cluster/*.yaml`: one fault (or one healthy world that looks ill) on a real cluster. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export type Outcome = 'works' | 'fails';

export interface Symptom {
  /** Who calls: `pod/client` (made by the harness in the first namespace) or `[namespace/]pod/x`, `[namespace/]deploy/x`. */
  from?: string;
  /** Run by the shell of that Pod; `call URL` there fetches a URL. */
  command: string;
  expect: Outcome;
  /** A regular expression for what it prints. */
  pattern?: string;
}

export interface Expectation {
  exitCode: number;
  /** `RULE[/REASON] [namespace/service]` in order of printing; namespaces by the names of this file. */
  roots: readonly string[];
  /** `RULE CAUSE` of those roots that tell causes apart; compared where it is written. */
  causes?: readonly string[];
}

export interface Scenario {
  title: string;
  /** Made fresh with a random prefix. In all texts `$name` stands for the real name; the first is the current namespace. */
  namespaces: readonly string[];
  /** Objects to apply; `metadata.namespace` by the names above, absent = the first. */
  given: readonly KubernetesObject[];
  /** Shell commands, each repeated until it succeeds, before anything is judged. */
  wait?: readonly string[];
  /** Shell commands that change the world after it stood, and more waiting. */
  break?: readonly string[];
  waitBroken?: readonly string[];
  symptom: Symptom;
  /** Arguments of `kubectl svc-doctor`. */
  diagnose: string;
  expect: Expectation;
  /**
   * Seconds in which the diagnosis must come to what is expected, where it rests on a log: kubelets that share one `/var/log/pods`, as those
   * of several nodes on one machine do, clean away each other's. At once when absent.
   */
  patience?: number;
  /** `printed` = the commands printed for the first root, verbatim; a list = what a person does who follows its steps. */
  fix?: 'printed' | readonly string[];
  /** After the fix: the symptom works, exit 0 and no roots, unless said otherwise. */
  after?: Partial<Expectation> & { symptom?: Outcome };
  /** Shell commands that remove what it made outside of its namespaces and what concerns nobody else, whatever happened. */
  tidy?: readonly string[];
  /** Shell commands that mend the cluster whatever happened; those of `fix` that ran are not run again. Such a scenario runs alone. */
  undo?: readonly string[];
}

export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  [field: string]: unknown;
}

const FOLDER = join(import.meta.dirname, '../../fixtures/cluster');

/** All scenarios by file name without `.yaml`, in order of name. */
export function scenarios(): ReadonlyMap<string, Scenario> {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
  return new Map(
    names.sort().map((name) => [name.slice(0, -'.yaml'.length), parse(readFileSync(join(FOLDER, name), 'utf8'))]),
  );
}

/** The scenario with every `$name` in its texts, and every `metadata.namespace`, replaced by what it stands for. */
export function placed(scenario: Scenario, real: ReadonlyMap<string, string>, image: string): Scenario {
  const names = [...real.keys(), 'image'];
  const variable = new RegExp(`\\$(${names.join('|')})\\b`, 'g');
  const text = JSON.stringify(scenario).replace(variable, (_, name: string) => real.get(name) ?? image);
  const whole = JSON.parse(text) as Scenario;
  const first = real.get(scenario.namespaces[0] ?? '');
  const given = whole.given.map((object) => {
    const namespace = object.metadata.namespace === undefined ? first : real.get(object.metadata.namespace);
    return { ...object, metadata: { ...object.metadata, ...(namespace === undefined ? {} : { namespace }) } };
  });
  return { ...whole, given };
}
