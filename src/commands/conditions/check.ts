// Enter here: conditions for cron and CI: `check`.
import { storeOptions, timeOptions } from "../../lib/options/common.js";
import { choice, flag, list } from "../../lib/options/options.js";
import { timeField } from "../../lib/options/stream.js";
import {
  type AnyDeclaration,
  type CommandDeclaration,
  command,
  type StageDeclaration,
} from "../../lib/pipeline/contract/stage.js";

export default command({
  name: "check",
  summary: "ask several conditions at once: exit 1 when one holds, for cron and CI",
  details: `Each condition is aggregates of \`window --agg\` and what they are compared with, with a name before it:
\`errors: ratio(status >= 500) > 0.02\`, \`slow: p95(request_time) > 1 by path\`, \`silent: count == 0\`. \`by FIELDS\` asks it of each group,
\`where EXPR\` of some events, \`every 5m\` of each window of five minutes. They are given by \`--fail-if\`, or in a file that ends in .yaml or .yml and
that can ask SQL as well, which must give no rows:

    files: [/var/log/nginx/access.log]
    since: 1h
    checks:
      errors: ratio(status >= 500) > 0.02
      slow: p95(request_time) > 1 by path every 5m
      stuck: { query: "SELECT id FROM jobs WHERE state = 'stuck'", no-data: fail }

The input is read once for all conditions on it. FILEs and what is piped in are parsed first where they are log lines.

A result is printed for each: \`ok\`, \`failed\` (the condition holds), \`no data\` (there was nothing to compare) or \`error\`. Standard error has a
line for each that is failed or an error. The exit code is 1 when one is, else 0; \`--no-data fail\` makes \`no data\` count as failed.

In cron, \`--only-failed\` is silent as long as all is well. See docs/alerts.md.`,
  operands: [
    {
      name: "FILE",
      isLocal: true,
      summary:
        "a file of checks (.yaml) first, then files of events or log lines; none or `-`: standard input",
      isRepeated: true,
    },
  ],
  options: {
    failIf: list({
      fromProject: "free",
      metavar: "CONDITION",
      summary: "'[NAME: ]AGGREGATE > NUMBER [by FIELDS] [where EXPR] [every SIZE]' (again for more)",
    }),
    noData: choice({
      fromProject: "free",
      metavar: "WHAT",
      choices: ["ok", "fail"],
      summary: "what no data counts as; default ok, or what the file of checks says",
    }),
    onlyFailed: flag({ fromProject: "free", summary: "print only results that are not ok" }),
    to: choice({
      fromProject: "free",
      metavar: "FORMAT",
      choices: ["table", "ndjson"],
      summary: "how results are printed; default: a table on a terminal, else NDJSON",
    }),
    ...timeOptions,
    timeField,
    ...storeOptions,
  },
  examples: [
    {
      title: "Two conditions on an access log",
      command:
        "check --fail-if 'errors: ratio(status >= 500) > 0.02' --fail-if 'slow: p95(request_time) > 1 by path' access.log",
    },
    {
      title: "What is piped in",
      command: `check --fail-if 'errors: count(where level == "error") > 2'`,
      stdin: '{"level":"info"}\n{"level":"error"}\n',
      stdout:
        '{"check":"errors","state":"ok","condition":"count(where level == \\"error\\") > 2","value":1}\n',
    },
    {
      title: "From cron: silent as long as all is well",
      command: "check --only-failed /etc/logpipe/checks.yaml",
    },
  ],
  run: async (given, terminal) => {
    const [{ runChecks }, window, filter, parse, query] = await Promise.all([
      import("../../lib/checks/run-checks.js"),
      import("../stages/window.js"),
      import("../stages/filter.js"),
      import("../stages/parse.js"),
      import("../query.js"),
    ]);
    const commands = {
      window: window.default as AnyDeclaration as StageDeclaration,
      filter: filter.default as AnyDeclaration as StageDeclaration,
      parse: parse.default as AnyDeclaration as StageDeclaration,
      query: query.default as AnyDeclaration as CommandDeclaration,
    };
    return runChecks(given, terminal, commands);
  },
});
