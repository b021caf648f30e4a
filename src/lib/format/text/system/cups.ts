import type { Format } from "../../format.js";
import { isDigit } from "../../line/chars.js";
import { headTime, LogLayout, parseLayouts } from "../layout.js";

/** CUPS' error_log, `L [time] message`, and its page_log as `PageLogFormat` comes. */
export const cups: Format = {
  name: "cups",
  summary: "error_log and page_log of CUPS",
  auto: true,
  openings: ["upper", "lower"],
  hasContinuations: true,
  reference: "https://www.cups.org/doc/man-cupsd-logs.html",
  examples: [
    {
      line: "W [21/Nov/2026:10:00:01 +0100] [Job 7] no paper",
      event: '{"timestamp":"2026-11-21T09:00:01Z","level":"warn","job":7,"message":"no paper"}',
    },
    {
      line: "office ada 7 [21/Nov/2026:10:00:01 +0100] total 2 - localhost list.pdf A4 one-sided",
      event:
        '{"timestamp":"2026-11-21T09:00:01Z","host":"localhost","printer":"office","user":"ada","job":7,"page":"total","copies":2,"media":"A4","sides":"one-sided","message":"list.pdf"}',
    },
    {
      line: "office ada 7 [21/Nov/2026:10:00:01 +0100] 1 2 shop 192.0.2.7",
      event:
        '{"timestamp":"2026-11-21T09:00:01Z","host":"192.0.2.7","printer":"office","user":"ada","job":7,"page":1,"copies":2,"billing":"shop"}',
    },
    { line: "X [21/Nov/2026:10:00:01 +0100] no such level", event: undefined },
    { line: "E [31/Nov/2026:10:00:01 +0100] no such day", event: undefined },
  ],
  create: ({ nowMs }) => ({
    parse(line, event) {
      if (line.charCodeAt(1) === 0x20) return parseLayouts(ERRORS, line, event, nowMs());
      const time = line.indexOf(" [");
      return time > 0 && isDigit(line.charCodeAt(time - 1)) && parseLayouts(PAGES, line, event, nowMs());
    },
  }),
};

const TIME =
  "\\[(?<timestamp>\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,6})? [+-]\\d{4})\\]";
const PRINTED = `(?<printer>[A-Za-z][^ ]{0,127}) (?<user>[^ ]{1,128}) (?<job>\\d{1,10}) ${TIME} (?<page>total|\\d{1,9}) (?<copies>\\d{1,9}) (?<billing>[^ ]{1,128}) (?<host>[^ ]{1,255})`;
const ERRORS = [
  new LogLayout(`(?<level>[EWNIDCA]) ${TIME} (?:\\[Job (?<job>\\d{1,10})\\] )?(?<message>.*)`, headTime),
  new LogLayout(`d ${TIME} (?:\\[Job (?<job>\\d{1,10})\\] )?(?<message>.*)`, headTime),
];
const PAGES = [
  new LogLayout(PRINTED, headTime),
  new LogLayout(`${PRINTED} (?<message>.{1,400}) (?<media>[^ ]{1,64}) (?<sides>[^ ]{1,32})`, headTime),
];
