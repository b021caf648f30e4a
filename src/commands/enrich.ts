import { hostname } from "node:os";
import { enrichOptions } from "../lib/enrich/options.js";
import { type EnrichResources, openResources } from "../lib/enrich/resources.js";
import { createEnrichment } from "../lib/enrich/steps.js";
import { stage } from "../lib/stage/stage.js";

export default stage<typeof enrichOptions, EnrichResources>({
  name: "enrich",
  summary: "add fields to events",
  details: `Sets fields of every event. \`--set NAME=VALUE\` sets a constant: a VALUE that is JSON (a number, \`true\`, \`"text"\`,
\`[1,2]\`) is taken as that, anything else is a string. A field that is there keeps its place and gets the new value; one that is
not is added at the end. Everything else in the event stays as it is, digit for digit.

A line that is no JSON object is set aside in the dead letters and counted.`,
  operands: [
    { name: "FILE", summary: "files of events to read; none or `-`: standard input", isRepeated: true },
  ],
  options: enrichOptions,
  examples: [
    {
      title: "Say where the events come from",
      command: "enrich --set env=prod --set replicas=3",
      stdin: '{"level":"info","message":"started","id":9223372036854775807}\n',
      stdout: '{"level":"info","message":"started","id":9223372036854775807,"env":"prod","replicas":3}\n',
    },
    {
      title: "Overwrite a field in its place",
      command: "enrich --set level=debug",
      stdin: '{"level":"trace","f":1.0}\n',
      stdout: '{"level":"debug","f":1.0}\n',
    },
  ],
  input: "events",
  ownOperands: 0,
  isStateless: () => true,
  open: ({ options }, io) => openResources(options, io, readSql, hostname),
  create: ({ options }, context, resources) => createEnrichment(options, resources, context),
});

/** DuckDB is loaded when it is wanted. */
async function readSql(sql: string, rowsMax: number) {
  const { readRows } = await import("../lib/table/read-rows.js");
  return readRows(sql, rowsMax);
}
