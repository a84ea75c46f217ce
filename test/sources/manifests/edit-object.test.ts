/** Patches written into manifests: nothing but the lines of the fix changes, and what is written is what the patch says. */
import { describe, expect, it } from 'vitest';
import type { Patch } from '../../../src/model/patch.ts';
import { editObject, ordinalAt } from '../../../src/sources/manifests/edit-object.ts';
import { unifiedDiff } from '../../../src/sources/manifests/line-diff.ts';
import { ANCHORED, operation, patch, SERVICE } from './patched-files.ts';

/** The changed lines only, as a diff marks them. */
function changed(text: string, one: Patch): string[] | string {
  const edited = editObject(text, one, 0);
  if ('refusal' in edited) return edited.refusal;
  return unifiedDiff('x', text, edited.text)
    .split('\n')
    .slice(2)
    .filter((line) => /^[-+\\]/.test(line));
}

describe('a Service', () => {
  it.each<[string, Patch, string[]]>([
    [
      'a value keeps its quotes and its comment',
      patch({ body: { spec: { selector: { app: 'web' } } } }),
      ["-        app: 'wbe'     # who serves", "+        app: 'web'     # who serves"],
    ],
    [
      'quotes only where they are needed',
      operation('/spec/ports/0/targetPort', 8080),
      ['-      targetPort: "http"  # by name', '+      targetPort: 8080  # by name'],
    ],
    [
      'within one line',
      operation('/spec/ports/1/targetPort', 'https'),
      ['-    - {port: 443, targetPort: 8443}', '+    - {port: 443, targetPort: https}'],
    ],
    [
      'a key more, indented as its siblings',
      patch({ body: { spec: { selector: { tier: 'yes' } } } }),
      ['+        tier: "yes"'],
    ],
    [
      'a key more within one line',
      operation('/spec/ports/1/protocol', 'UDP'),
      ['-    - {port: 443, targetPort: 8443}', '+    - {port: 443, targetPort: 8443, protocol: UDP}'],
    ],
    [
      'a key gives way to another',
      patch({ body: { spec: { selector: { app: null, name: 'web' } } } }),
      ["-        app: 'wbe'     # who serves", '+        name: web'],
    ],
    [
      'a key less within one line',
      patch({ body: { metadata: { labels: { app: null, tier: 'web' } } } }),
      [
        '-metadata: {name: web, labels: {app: web}}   # in one line',
        '+metadata: {name: web, labels: {tier: web}}   # in one line',
      ],
    ],
    [
      'a whole map more',
      patch({ body: { metadata: { annotations: { a: 'b' } } } }),
      [
        '-metadata: {name: web, labels: {app: web}}   # in one line',
        '+metadata: {name: web, labels: {app: web}, annotations: {a: b}}   # in one line',
      ],
    ],
    [
      'nothing is left of a map',
      patch({ body: { spec: { selector: { app: null } } } }),
      ['-    selector:', "-        app: 'wbe'     # who serves", '+    selector: {}     # who serves'],
    ],
    [
      'the first key of a list item goes',
      patch({ type: 'json', body: [{ op: 'remove', path: '/spec/ports/0/port' }] }),
      ['-    - port: 80', '-      targetPort: "http"  # by name', '+    - targetPort: "http"  # by name'],
    ],
    [
      'an item more',
      patch({ type: 'json', body: [{ op: 'add', path: '/spec/ports/-', value: { name: 'dns', port: 53 } }] }),
      ['+    - name: dns', '+      port: 53'],
    ],
    ['what is there already', patch({ body: { spec: { type: 'ClusterIP' } } }), []],
  ])('%s', (_, one, lines) => {
    expect(changed(SERVICE, one)).toEqual(lines);
  });

  it('keeps CRLF, a byte order mark and a missing last line end', () => {
    const text = `\ufeff${SERVICE.trimEnd().replaceAll('\n', '\r\n')}`;
    const edited = editObject(
      text,
      patch({ body: { spec: { selector: { tier: 'web' }, sessionAffinity: 'None' } } }),
      0,
    );
    const wanted = SERVICE.trimEnd()
      .replace('# who serves\n', '# who serves\n        tier: web\n')
      .concat('\n    sessionAffinity: None')
      .replaceAll('\n', '\r\n');
    expect(edited).toEqual({ text: `\ufeff${wanted}` });
  });

  it('in JSON stays JSON', () => {
    const text = JSON.stringify(
      { kind: 'Service', metadata: { name: 'web' }, spec: { selector: { app: 'wbe' } } },
      null,
      2,
    );
    const edited = editObject(
      text,
      patch({ body: { spec: { selector: { app: 'web', tier: 'x' }, type: 'ClusterIP' } } }),
      0,
    );
    expect(JSON.parse('text' in edited ? edited.text : edited.refusal)).toEqual({
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector: { app: 'web', tier: 'x' }, type: 'ClusterIP' },
    });
    expect('text' in edited && edited.text.split('\n').length).toBe(text.split('\n').length + 2);
  });

  it('that is empty so far gets its first value', () => {
    const text = 'kind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n  ports: []\n';
    expect(editObject(text, patch({ body: { spec: { selector: { app: 'web' } } } }), 0)).toEqual({
      text: 'kind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n    app: web\n  ports: []\n',
    });
  });
});

