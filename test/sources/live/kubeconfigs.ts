/** Two kubeconfigs that share names, to be merged. */
export const FIRST_FILE = `apiVersion: v1
kind: Config
current-context: prod
clusters:
- name: shared
  cluster: {server: 'https://first:6443', certificate-authority: ca.crt}
- name: plain
  cluster: {server: 'http://plain:8001', proxy-url: 'socks5://proxy:1080', disable-compression: true}
users:
- name: jane
  user: {tokenFile: token.txt, as: root, as-uid: u1, as-groups: [g1, g2], as-user-extra: {reason: [why]}}
contexts:
- name: prod
  context: {cluster: shared, user: jane, namespace: shop}
- name: nobody
  context: {cluster: shared}
- name: plain
  context: {cluster: plain}
- name: ghost
  context: {cluster: gone, user: jane}
`;

export const SECOND_FILE = `apiVersion: v1
kind: Config
current-context: dev
clusters:
- name: shared
  cluster: {server: 'https://second:6443', tls-server-name: second}
users:
- name: jane
  user: {token: t2, username: u}
- name: joe
  user: {username: joe, password: secret}
contexts:
- name: dev
  context: {cluster: shared, user: joe}
- name: prod
  context: {cluster: shared, user: joe, namespace: other}
`;
