import type { Format } from "../format.js";
import { separatorIn, splitCsv } from "./cells.js";
import { TableParser } from "./table.js";

/**
 * The first line names the columns, and shows whether cells are apart by commas, semicolons, tabs or "|"; a line equal
 * to it later on is the header of the next file and makes no event. An unquoted cell that is a JSON number is a number
 * with its digits as they are, an empty one is absent, everything else is text; a quoted cell is always text. Cells
 * beyond the header go to `extra`. Names are normalised as in JSON. A record with line breaks inside quotes is put
 * together by `parse`.
 */
export const csv: Format = {
  name: "csv",
  summary: "comma-separated values with a header line",
  auto: false,
  isStateful: true,
  reference: "RFC 4180",
  examples: [
    {
      before: ["time,level,msg,ms,zip"],
      line: '2026-11-21 10:00:00.5,WARN,"slow, ""very""",12.50,08123',
      event:
        '{"timestamp":"2026-11-21T10:00:00.5Z","level":"warn","message":"slow, \\"very\\"","ms":12.50,"zip":"08123"}',
    },
    { before: ["a,b,c"], line: '"1",,"",x,"y"', event: '{"a":"1","c":"","extra":["x","y"]}' },
    { before: ["\ufeffa,,a", "a,,a"], line: "1,2,3", event: '{"a":1,"column_2":2,"a_2":3}' },
    { before: ["a,b,c"], line: "1", event: '{"a":1}' },
    { before: ["a,b"], line: '1,"not closed', event: undefined },
    { before: ["a,b"], line: '1,"closed" too early', event: undefined },
    { before: ["ts;msg;n"], line: 'x;"a;b";1,5', event: '{"ts":"x","message":"a;b","n":"1,5"}' },
    { before: ["sep=;", "a, b;c"], line: "1;2", event: '{"a, b":1,"c":2}' },
    { line: "a header of one column is no table", event: undefined },
  ],
  create: () =>
    new TableParser(
      (header, separator = separatorIn(header)) =>
        (line) =>
          splitCsv(line, separator),
    ),
};