it('a list in one line gets an item more', () => {
  const one = patch({ type: 'json', body: [{ op: 'add', path: '/spec/ports/-', value: { port: 53 } }] });
  const texts = ['spec: {ports: [{port: 80}]}', 'spec: {ports: []}'].map(
    (line) => `kind: Service\nmetadata: {name: web}\n${line}\n`,
  );
  expect(texts.map((text) => changed(text, one)).map((lines) => lines[1])).toEqual([
    '+spec: {ports: [{port: 80}, {port: 53}]}',
    '+spec: {ports: [{port: 53}]}',
  ]);
});

it('a comment is not lost: where one stands within what goes, it is refused', () => {
  const text =
    'kind: Service\nmetadata: {name: web}\nspec:\n  selector: # why\n    app: web\n  ports:\n  - name: a # why\n    port: 80\n';
  expect([
    changed(text, patch({ body: { spec: { selector: { app: null } } } })),
    changed(text, patch({ type: 'json', body: [{ op: 'remove', path: '/spec/ports/0/name' }] })),
  ]).toEqual(['a comment stands within it', 'a comment stands within it']);
});

describe('anchors', () => {
  const strategic = (container: object): Patch =>
    patch({
      kind: 'deployment',
      type: 'strategic',
      body: { spec: { template: { spec: { containers: [container] } } } },
    });

  it('what an alias stands for gives way in that place only', () => {
    expect(changed(ANCHORED, strategic({ name: 'web', ports: [{ containerPort: 9090 }] }))).toEqual([
      '-          ports: [{containerPort: *port}]',
      '+          ports: [{containerPort: 9090}]',
    ]);
  });

  it('what is merged in is overridden in that place', () => {
    expect(changed(ANCHORED, strategic({ name: 'proxy', image: 'proxy' }))).toEqual(['+          image: proxy']);
  });

  it('a value that others follow is left alone', () => {
    const text = `kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: web, containerPort: &port 8080}, {name: proxy, to: *port}]}}}
`;
    expect(changed(text, strategic({ name: 'web', containerPort: 9090 }))).toBe(
      'more than this object would change: an anchor or a merge leads elsewhere',
    );
  });
  it('what cannot be followed is said', () => {
    const one = patch({ kind: 'deployment', body: { spec: { replicas: 1 } } });
    expect(
      ['<<: *nobody', 'a: *nobody'].map((line) => changed(`kind: Deployment\nmetadata: {name: web}\n${line}\n`, one)),
    ).toEqual(['aliases or merges in the file cannot be followed', 'aliases or merges in the file cannot be followed']);
  });
});

it('the object is the one at the line', () => {
  const text = `${SERVICE}---\n${SERVICE.replace('ClusterIP', 'NodePort')}`;
  const lines = text.split('\n');
  expect([3, lines.lastIndexOf('kind: Service') + 1, 900].map((line) => ordinalAt(text, patch({}), line))).toEqual([
    0,
    1,
    null,
  ]);
  const edited = editObject(text, patch({ body: { spec: { type: 'ExternalName' } } }), 1);
  expect('text' in edited && edited.text).toBe(text.replace('NodePort', 'ExternalName'));
});

it('an item of a List is an object too', () => {
  const text =
    'kind: List\nitems:\n- kind: Service\n  metadata: {name: api}\n- kind: Service\n  metadata: {name: web}\n  spec: {}\n';
  expect(ordinalAt(text, patch({}), 6)).toBe(0);
  expect(editObject(text, patch({ body: { spec: { type: 'ClusterIP' } } }), 0)).toEqual({
    text: text.replace('spec: {}', 'spec: {type: ClusterIP}'),
  });
});
