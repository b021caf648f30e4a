import { duration, flag, integer, size } from "../../lib/options/options.js";
import { by, timeField } from "../../lib/options/stream.js";
import { stage } from "../../lib/pipeline/contract/stage.js";
import { Deduper } from "../../lib/stages/dedupe/deduper.js";

export default stage({
  name: "dedupe",
  summary: "leave out events that repeat one before them",
  details: `The first event of a kind passes, those that are like it are left out. Without \`--by\` events are alike when their lines are
the same byte for byte: a file read twice, a batch sent again. \`--by message,service\` compares these fields alone (missing is a
value like another, an event that has none of them passes). With \`--similar\` events are alike when their messages are of one pattern, as
\`patterns\` finds them (\`user 17 logged in\`, \`user 4 logged in\`); with \`--by\` beside it, when those fields are the same, too.

An event is a repeat while its time is less than \`--within\` away from that of the first one; then the next one passes as a first
one again. So at least one event of each kind is left in each such span. Events without a time count as of the time of those around
them; where no event has a time a kind is remembered until there is no room. Events that come out of order are judged by their own
times.

With \`--count\` the number of repeats is not lost: once the span is over, and at the end, the first of the repeats is passed with
\`"repeated": N\`, the number of events that were left out, itself included, and \`repeated_until\`, the time of the last one.

At most \`--max-keys\` kinds in \`--memory\` are remembered; beyond that the oldest are forgotten early, which \`--stats\` shows as
\`dedupe.forgotten_early\`: their next event passes.`,
  operands: [
    {
      name: "FILE",
      isLocal: true,
      summary: "files of events to read; none or `-`: standard input",
      isRepeated: true,
    },
  ],
  options: {
    by: by({ summary: "events are alike when these fields are; without it, when the lines are the same" }),
    similar: flag({
      fromProject: "free",
      summary:
        "messages are alike when they are of one pattern: numbers, addresses and names in them may differ",
    }),
    within: duration({
      fromProject: "free",
      metavar: "TIME",
      default: 300_000,
      summary: "drop repeats whose event time is within TIME of the first",
    }),
    count: flag({
      fromProject: "free",
      summary: "say how many events were left out, in an event at the end of each span",
    }),
    timeField,
    maxKeys: integer({
      fromProject: "free",
      metavar: "N",
      min: 1,
      default: 1_000_000,
      summary: "most kinds to remember",
      advanced: true,
    }),
    memory: size({
      fromProject: "free",
      metavar: "SIZE",
      default: 256 * 1024 * 1024,
      summary: "memory for them",
      advanced: true,
    }),
  },
  examples: [
    {
      title: "A batch that was sent twice",
      command: "dedupe",
      stdin:
        '{"id":1,"message":"a"}\n{"id":2,"message":"b"}\n{"id":1,"message":"a"}\n{"id":2,"message":"b"}\n',
      stdout: '{"id":1,"message":"a"}\n{"id":2,"message":"b"}\n',
    },
    {
      title: "One of each kind of message, whatever the numbers in it",
      command: "dedupe --similar",
      stdin: '{"message":"user 17 logged in"}\n{"message":"disk full"}\n{"message":"user 4 logged in"}\n',
      stdout: '{"message":"user 17 logged in"}\n{"message":"disk full"}\n',
    },
    {
      title: "One of each message in five minutes, and how many there were",
      command: "dedupe --by message --within 5m --count",
      stdin:
        '{"timestamp":"2026-11-22T10:00:00Z","message":"disk full"}\n{"timestamp":"2026-11-22T10:00:10Z","message":"disk full"}\n{"timestamp":"2026-11-22T10:00:20Z","message":"disk full"}\n{"timestamp":"2026-11-22T10:05:00Z","message":"disk full"}\n',
      stdout:
        '{"timestamp":"2026-11-22T10:00:00Z","message":"disk full"}\n{"timestamp":"2026-11-22T10:00:10Z","message":"disk full","repeated":2,"repeated_until":"2026-11-22T10:00:20Z"}\n{"timestamp":"2026-11-22T10:05:00Z","message":"disk full"}\n',
    },
  ],
  input: "events",
  ownOperands: 0,
  isStateless: () => false,
  reads: ({ options }) => [...(options.similar ? [["message", "raw"]] : []), ...options.by],
  needsTime: () => false,
  create: ({ options }, context) => {
    const {
      within: withinMs,
      count: isCounting,
      similar: isSimilar,
      maxKeys: keysMax,
      memory: memoryBytes,
      ...rest
    } = options;
    return new Deduper({ ...rest, withinMs, isCounting, isSimilar, keysMax, memoryBytes }, context);
  },
});
