/** What is said once at the end of a run about times that had to be guessed or are not there: see docs/events.md. */
import { countOf, formatCount } from "../base/size.js";
import type { StageDeclaration } from "../stage/stage.js";
import type { Terminal } from "../stage/terminal.js";
import type { Counters } from "./counters.js";
import type { Step } from "./pipeline.js";

/** By the counter that a stage or the check before a store counts with. */
const REMARKS: Readonly<Record<string, (count: number, label: string) => string>> = {
  without_time: (count, label) =>
    label === "sink"
      ? `${events(count)} without a time that can be read: stored under the time of their arrival; --time-field FIELD names another field`
      : `${events(count)} without a time that can be read; --time-field FIELD names another field`,
  zone_assumed: (count) =>
    `${times(count)} without a zone taken as UTC; --tz ZONE says where they were written, --tz UTC that this is right`,
  zone_unread: (count) =>
    `${times(count)} not read, because the letters of the zone are not known or mean several (IST); --tz ZONE says which`,
  year_assumed: (count) =>
    `${times(count)} without a year: the latest year that is not after the input; --year YEAR says another`,
};

export function sayRemarks(
  stages: readonly Step<StageDeclaration>[],
  counters: Counters,
  terminal: Terminal,
): void {
  const say = (label: string, needsTime: boolean) => {
    for (const [name, count] of Object.entries(counters.of(label))) {
      const remark = Object.hasOwn(REMARKS, name) ? REMARKS[name] : undefined;
      if (remark === undefined || count === 0 || (name === "without_time" && !needsTime)) continue;
      terminal.notice(`${label}: ${remark(count, label)}`);
    }
  };
  for (const { declaration, given, label = declaration.name } of stages)
    say(label, declaration.needsTime?.(given) ?? true);
  say("sink", true);
}

function events(count: number): string {
  return countOf(count, "event");
}

function times(count: number): string {
  return count === 1 ? "1 time" : `${formatCount(count)} times`;
}
