import type { Format } from "../../format.js";
import { headTime, LogLayout } from "../layout.js";

/** Proxifier's log: `[mm.dd hh:mm:ss] program - host:port what happened`. */
export const proxifier: Format = {
  name: "proxifier",
  summary: "log of Proxifier",
  auto: true,
  openings: ["[0"],
  reference: "https://www.proxifier.com/docs/win-v4/log-verbose.html",
  examples: [
    {
      line: "[11.21 10:00:01] shop.exe - proxy.example.org:5070 close, 428 bytes sent, 512 bytes received, lifetime 00:02",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","program":"shop.exe","server":"proxy.example.org","server_port":5070,"message":"close, 428 bytes sent, 512 bytes received, lifetime 00:02"}',
    },
    {
      line: "[11.21 10:00:01] shop.exe *64 - [2001:db8::7]:443 open directly",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","program":"shop.exe *64","server":"[2001:db8::7]","server_port":443,"message":"open directly"}',
    },
    { line: "[11.31 10:00:01] shop.exe - proxy.example.org:5070 open", event: undefined },
    { line: "[11.21 10:00:01] opened", event: undefined },
  ],
  create: ({ nowMs }) => ({
    parse: (line, event) => line.charCodeAt(3) === 0x2e && LAYOUT.parse(line, event, nowMs()),
  }),
};

const LAYOUT = new LogLayout(
  "\\[(?<timestamp>\\d\\d\\.\\d\\d \\d\\d:\\d\\d:\\d\\d)\\] (?<program>[^-]{1,100}(?:-[^ -][^-]{0,60}){0,4}?) - (?<server>\\[[0-9a-fA-F:.]{2,48}\\]|[\\w.-]{1,255}):(?<server_port>\\d{1,5}) (?<message>.*)",
  (text, nowMs) => headTime(text.replace(".", "-"), nowMs),
);
