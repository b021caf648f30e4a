/** `--stats` of a graph: by network, then by sink, then by journal. */
import { countOf, formatCount, formatSize } from "../../../base/size.js";
import type { Journal } from "../../../journal/journal.js";
import type { Counters } from "../../accounting/counters.js";
import type { SinkPlacement } from "./placement/placement.js";

export type SinkCounts = Readonly<Record<string, number>>;

export interface GraphCounts {
  readonly parts: readonly {
    readonly name: string;
    readonly labels: readonly string[];
    readonly workers: number;
    readonly counters: Counters;
  }[];
  readonly sinks: readonly SinkPlacement[];
  readonly sinkCounts: ReadonlyMap<string, SinkCounts>;
  /** Of rate limits, as they are printed. */
  readonly limits: readonly string[];
  readonly journals: readonly (readonly [string, Journal])[];
}

/** Lines for standard error. */
export function graphReport({ parts, sinks, sinkCounts, limits, journals }: GraphCounts): string {
  const stats = journals.map(([name, journal]) => ({ name, ...journal.stats() }));
  const readers = stats.flatMap((journal) => journal.readers);
  const lines = parts.flatMap(({ name, counters, labels, workers }) => [
    ...(parts.length > 1 ? [`  from ${name}:\n`] : []),
    counters.report({ stages: labels, workers, sink: {} }),
  ]);
  lines.push(...limits);
  for (const { node } of sinks) {
    const reader = readers.find(({ name }) => name === node.name);
    const own = Object.entries(sinkCounts.get(node.name) ?? {}).map(
      ([name, count]) => `${name} ${formatCount(count)}`,
    );
    const waiting =
      reader === undefined
        ? []
        : [
            `waiting ${countOf(reader.waitingEvents, "event")}`,
            `dropped ${formatCount(reader.droppedEvents)}`,
            ...(reader.droppedEver === reader.droppedEvents
              ? []
              : [`ever dropped ${formatCount(reader.droppedEver)}`]),
            `lag ${formatSize(reader.lagBytes)}`,
          ];
    const all = [...own, ...waiting];
    if (all.length > 0) lines.push(`  sink ${node.name}: ${all.join(", ")}\n`);
  }
  for (const { name, events, bytes, limitBytes } of stats)
    lines.push(
      `  ${name}: ${countOf(events, "event")}, ${formatSize(bytes)} of ${formatSize(limitBytes)} on the disk\n`,
    );
  return lines.join("");
}
