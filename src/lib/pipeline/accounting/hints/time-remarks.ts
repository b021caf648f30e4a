/**
 * What is reported once at the end of a run about times and levels that had to be guessed or are not there: see
 * docs/events.md.
 */
import { countOf } from "../../../base/size.js";
import { table } from "../../../base/table.js";
import { timeRemarks } from "../../../event/time/remarks.js";
import type { Host } from "../../contract/host.js";
import type { Pipeline } from "../../contract/pipeline.js";
import type { Counters } from "../counters.js";

/**
 * By the counter that a stage counts with. Those of pino and bunyan are counted and not said: nearly all logs with 10
 * to 60 are theirs.
 */
const LEVELS: Readonly<Record<string, (count: number) => string>> = table({
  unknown_levels: (count) =>
    `${countOf(count, "event")} whose level is no word or number that --level knows, so that they are of none; --where 'level == "..."' asks for a word of your own`,
  levels_as_syslog: (count) =>
    `${countOf(count, "level")} from 0 to 7 read as numbers of syslog (0 is fatal, 7 debug) and kept in level_number: others count upwards`,
  levels_as_monolog: (count) => `${countOf(count, "level")} from 100 to 600 read as numbers of Monolog`,
});

/**
 * What source and sink read of times themselves is counted under the name of the command, as that of stages is. Stages
 * that nobody asked for (`isAdded`) speak in the name of the one behind them, and only where that one needs times.
 */
export function sayRemarks(
  { source, stages, sink }: Pipeline,
  counters: Counters,
  host: Host,
  isAdded: (index: number) => boolean = () => false,
): void {
  const say = (label: string, needsTime: boolean, reader = label) => {
    for (const remark of timeRemarks(counters.of(label), reader, needsTime))
      host.log("info", `${reader}: ${remark}`);
    for (const [name, count] of Object.entries(counters.of(label))) {
      const remark = Object.hasOwn(LEVELS, name) ? LEVELS[name] : undefined;
      if (remark !== undefined && count > 0) host.log("info", `${label}: ${remark(count)}`);
    }
  };
  const needs = new Map<string, boolean>();
  if (source !== undefined && source.declaration.saysTimes !== true) needs.set(source.declaration.name, true);
  for (const [index, { declaration, given, label = declaration.name }] of stages.entries()) {
    const behind = isAdded(index) ? stages[index + 1] : undefined;
    if (behind === undefined) needs.set(label, declaration.needsTime?.(given) ?? true);
    else if (behind.declaration.needsTime?.(behind.given) ?? true)
      say(label, true, behind.label ?? behind.declaration.name);
  }
  // What a command stands for goes by its name, and needs what it needs.
  if (sink !== undefined) needs.set(sink.declaration.name, sink.declaration.needsTime ?? true);
  for (const [label, needsTime] of needs) say(label, needsTime);
}
