/** How the test API server lets lists be watched: changes by revision, replayed to who comes late, told to who is there. */
import type { ServerResponse } from 'node:http';
import type { KubeObject } from '../../src/facts/wire.ts';
import { sendStatus } from './faults.ts';

interface Change {
  revision: number;
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: KubeObject;
}

interface Watcher {
  response: ServerResponse;
  concerns(object: KubeObject): boolean;
}

function identityOf({ apiVersion, kind, metadata }: KubeObject): string {
  return [apiVersion, kind, metadata?.namespace, metadata?.name].join(' ');
}

/** The objects of a server as they change. */
export class Changes {
  objects: readonly KubeObject[];
  revision = 1;
  /** Revisions before this one are gone. */
  #oldest = 0;
  readonly #changes: Change[] = [];
  readonly #watchers = new Set<Watcher>();

  constructor(objects: readonly KubeObject[]) {
    this.objects = objects;
  }

  /** How many watches are open. */
  get watchers(): number {
    return this.#watchers.size;
  }

  /** From now on the world is this one; whoever watches is told. */
  replace(objects: readonly KubeObject[]): void {
    const before = new Map(this.objects.map((object) => [identityOf(object), object]));
    const after = new Map(objects.map((object) => [identityOf(object), object]));
    this.objects = objects;
    for (const [key, object] of after) {
      const old = before.get(key);
      if (old === undefined) this.#tell('ADDED', object);
      else if (JSON.stringify(old) !== JSON.stringify(object)) this.#tell('MODIFIED', object);
    }
    for (const [key, object] of before) if (!after.has(key)) this.#tell('DELETED', object);
  }

  #tell(type: Change['type'], object: KubeObject): void {
    this.revision += 1;
    const change = { revision: this.revision, type, object };
    this.#changes.push(change);
    for (const { response, concerns } of this.#watchers) if (concerns(object)) response.write(lineOf(change));
  }

  /** Forgets all revisions up to now: who watches from one of them is told that it is gone, and must list again. */
  forget(): void {
    this.#oldest = this.revision;
    this.revision += 1;
    const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Expired', code: 410 };
    this.end(`${JSON.stringify({ type: 'ERROR', object: status })}\n`);
  }

  /** Ends every watch, as servers do from time to time. */
  end(lastWords = ''): void {
    for (const { response } of this.#watchers) response.end(lastWords);
    this.#watchers.clear();
  }

  /** Serves one watch from that revision on. */
  watch(response: ServerResponse, from: string, concerns: Watcher['concerns']): void {
    if (Number(from) <= this.#oldest) {
      sendStatus(response, 410, `too old resource version: ${from}`);
      return;
    }
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.flushHeaders();
    for (const change of this.#changes) {
      if (change.revision > Number(from) && concerns(change.object)) response.write(lineOf(change));
    }
    const watcher = { response, concerns };
    this.#watchers.add(watcher);
    response.once('close', () => this.#watchers.delete(watcher));
  }
}

function lineOf({ revision, type, object }: Change): string {
  const metadata = { ...object.metadata, resourceVersion: String(revision) };
  return `${JSON.stringify({ type, object: { ...object, metadata } })}\n`;
}
