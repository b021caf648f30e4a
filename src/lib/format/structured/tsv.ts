import type { Format } from "../format.js";
import { splitTsv } from "./cells.js";
import { TableParser } from "./table.js";

/** As CSV, but without quoting: `\t`, `\n`, `\r` and `\\` inside a cell stand for tab, line breaks and backslash. */
export const tsv: Format = {
  name: "tsv",
  summary: "tab-separated values with a header line",
  auto: false,
  isStateful: true,
  reference: "https://www.iana.org/assignments/media-types/text/tab-separated-values",
  examples: [
    {
      before: ["ts\tseverity\tmessage\tratio"],
      line: '1763719200.25\tnotice\tsays "hi"\\tthere\t1.0',
      event:
        '{"timestamp":"2025-11-21T10:00:00.25Z","level":"info","message":"says \\"hi\\"\\tthere","ratio":1.0}',
    },
    { before: ["a\tb"], line: "\tx\ty", event: '{"b":"x","extra":["y"]}' },
    { line: "no tab, no table", event: undefined },
    { line: "a,b,c", event: undefined },
  ],
  create: () => new TableParser(() => splitTsv),
};
