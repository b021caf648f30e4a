import type { Format } from "../../format.js";
import { headTime, LogLayout, parseLayouts } from "../layout.js";

/** Minecraft servers, which name no day (Forge does): `[time] [thread/LEVEL] [logger/MARKER]: message`. */
export const minecraft: Format = {
  name: "minecraft",
  summary: "latest.log of Minecraft servers: vanilla, Paper, Forge, Fabric",
  auto: true,
  openings: ["[0"],
  hasContinuations: true,
  reference: "log4j2.xml in the server's jar; https://docs.minecraftforge.net/en/latest/logging/",
  examples: [
    {
      line: '[10:00:01] [Server thread/INFO]: Done (12.345s)! For help, type "help"',
      event:
        '{"level":"info","thread":"Server thread","time":"10:00:01","message":"Done (12.345s)! For help, type \\"help\\""}',
    },
    {
      line: "[21Nov2026 10:00:01.123] [main/WARN] [mixin/]: Reference map missing",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"warn","thread":"main","logger":"mixin","message":"Reference map missing"}',
    },
    { line: "[10:00:01] [INFO]: Done", event: undefined },
    { line: "[31Nov2026 10:00:01.123] [main/WARN] [mixin/]: no such day", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => parseLayouts(LAYOUTS, line, event, nowMs()) }),
};

const REST =
  "\\] \\[(?<thread>[^\\]/]{1,100})/(?<level>TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\\](?: \\[(?<logger>[\\w.$ -]{1,200})/[\\w$-]{0,64}\\])?: (?<message>.*)";
const LAYOUTS = [
  new LogLayout(`\\[(?<time>\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{3})?)${REST}`),
  new LogLayout(
    `\\[(?<timestamp>\\d\\d[A-Z][a-z]{2}\\d{4} \\d\\d:\\d\\d:\\d\\d\\.\\d{3})${REST}`,
    (text, nowMs) => headTime(`${text.slice(0, 2)} ${text.slice(2, 5)} ${text.slice(5)}`, nowMs),
  ),
];
