import { choice, duration, flag, integer, text } from "../../lib/options/options.js";
import { by, timeField } from "../../lib/options/stream.js";
import { stage } from "../../lib/pipeline/contract/stage.js";
import { AnomalyDetector } from "../../lib/stages/detect/detector.js";
import { METHOD_NAMES, METHODS } from "../../lib/stages/detect/methods/index.js";
import { detectorSettings, SENSITIVITIES, scoreOption } from "../../lib/stages/detect/settings.js";

export default stage({
  name: "detect",
  summary: "find what is unusual: values, rates, new and vanished values, silence",
  details: `Events pass byte for byte; one that something is wrong with gets a field \`anomaly\` with a score from 0 to 1, what was expected, what was
observed, and the reason as a sentence. What is no event (an interval with too few events, a silence) becomes an event of its own,
before the event whose time showed it. Everything is judged by the time of the events and by nothing that came later.

What is watched: \`--value\` a number in every event; \`--new\` values of a field that were never there before; \`--vanished\` values that came
regularly and stop; \`--silence\` groups that stop; \`--distinct\` how many different values an interval has; \`--every\`, or nothing of all
this, how many events an interval has. Several can be watched at once. With \`--by\` each group is judged by its own past.

Methods for values and intervals:

${Object.values(METHODS)
  .map(({ name, summary }) => `- \`${name}\`: ${summary}`)
  .join("\n")}

Nothing is reported of the first \`--warmup\` values of a series. After an anomaly its series is silent for an episode (100 values, or
\`--cooldown\`), unless something worse comes. docs/detection.md says more.`,
  operands: [
    {
      name: "FILE",
      isLocal: true,
      summary: "files of events to read; none or `-`: standard input",
      isRepeated: true,
    },
  ],
  options: {
    value: text({ fromProject: "free", metavar: "FIELD", summary: "watch the numbers in this field" }),
    by: by({ summary: "the fields that make a group, each with a past of its own, e.g. service,host" }),
    method: choice({
      fromProject: "free",
      metavar: "METHOD",
      choices: METHOD_NAMES,
      default: "auto",
      summary: "how values and intervals are judged: auto, mad, ewma, seasonal or change",
    }),
    every: duration({
      fromProject: "free",
      metavar: "TIME",
      summary: "watch how many events come in each interval; default 1m",
    }),
    distinct: text({
      fromProject: "free",
      metavar: "FIELD",
      summary: "watch how many different values of this field an interval has",
    }),
    new: text({
      fromProject: "free",
      metavar: "FIELD",
      summary: "watch for values of this field that were never there before",
    }),
    vanished: text({
      fromProject: "free",
      metavar: "FIELD",
      summary: "watch for values of this field that came regularly and stop",
    }),
    silence: flag({ fromProject: "free", summary: "watch for groups that came regularly and stop" }),
    live: flag({ fromProject: "free", summary: "let time go on by the clock while no events come" }),
    only: flag({ fromProject: "free", summary: "print the anomalies alone" }),
    sensitivity: choice({
      fromProject: "free",
      metavar: "LEVEL",
      choices: ["low", "medium", "high"],
      default: "medium",
      summary: `low, medium or high: scores from ${Object.values(SENSITIVITIES).join(", ")} on are anomalies`,
    }),
    threshold: scoreOption({
      metavar: "SCORE",
      summary: "the least score of an anomaly, instead of --sensitivity",
    }),
    warmup: integer({
      fromProject: "free",
      metavar: "N",
      default: 100,
      summary: "values, intervals or gaps of a series before its first anomaly",
    }),
    cooldown: duration({
      fromProject: "free",
      metavar: "TIME",
      summary: "how long a series is silent after an anomaly; default 100 values",
    }),
    maxGroups: integer({
      fromProject: "free",
      metavar: "N",
      min: 8,
      max: 10_000_000,
      default: 100_000,
      summary: "groups and values remembered; beyond that those not seen for longest are forgotten",
    }),
    timeField,
  },
  examples: [
    {
      title: "Values that are unusual",
      command: "detect --value ms --method ewma --warmup 8",
      stdin:
        '{"ms":20}\n' +
        '{"ms":21}\n' +
        '{"ms":19}\n' +
        '{"ms":20}\n' +
        '{"ms":22}\n' +
        '{"ms":20}\n' +
        '{"ms":21}\n' +
        '{"ms":19}\n' +
        '{"ms":20}\n' +
        '{"ms":81}\n' +
        '{"ms":20}\n',
      stdout:
        '{"ms":20}\n' +
        '{"ms":21}\n' +
        '{"ms":19}\n' +
        '{"ms":20}\n' +
        '{"ms":22}\n' +
        '{"ms":20}\n' +
        '{"ms":21}\n' +
        '{"ms":19}\n' +
        '{"ms":20}\n' +
        '{"ms":81,"anomaly":{"score":0.9999,"expected":20.2222,"observed":81,"reason":"ms is 81, 66.3 deviations above the moving mean 20.2"}}\n' +
        '{"ms":20}\n',
    },
    {
      title: "Hosts that have stopped",
      command: "detect --silence --by host --warmup 2 --only",
      stdin:
        '{"timestamp":"2026-11-21T10:00:00Z","host":"a"}\n' +
        '{"timestamp":"2026-11-21T10:00:01Z","host":"b"}\n' +
        '{"timestamp":"2026-11-21T10:00:10Z","host":"a"}\n' +
        '{"timestamp":"2026-11-21T10:00:11Z","host":"b"}\n' +
        '{"timestamp":"2026-11-21T10:00:20Z","host":"a"}\n' +
        '{"timestamp":"2026-11-21T10:00:21Z","host":"b"}\n' +
        '{"timestamp":"2026-11-21T10:00:30Z","host":"a"}\n' +
        '{"timestamp":"2026-11-21T10:00:40Z","host":"a"}\n' +
        '{"timestamp":"2026-11-21T10:00:50Z","host":"a"}\n' +
        '{"timestamp":"2026-11-21T10:01:00Z","host":"a"}\n',
      stdout:
        '{"timestamp":"2026-11-21T10:00:51.000Z","host":"b","anomaly":{"score":0.5,"expected":10,"observed":30,"reason":"no events for 30s, where one usually comes every 10s and the longest gap was 10s"}}\n',
    },
    {
      title: "Latencies per endpoint that are unusual for their hour, from a store of a month",
      command: "detect --value p99_latency_ms --by path --method seasonal --only",
    },
    {
      title: "Patterns of messages that are new",
      command: "detect --new pattern_id --by service --only",
    },
  ],
  input: "events",
  ownOperands: 0,
  isStateless: () => false,
  needsTime: ({ options: { every, distinct, vanished, silence, value, new: novel } }) =>
    every !== undefined ||
    distinct !== undefined ||
    vanished !== undefined ||
    silence ||
    (value === undefined && novel === undefined),
  reads: ({ options: { by: names, value, distinct, new: fresh, vanished } }) =>
    [...names, value, distinct, fresh, vanished].filter((name) => name !== undefined),
  create: ({ options }, context) => new AnomalyDetector(detectorSettings(options, context), context),
});
