import type { Format } from "../../format.js";
import { headTime, LogLayout } from "../layout.js";

/**
 * RAS events of BlueGene/L and /P as the supercomputer logs of USENIX's CFDR have them: alert, epoch, day, node, time,
 * node, type, component, level, text.
 */
export const bgl: Format = {
  name: "bluegene",
  aliases: ["bgl"],
  summary: "RAS events of BlueGene supercomputers",
  auto: true,
  openings: ["other", "upper"],
  reference: "https://www.usenix.org/cfdr-data (HPC4); Oliner and Stearley, DSN 2007",
  examples: [
    {
      line: "- 1795255201 2026.11.21 R02-M1-N0-C:J12-U11 2026-11-21-10.00.01.123456 R02-M1-N0-C:J12-U11 RAS KERNEL INFO cache parity error corrected",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123456Z","level":"info","node":"R02-M1-N0-C:J12-U11","type":"RAS","component":"KERNEL","message":"cache parity error corrected"}',
    },
    {
      line: "APPREAD 1795255201 2026.11.21 R04 2026-11-21-10.00.01.123456 R04 RAS APP FATAL ciod: failed to read",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123456Z","level":"fatal","alert":"APPREAD","node":"R04","type":"RAS","component":"APP","message":"ciod: failed to read"}',
    },
    {
      line: "- 1795255201 2026.11.21 R04 2026-11-31-10.00.01.123456 R04 RAS APP FATAL no such day",
      event: undefined,
    },
    { line: "- 1795255201 apples", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => LAYOUT.parse(line, event, nowMs()) }),
};

const LAYOUT = new LogLayout(
  "(?<alert>-|[A-Z_]{3,16}) \\d{10} \\d{4}\\.\\d\\d\\.\\d\\d (?<node>[^ ]{1,64}) (?<timestamp>\\d{4}-\\d\\d-\\d\\d-\\d\\d\\.\\d\\d\\.\\d\\d\\.\\d{6}) [^ ]{1,64} " +
    "(?<type>[A-Z]{2,12}) (?<component>[A-Z_]{2,16}) (?<level>INFO|WARNING|ERROR|SEVERE|FAILURE|FATAL) ?(?<message>.*)",
  (text, nowMs) =>
    headTime(`${text.slice(0, 10)} ${text.slice(11, 19).replaceAll(".", ":")}${text.slice(19)}`, nowMs),
);
