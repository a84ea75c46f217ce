/** Programs that take a variable which the kubelet sets for a Service for a setting of their own. */

/** They read NAME_PORT of their own name as a number, and fail on what a Service of that name puts there. */
const READS_ITS_PORT =
  /(?:^|\/)(?<name>n8n|uptime-kuma|authelia|paperless(?:-ngx)?|kibana|mlflow|kong|unleash|skipper)(?:[:@]|$)/;

/** The name of such a program by its image; null for any other. */
export function readsItsPort(image: string | undefined): string | null {
  return READS_ITS_PORT.exec(image ?? '')?.groups?.name ?? null;
}
