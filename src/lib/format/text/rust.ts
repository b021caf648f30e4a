import type { Format } from "../format.js";
import { headTime, LogLayout, parseLayouts } from "./layout.js";

/**
 * Rust's tracing-subscriber, full and compact: `time LEVEL thread span{fields}:span: target: file:line: message
 * field=value`. The spans are kept as they stand, in `spans`.
 */
export const tracing: Format = {
  name: "tracing",
  aliases: ["rust", "tracing-subscriber"],
  summary: "Rust's tracing-subscriber with spans and fields, full and compact",
  auto: true,
  openings: ["iso", "upper"],
  behindIsoTime: [" A", "  "],
  hasContinuations: true,
  reference: "https://docs.rs/tracing-subscriber/latest/tracing_subscriber/fmt/format/struct.Full.html",
  examples: [
    {
      line: '2026-11-21T10:00:01.123456Z  INFO request{method=GET path="/cart"}:load: shop::cart: cart opened id=7 user="ada"',
      event:
        '{"timestamp":"2026-11-21T10:00:01.123456Z","level":"info","logger":"shop::cart","spans":"request{method=GET path=\\"/cart\\"}:load","id":7,"user":"ada","message":"cart opened"}',
    },
    {
      line: "2026-11-21T10:00:01.123456Z  WARN main ThreadId(01) shop::cart: src/cart.rs:7: few left",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123456Z","level":"warn","thread":"main","logger":"shop::cart","file":"src/cart.rs","line":7,"message":"few left"}',
    },
    { line: "2026-11-31T10:00:01.123456Z  INFO shop: no such day", event: undefined },
    { line: "2026-11-21T10:00:01.123456Z  INFO no target", event: undefined },
    { line: "INFO shop: no time", event: undefined },
  ],
  create: ({ nowMs }) => ({
    parse: (line, event) =>
      line.charCodeAt(10) === 0x54 && line.includes(": ", 20) && parseLayouts(LAYOUTS, line, event, nowMs()),
  }),
};

const HEAD =
  "(?<timestamp>\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3,9}(?:Z|[+-]\\d\\d:\\d\\d)) {1,2}(?<level>TRACE|DEBUG|INFO|WARN|ERROR) ";
const THREAD = "(?:(?:(?<thread>[\\w.-]{1,64}) )?ThreadId\\(\\d{1,6}\\) )?";
const SPAN = '[\\w.-]{1,100}(?:\\{(?:[^"{}]|"(?:[^"\\\\]|\\\\.){0,400}"){0,1000}\\})?';
const TARGET = "(?<logger>[a-z_]\\w{0,60}(?:::\\w{1,60}){0,12}): ";
const PLACE = "(?:(?<file>[\\w./-]{1,200}\\.rs):(?<line>\\d{1,7}): )?";
const LAYOUTS = [
  new LogLayout(`${HEAD}${THREAD}${TARGET}${PLACE}(?<body>.*)`, headTime),
  new LogLayout(
    `${HEAD}${THREAD}(?<spans>${SPAN}(?::${SPAN}){0,12}): ${TARGET}${PLACE}(?<body>.*)`,
    headTime,
  ),
];
