/** Namespaces that the API server never lets go (admission plugin NamespaceLifecycle), so nobody needs to ask whether they exist. */
export const IMMORTAL_NAMESPACES: readonly string[] = ['default', 'kube-system', 'kube-public'];
