/** The kinds of Kubernetes itself whose objects make Pods of a template. */
export const POD_MAKERS: ReadonlySet<string> = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Job',
  'CronJob',
]);
