import type { EventWriter } from "../../../event/writer.js";
import type { Format } from "../../format.js";
import { headTime, LogLayout, parseLayouts } from "../layout.js";

/**
 * Android's logcat in its forms threadtime (with a year, a user and a zone, too), time, brief, process, tag and thread.
 */
export const logcat: Format = {
  name: "logcat",
  aliases: ["android"],
  summary: "Android's logcat: threadtime, time, brief, tag, process and thread",
  auto: true,
  openings: ["day", "iso", "upper"],
  behindIsoTime: ["  ", " 0", " A", " a"],
  hasContinuations: true,
  reference: "https://developer.android.com/tools/logcat#outputFormat; liblog/logprint.cpp",
  examples: [
    {
      line: "11-21 10:00:01.123  1702  2395 W WindowManager: few left",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"warn","pid":1702,"tid":2395,"logger":"WindowManager","message":"few left"}',
    },
    {
      line: "2026-11-21 10:00:01.123456 +0100  root  1702  2395 E AndroidRuntime: FATAL EXCEPTION: main",
      event:
        '{"timestamp":"2026-11-21T09:00:01.123456Z","level":"error","pid":1702,"tid":2395,"logger":"AndroidRuntime","user":"root","message":"FATAL EXCEPTION: main"}',
    },
    {
      line: "11-21 10:00:01.123 D/ShopService( 1702): opened",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"debug","pid":1702,"logger":"ShopService","message":"opened"}',
    },
    {
      line: "I/ShopService( 1702): opened",
      event: '{"level":"info","pid":1702,"logger":"ShopService","message":"opened"}',
    },
    { line: "--------- beginning of main", event: undefined },
    { line: "11-31 10:00:01.123  1702  2395 W WindowManager: no such day", event: undefined },
    { line: "11-21 10:00:01.123  1702  2395 X WindowManager: no such level", event: undefined },
    { line: "I/O error", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => parse(line, event, nowMs()) }),
};

const LEVEL = "(?<level>[VDIWEF])";
const TIME = "(?<timestamp>(?:\\d{4}-)?\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3,9}(?: [+-]\\d{4})?)";
const PROCESS = " {1,5}(?:(?<user>[a-z]\\w{0,20}) {1,5})?(?<pid>\\d{1,7}) {1,6}(?<tid>\\d{1,7})";
const DATED = [
  new LogLayout(`${TIME}${PROCESS} ${LEVEL} (?<logger>[^\\n]{0,200}?) {0,40}: (?<message>.*)`, headTime),
  new LogLayout(
    `${TIME} ${LEVEL}/(?<logger>[^\\n(]{0,200}?) {0,40}\\( {0,5}(?<pid>\\d{1,7})(?: {0,5}[:,] {0,5}(?<tid>\\d{1,7}))?\\): (?<message>.*)`,
    headTime,
  ),
];
const BARE = [
  new LogLayout(`${LEVEL}/(?<logger>[\\w.$:-]{1,200}) {0,40}\\( {0,5}(?<pid>\\d{1,7})\\): (?<message>.*)`),
  new LogLayout(`${LEVEL}\\( {0,5}(?<pid>\\d{1,7}):(?: {0,5}(?<tid>\\d{1,7}))?\\) (?<message>.*)`),
  new LogLayout(`${LEVEL}\\( {0,5}(?<pid>\\d{1,7})\\) (?<message>.*)`),
  new LogLayout(`${LEVEL}/(?<logger>[A-Za-z][\\w.$-]{1,200}): (?<message>.*)`),
];

function parse(line: string, event: EventWriter, nowMs: number): boolean {
  if (line.charCodeAt(0) > 0x3a) return parseLayouts(BARE, line, event, nowMs);
  // The fraction of a second, behind a date with or without a year.
  return (
    line.charCodeAt(line.charCodeAt(4) === 0x2d ? 19 : 14) === 0x2e && parseLayouts(DATED, line, event, nowMs)
  );
}
