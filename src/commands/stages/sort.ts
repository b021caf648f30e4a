import { failure } from "../../lib/base/errors/index.js";
import { duration, flag, integer, path, size } from "../../lib/options/options.js";
import { by, timeField } from "../../lib/options/stream.js";
import { stage } from "../../lib/pipeline/contract/stage.js";
import { StreamSorter } from "../../lib/stages/sort/stream-sorter.js";
import { TotalSorter } from "../../lib/stages/sort/total-sorter.js";

export default stage({
  name: "sort",
  summary: "put events in order of time, or of fields",
  details: `Sorts by \`timestamp\`: by the instant, to the nanosecond, whatever the zone it is written in. Events of the same instant
keep their order, and an event without a time stays behind the one before it. The whole input is read first; what does not fit
\`--memory\` waits in sorted files in \`--tmp\`.

With \`--buffer 30s\` a stream that never ends is sorted as it goes: each event waits until one 30 s newer has come, so events may
come up to 30 s late. Those that come later still are passed at once and counted (\`sort.late\` under \`--stats\`). Waiting events are
bounded by \`--max-events\` and \`--memory\`; beyond that the oldest leave early. A single event with a time years ahead holds nothing
up; where the stream starts over with older times (another file), what waits leaves and sorting starts over. When nothing comes for
as long as the buffer is, all that waits leaves.

\`--by a,b\` sorts by fields instead: numbers (to their last digit), then texts (by their UTF-8 bytes), false, true, lists and objects (by
their JSON), then events whose field is null or missing. \`--reverse\` turns the order around; equal ones and those without the field stay as they would be.`,
  operands: [
    {
      name: "FILE",
      isLocal: true,
      summary: "files of events to read; none or `-`: standard input",
      isRepeated: true,
    },
  ],
  options: {
    by: by({ summary: "sort by these fields instead of the time" }),
    reverse: flag({ fromProject: "free", short: "r", summary: "the last first" }),
    buffer: duration({
      fromProject: "free",
      metavar: "TIME",
      summary: "sort a stream as it goes: how late events may be",
    }),
    maxEvents: integer({
      fromProject: "free",
      metavar: "N",
      min: 1,
      default: 1_000_000,
      summary: "with --buffer: most events that wait",
    }),
    memory: size({
      fromProject: "free",
      metavar: "SIZE",
      default: 256 * 1024 * 1024,
      summary: "memory for events that wait",
    }),
    tmp: path({
      fromProject: "consent",
      metavar: "DIR",
      summary: "where sorted files go, default $TMPDIR, then /tmp",
    }),
    timeField,
  },
  examples: [
    {
      title: "Order by time, whatever the zones",
      command: "sort",
      stdin:
        '{"timestamp":"2026-11-22T10:00:02Z","n":1}\n{"timestamp":"2026-11-22T11:00:01+01:00","n":2}\n{"timestamp":"2026-11-22T10:00:01.000000001Z","n":3}\n',
      stdout:
        '{"timestamp":"2026-11-22T11:00:01+01:00","n":2}\n{"timestamp":"2026-11-22T10:00:01.000000001Z","n":3}\n{"timestamp":"2026-11-22T10:00:02Z","n":1}\n',
    },
    {
      title: "The slowest first",
      command: "sort --by latency_ms --reverse",
      stdin: '{"latency_ms":5}\n{"latency_ms":120.5}\n{"message":"no latency"}\n{"latency_ms":17}\n',
      stdout: '{"latency_ms":120.5}\n{"latency_ms":17}\n{"latency_ms":5}\n{"message":"no latency"}\n',
    },
    {
      title: "Put a live stream in order, events up to ten seconds late",
      command:
        "run 'ingest --follow app.log | parse | sort --buffer 10s | window 1m --agg count --timestamp | sink'",
    },
  ],
  input: "events",
  ownOperands: 0,
  isStateless: () => false,
  reads: ({ options }) => options.by,
  unused: ({ options: { buffer } }) =>
    buffer === undefined
      ? [{ options: ["maxEvents"], by: "sort without --buffer" }]
      : [{ options: ["tmp"], by: "sort --buffer" }],
  open: async ({ options }, io) => ({
    directory: io.resolve(options.tmp ?? (io.environment("TMPDIR") || "/tmp")),
  }),
  check: ({ options }) => checkBuffer(options),
  create: ({ options }, context, opened) => {
    const { by: names, reverse, buffer: bufferMs, maxEvents: eventsMax, memory: memoryBytes } = options;
    if (bufferMs === undefined) {
      const { directory } = opened as { directory: string };
      const { timeField: time } = options;
      return new TotalSorter(
        { by: names, timeField: time, isReversed: reverse, memoryBytes, directory },
        context,
      );
    }
    checkBuffer(options);
    return new StreamSorter(
      { bufferMs, eventsMax, bytesMax: memoryBytes, timeField: options.timeField },
      context,
    );
  },
});

function checkBuffer(options: {
  readonly by: readonly string[];
  readonly reverse: boolean;
  readonly buffer: number | undefined;
}): void {
  const other = options.by.length > 0 ? "--by" : options.reverse ? "--reverse" : undefined;
  if (options.buffer === undefined || other === undefined) return;
  const reason = "a stream can only be sorted by time, the first first";
  const hint = `leave out ${other}, or --buffer to sort the whole input`;
  throw failure("usage.bad-value", { option: "--buffer", value: `${options.buffer}ms`, reason, hint });
}
