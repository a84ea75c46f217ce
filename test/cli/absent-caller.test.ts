import { describe, expect, it } from 'vitest';
import { refuseAbsentCaller } from '../../src/cli/absent-caller.ts';
import { snapshotOf } from '../support/scenario.ts';

function refuse(from: string, deny: string[] = []): void {
  refuseAbsentCaller(snapshotOf({ title: 'x', kind: 'silent', expect: {}, from, deny }));
}

describe('a caller that does not exist', () => {
  it.each([
    [
      'shop/Deployment/wed',
      'there is no Deployment wed in namespace shop; did you mean web?',
      'see: kubectl get deployments -n shop',
    ],
    ['shop/Node/worker-9', 'there is no Node worker-9; did you mean worker-1 or worker-2?', 'see: kubectl get nodes'],
    ['nowhere/Namespace/nowhere', 'there is no Namespace nowhere', 'see: kubectl get namespaces'],
  ])('%s', (from, message, hint) => {
    expect(() => refuse(from)).toThrow(expect.objectContaining({ message, hint }));
  });

  it.each([
    ['shop/Deployment/web', []],
    ['shop/Deployment/wed', ['deployments']],
  ])('%s is left to the rules (%j may not be read)', (from, deny) => {
    expect(() => refuse(from, deny)).not.toThrow();
  });
});
