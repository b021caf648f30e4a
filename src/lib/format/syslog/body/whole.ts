/** Services whose lines in syslog are those of their own log, and the formats of these. */

import { accessFormats } from "../../access/registry.js";
import { databaseFormats } from "../../database/registry.js";
import type { Format } from "../../format.js";
import { apacheError } from "../../text/apache-error.js";
import { klog } from "../../text/klog.js";
import { nginxError } from "../../text/nginx-error.js";

/** The name of a service without its path, its container and its number: `/usr/sbin/httpd` is httpd. */
const SERVICES: readonly (readonly [RegExp, () => readonly Format[]])[] = [
  [
    /^(?:nginx|apache2?|httpd|haproxy|traefik|envoy|caddy|varnish(?:ncsa)?|squid|lighttpd|ingress)\b|[_-]access\b/i,
    () => [...accessFormats, nginxError, apacheError],
  ],
  [/^(?:apache|nginx)[_-]error\b/i, () => [nginxError, apacheError]],
  [/^(?:kube[a-z]*|k3s|k8s|etcd|cloud-controller|coredns|containerd|dockerd)\b/i, () => [klog]],
  [/^(?:postgres(?:ql)?|mysqld?|mariadbd?|mongo[ds]|redis(?:-server)?)\b/i, () => databaseFormats],
];

export function wholeFormatsOf(service: string): readonly Format[] {
  const name = service.slice(service.lastIndexOf("/") + 1);
  return SERVICES.find(([pattern]) => pattern.test(name))?.[1]() ?? [];
}
