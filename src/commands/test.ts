import { failure } from "../lib/base/errors/index.js";
import { everywhere, timeOptions } from "../lib/options/common.js";
import { choice, flag, list, path, text } from "../lib/options/options.js";
import { command } from "../lib/pipeline/contract/stage.js";
import { presetsOf } from "../lib/pipeline/read/given.js";
import { REPORT_FORMATS } from "../lib/testing/report/results.js";

export default command({
  name: "test",
  summary: "try pipelines on the cases written for them, or on events of a store",
  details: `A case says what is given to a pipeline and what is expected of it. Cases stand under \`tests:\` in the pipeline, or in
\`NAME.test.yaml\` beside \`NAME.yaml\`:

    tests:
      - name: slow requests are kept apart
        given: |
          {"level":"info","duration_ms":1200}
        expect:
          severity.slow: [{ level: info, duration_ms: 1200 }]
          severity.errors: none

\`given\` is lines or events for the only source, or for nodes by their names. \`expect\` says of sinks, nodes, ports (\`ROUTE.PORT\`) and
\`dead-letters\` what comes out: all events with all their fields, or \`{ like: [...] }\`, \`{ contains: ... }\`, \`{ count: 3 }\`, \`{ all: EXPR }\`, \`none\`, \`snapshot\`.

No source is read and no sink is opened: stages and routes are those of a run, with a clock that stands still (\`at\`). Files that stages read are
looked for in the working directory, then beside the pipeline.

\`--update\` writes what comes out into the file of the cases where one says \`snapshot\` or expects nothing yet; of the file nothing else changes.

\`--coverage\` lists what no case has tried: outputs of routes that never matched, stages that never changed or dropped anything.

With \`--replay STORE --table NAME\` it runs events of a table through the pipeline and through another version of it (\`--against\`), and shows what would
change. The exit code is 1 when a case fails, 2 when a file is at fault. docs/testing.md says more.`,
  operands: [
    {
      name: "FILE",
      isLocal: true,
      isRequired: true,
      isRepeated: true,
      summary: "pipelines with tests in them or beside them, and files of tests (.test.yaml)",
    },
  ],
  options: {
    filter: list({
      fromProject: "free",
      metavar: "NAME",
      summary: "only tests whose name holds NAME, or matches a pattern with * (again for more)",
    }),
    failFast: flag({ fromProject: "free", summary: "stop after the first test that fails" }),
    to: choice({
      fromProject: "free",
      metavar: "FORMAT",
      choices: REPORT_FORMATS,
      default: "text",
      summary: "text for people, tap (version 14), junit (XML for Jenkins and GitLab) or json",
    }),
    update: flag({
      fromProject: "consent",
      summary: "write what comes out into the file, where a test says `snapshot` or expects nothing yet",
    }),
    coverage: flag({ fromProject: "free", summary: "list the routes and stages that no test has tried" }),
    failUncovered: flag({ fromProject: "free", summary: "exit 1 when there are any" }),
    replay: path({
      fromProject: "consent",
      metavar: "STORE",
      summary: "run events of a store, or the lines of a file, through the pipeline; show what would change",
    }),
    table: text({ fromProject: "free", metavar: "NAME", summary: "the table of the store that is replayed" }),
    ...timeOptions,
    against: text({
      fromProject: "free",
      metavar: "OLD",
      summary:
        "compare with another pipeline file, or a revision of git (HEAD); default: what the table holds",
    }),
    into: text({
      fromProject: "free",
      metavar: "NODE",
      summary: "the source or node that replayed events are given to; default: the only source",
    }),
    failOnChange: flag({ fromProject: "free", summary: "exit 1 when a replay would change anything" }),
    config: everywhere.config,
  },
  unused: ({ options: { replay } }) =>
    replay === undefined
      ? [{ options: OF_REPLAY, by: "test without --replay" }]
      : [{ options: OF_CASES, by: "test --replay" }],
  examples: [
    { title: "Try a pipeline", command: "test pipeline.yaml" },
    { title: "All pipelines, for a CI server", command: "test --to junit pipelines/*.yaml > report.xml" },
    { title: "Write down what comes out now", command: "test --update pipeline.yaml" },
    {
      title: "What the change would do to the events of the last hour",
      command: "test --replay ./logpipe-store --table logs --since 1h --against HEAD pipeline.yaml",
    },
    { title: "Every output of every route must be tried", command: "test --fail-uncovered pipeline.yaml" },
  ],
  run: async ({ operands, options }, terminal, registry) => {
    const [{ runTests }, preset] = await Promise.all([
      import("../lib/testing/run-tests.js"),
      presetsOf(options.config, terminal, registry),
    ]);
    const { replay } = options;
    if (replay !== undefined) {
      if (operands[1] !== undefined)
        throw failure("usage.too-many-operands", { command: "test --replay", operand: operands[1] });
      const { replayEvents } = await import("../lib/testing/replay/replay.js");
      const reading = { registry, preset };
      return replayEvents(operands[0]!, { ...options, replay }, terminal, registry, reading);
    }
    return runTests(operands, options, terminal, { registry, preset });
  },
});

const OF_REPLAY = ["table", "since", "until", "tz", "against", "into", "failOnChange"];
const OF_CASES = ["filter", "failFast", "update", "coverage", "failUncovered"];
