/** Level words as they follow a time. */

/** Source of a pattern for a level word, alone or in a pair, and the end of it. */
export const ANY_LEVEL =
  "(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERR(?:OR)?|CRIT(?:ICAL)?|FATAL|SEVERE|PANIC|LOG|FINE|trace|debug|info|notice|warn(?:ing)?|error|" +
  "critical|fatal|Trace|Debug|Info|Notice|Warn(?:ing)?|Error|Critical|Fatal)(?![\\w.=/])";

/** A level next, perhaps behind a process, a thread, or a name between dashes or bars. */
export const LEVEL_BEHIND = `(?: ?[:,;|-])?[ \\t]?(?:(?:\\[[\\w.:/#-]{1,64}\\]|\\d{1,7}|[\\w.$-]{1,64}(?= [|-] ))[ :|-]{1,3})?[[<("]? ?${ANY_LEVEL}`;
