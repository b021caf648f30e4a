/** What is said once at the end of a run about times and levels that had to be guessed or are not there: see docs/events.md. */
import { countOf } from "../base/size.js";
import type { StageDeclaration } from "../stage/stage.js";
import type { Terminal } from "../stage/terminal.js";
import type { Counters } from "./counters.js";
import type { Step } from "./pipeline.js";

/** What can be told the zone of its input. */
const OWN_ZONE = /^(?:parse|sink)\b/;

/** By the counter that a stage or the check before a store counts with. */
const REMARKS: Readonly<Record<string, (count: number, label: string) => string>> = {
  without_time: (count, label) =>
    label === "sink"
      ? `${countOf(count, "event")} without a time that can be read: stored under the time of their arrival; --time-field FIELD names another field`
      : `${countOf(count, "event")} without a time that can be read; --time-field FIELD names another field`,
  zone_assumed: (count, label) =>
    OWN_ZONE.test(label)
      ? `${countOf(count, "time")} without a zone taken as UTC; --tz ZONE says where they were written, --tz UTC that this is right`
      : `${countOf(count, "time")} without a zone taken as UTC; parse --tz ZONE reads them in another`,
  unknown_levels: (count) =>
    `${countOf(count, "event")} whose level is no word or number that --level knows, so that they are of none; --where 'level == "..."' asks for a word of your own`,
  levels_as_syslog: (count) =>
    `${countOf(count, "level")} from 0 to 7 read as numbers of syslog (0 is fatal, 7 debug) and kept in level_number: others count upwards`,
  levels_as_pino: (count) =>
    `${countOf(count, "level")} from 10 to 60 read as numbers of pino and bunyan (30 is info, 40 warn): in Python 30 is a warning`,
  levels_as_monolog: (count) => `${countOf(count, "level")} from 100 to 600 read as numbers of Monolog`,
  zone_unread: (count) =>
    `${countOf(count, "time")} not read, because the letters of their zone are not known, or mean several as IST does; --tz ZONE says which`,
  year_assumed: (count) =>
    `${countOf(count, "time")} without a year: the latest year that is not after the input; --year YEAR says another`,
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
