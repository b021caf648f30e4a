/** `enrich --kubernetes`: pod and container from the path of the log file. */

import { table } from "../../../base/table.js";
import { MemberBuilder } from "../../../json/member-builder.js";
import type { Enricher } from "../core/enricher.js";
import { found, textEnricher } from "../core/text-enricher.js";

/**
 * The three places where node agents find the logs of containers; rotated and packed files too.
 *
 *     /var/log/containers/POD_NAMESPACE_CONTAINER-ID.log
 *     /var/log/pods/NAMESPACE_POD_UID/CONTAINER/RESTARTS.log
 *     /var/lib/docker/containers/ID/ID-json.log
 *
 * Source: the kubelet (pkg/kubelet/kuberuntime/legacy.go and helpers.go), Docker's json-file driver. Names are DNS
 * labels: they have no underscores.
 */
const PATHS: readonly RegExp[] = [
  /(?:^|\/)containers\/(?<pod>[a-z0-9.-]+)_(?<namespace>[a-z0-9-]+)_(?<container>[a-z0-9.-]+)-(?<id>[0-9a-f]{64})\.log/,
  /(?:^|\/)pods\/(?<namespace>[a-z0-9-]+)_(?<pod>[a-z0-9.-]+)_(?<uid>[0-9a-f-]{32,36})\/(?<container>[a-z0-9.-]+)\/(?<restarts>\d{1,6})\.log/,
  /(?:^|\/)containers\/(?<id>[0-9a-f]{64})\//,
];

/** Group of the patterns to field, in OpenTelemetry's words. */
const NAMES: Readonly<Record<string, string>> = table({
  namespace: "k8s.namespace.name",
  pod: "k8s.pod.name",
  uid: "k8s.pod.uid",
  container: "k8s.container.name",
  restarts: "k8s.container.restart_count",
  id: "container.id",
});

/** JSON text of the members that a path gives; undefined when it is no container's. */
export function containerMembers(path: string): string | undefined {
  if (path.length > 1024) return undefined;
  for (const pattern of PATHS) {
    const groups = pattern.exec(path)?.groups;
    if (groups === undefined) continue;
    const members = new MemberBuilder();
    for (const [group, name] of Object.entries(NAMES)) {
      if (group === "restarts") members.number(name, groups[group] && Number(groups[group]));
      else members.text(name, groups[group]);
    }
    return members.toString();
  }
  return undefined;
}

/** `field` holds the path: `source`, where `ingest` puts it. */
export function containerEnricher(field: string): Enricher {
  return textEnricher({
    field,
    writes: Object.values(NAMES),
    textsMax: 4096,
    look: (path) => found(containerMembers(path)),
  });
}
