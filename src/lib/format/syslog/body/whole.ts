/** Services whose lines in syslog are those of their own log, and the formats of these. */

import { accessFormats } from "../../access/registry.js";
import { postgresqlBody } from "../../database/postgresql.js";
import { databaseFormats } from "../../database/registry.js";
import type { Format } from "../../format.js";
import { apacheError } from "../../text/apache-error.js";
import { klog } from "../../text/klog.js";
import { nginxError } from "../../text/nginx-error.js";

type WholeFormat = Pick<Format, "create">;

const POSTGRES = /^postgres(?:ql)?\b/i;

/** The name of a service without its path, its container and its number: `/usr/sbin/httpd` is httpd. */
const SERVICES: readonly (readonly [RegExp, () => readonly WholeFormat[]])[] = [
  [
    /^(?:nginx|apache2?|httpd|haproxy|traefik|envoy|caddy|varnish(?:ncsa)?|squid|lighttpd|ingress)\b|[_-]access\b/i,
    () => [...accessFormats, nginxError, apacheError],
  ],
  [/^(?:apache|nginx)[_-]error\b/i, () => [nginxError, apacheError]],
  [/^(?:kube[a-z]*|k3s|k8s|etcd|cloud-controller|coredns|containerd|dockerd)\b/i, () => [klog]],
  [POSTGRES, () => [postgresqlBody]],
  [/^(?:mysqld?|mariadbd?|mongo[ds]|redis(?:-server)?)\b/i, () => databaseFormats],
];

export function wholeFormatsOf(service: string): readonly WholeFormat[] {
  const name = nameOf(service);
  return SERVICES.find(([pattern]) => pattern.test(name))?.[1]() ?? [];
}

/** Whether the service counts what it gives to syslog, as PostgreSQL does: `[COUNT-PIECE] ` before each text. */
export function countsMessages(service: string): boolean {
  return POSTGRES.test(nameOf(service));
}

function nameOf(service: string): string {
  return service.slice(service.lastIndexOf("/") + 1);
}
