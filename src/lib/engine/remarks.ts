/** What is said once at the end of a run about times that had to be guessed or are not there. */
import { timeRemarks } from "../event/time/remarks.js";
import type { Terminal } from "../stage/terminal.js";
import type { Counters } from "./counters.js";
import type { Pipeline } from "./pipeline.js";

/** What source and sink read of times themselves is counted under the name of the command, as that of stages is. */
export function sayRemarks({ source, stages, sink }: Pipeline, counters: Counters, terminal: Terminal): void {
  const say = (label: string, needsTime: boolean) => {
    for (const remark of timeRemarks(counters.of(label), label, needsTime))
      terminal.notice(`${label}: ${remark}`);
  };
  if (source !== undefined && source.declaration.saysTimes !== true) say(source.declaration.name, true);
  for (const { declaration, given, label = declaration.name } of stages)
    say(label, declaration.needsTime?.(given) ?? true);
  if (sink !== undefined) say(sink.declaration.name, sink.declaration.needsTime ?? true);
}
