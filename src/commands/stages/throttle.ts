import { failure } from "../../lib/base/errors/index.js";
import { formatRate, parseRate, type Rate, tryRate } from "../../lib/base/rate.js";
import { countOf, formatSize, parseSize } from "../../lib/base/size.js";
import { neededFields } from "../../lib/expression/needed.js";
import {
  choice,
  flag,
  flagName,
  integer,
  type Option,
  type Options,
  rate,
  size,
  text,
  type ValuesOf,
} from "../../lib/options/options.js";
import { by, timeField } from "../../lib/options/stream.js";
import { type Given, stage } from "../../lib/pipeline/contract/stage.js";
import { type BucketSize, defaultBurst } from "../../lib/stages/common/token-buckets.js";
import { Throttler } from "../../lib/stages/throttle/throttler.js";

const options = {
  events: rate({
    fromProject: "free",
    metavar: "RATE",
    summary: "in place of RATE, as in a pipeline file: so many events in a time",
  }),
  bytes: bytesRate(),
  burst: size({
    fromProject: "free",
    metavar: "N",
    summary:
      "how many events (of a RATE in bytes: bytes) may come at once after a quiet time; default: those of RATE",
  }),
  burstBytes: size({
    fromProject: "free",
    metavar: "SIZE",
    summary: "the same of --bytes",
  }),
  by: by({ summary: "a limit of its own for each value of these fields, e.g. tenant,service" }),
  onLimit: choice({
    fromProject: "free",
    metavar: "WHAT",
    choices: ["block", "drop", "sample"],
    default: "block",
    summary:
      "beyond the limit: wait, so that nothing is lost; drop and count; or keep one in --sample-one-in",
  }),
  sampleOneIn: integer({
    fromProject: "free",
    metavar: "N",
    min: 1,
    default: 100,
    summary:
      "under --on-limit sample, keep the first of each N events beyond the limit, with sample_rate 1/N",
  }),
  maxEventSize: size({
    fromProject: "free",
    metavar: "SIZE",
    summary: "drop events that are larger, and count them",
  }),
  keep: text({
    fromProject: "free",
    metavar: "EXPR",
    summary: "let pass the events for which this is true, whatever the limit",
  }),
  byEventTime: flag({
    fromProject: "free",
    summary: "go by the time in the events, not by the clock: for what is replayed",
  }),
  maxKeys: integer({
    fromProject: "free",
    metavar: "N",
    min: 1,
    default: 100_000,
    summary: "keys with a limit of their own; those beyond share one",
    advanced: true,
  }),
  timeField,
} satisfies Options;
type Values = ValuesOf<typeof options>;

export default stage({
  name: "throttle",
  summary: "let through so many events or bytes a second, by key",
  details: `A token bucket: it is full at first, fills up evenly, and each event that passes takes a token, or one for each of its bytes
where the rate is one of bytes (\`10MB/s\`). It holds what RATE has in one interval, or \`--burst\`: so in no span of time do more
pass than the burst and what the rate has in that span. With \`--bytes\` there are two buckets, and an event needs both. An event
larger than a bucket of bytes passes when that is full, and nothing behind it until its bytes are paid for.

With \`--by tenant,service\` each combination of values has buckets of its own; events without the fields share theirs. Keys are
forgotten only once their buckets are full again, which changes nothing. Those for which there is no room, beyond \`--max-keys\`,
share one (\`beyond_max_keys\` counts their events): a flood of keys takes nothing from those that are known.

\`--on-limit block\` waits, so that what comes before has to wait as well, back to whoever writes into the pipe: nothing is lost,
and order is kept. So an event of one key that has to wait makes all events behind it wait. What waits is saved with the state of
a pipeline. \`--on-limit drop\` leaves out what is beyond the limit, counts it, and says at the end how much it was.
\`--on-limit sample\` keeps the first of each \`--sample-one-in\` of them, by key, in which \`sample_rate\` says how many it stands for,
as \`sample\` has it: \`sum(1 / sample_rate)\` counts them.

Every line counts as an event, so log lines can be throttled before they are parsed; a line that is no event passes as it is and
has no fields. Time is that of the clock, or with \`--by-event-time\` that of the events: what is replayed is limited as it was when
it happened. A clock that is set back neither stops the stage nor lets more through.`,
  operands: [
    { name: "RATE", summary: "so many events or bytes in a time: 1000/s, 5k/m, 10MB/s" },
    {
      name: "FILE",
      isLocal: true,
      summary: "files of events to read; none or `-`: standard input",
      isRepeated: true,
    },
  ],
  options,
  examples: [
    {
      title: "At most two events a second of each service, by the time in the events; the rest is dropped",
      command: "throttle 2/s --by service --on-limit drop --by-event-time --quiet",
      stdin:
        '{"timestamp":"2026-11-22T10:00:00Z","service":"shop","n":1}\n{"timestamp":"2026-11-22T10:00:00.1Z","service":"shop","n":2}\n{"timestamp":"2026-11-22T10:00:00.2Z","service":"shop","n":3}\n{"timestamp":"2026-11-22T10:00:00.2Z","service":"mail","n":4}\n{"timestamp":"2026-11-22T10:00:01Z","service":"shop","n":5}\n',
      stdout:
        '{"timestamp":"2026-11-22T10:00:00Z","service":"shop","n":1}\n{"timestamp":"2026-11-22T10:00:00.1Z","service":"shop","n":2}\n{"timestamp":"2026-11-22T10:00:00.2Z","service":"mail","n":4}\n{"timestamp":"2026-11-22T10:00:01Z","service":"shop","n":5}\n',
    },
    {
      title: "No more than that, and nothing lost: whoever writes waits",
      command: "throttle 50k/s --bytes 10MB/s",
    },
    {
      title: "Ten a second of each tenant; of what is beyond one in a hundred, and every error",
      command: "throttle 10/s --by tenant --on-limit sample --keep 'level == \"error\"'",
    },
  ],
  input: "events",
  ownOperands: ({ operands: [first], options: { events, bytes } }) =>
    (events === undefined && bytes === undefined) || (first !== undefined && "amount" in tryRate(first))
      ? 1
      : 0,
  unused: (given) => unusedOf(given.options),
  needsTime: () => false,
  reads: ({ options: { by: names, keep } }) => [...names, ...(keep === undefined ? [] : neededFields(keep))],
  isStateless: () => false,
  report: (given, counts) => {
    const said = reportText(given, counts);
    return said === "" ? undefined : { text: `throttle: ${said}` };
  },
  check: (given) => {
    settingsOf(given);
  },
  create: (given, context) => new Throttler(settingsOf(given), context),
});

function settingsOf(given: Given<typeof options>) {
  const { by: names, onLimit, sampleOneIn, keep, timeField: field, byEventTime } = given.options;
  if (byEventTime && onLimit === "block")
    throw failure("usage.bad-value", {
      option: "--on-limit",
      value: onLimit,
      reason: "the time in events does not pass while they wait",
      hint: "give --on-limit drop or --on-limit sample beside --by-event-time",
    });
  return {
    sizes: sizesOf(given),
    by: names,
    onLimit,
    sampleOneIn,
    maxEventBytes: given.options.maxEventSize,
    keysMax: given.options.maxKeys,
    keep,
    isByEventTime: byEventTime,
    timeField: field,
  };
}

/** One bucket or two. Throws usage.bad-value and usage.missing-operand. */
function sizesOf(given: Given<typeof options>): BucketSize[] {
  const { bytes, burst, burstBytes } = given.options;
  const first = rateOf(given);
  if (first === undefined && bytes === undefined)
    throw failure("usage.missing-operand", {
      command: "throttle",
      operand: "RATE",
      hint: "write it like: logpipe throttle 1000/s",
    });
  if (first?.unit === "bytes" && bytes !== undefined)
    throw failure("usage.bad-value", {
      option: "--bytes",
      value: formatRate(bytes),
      reason: "RATE is one of bytes",
    });
  return [
    ...(first === undefined ? [] : [{ rate: first, burst: burstOf("--burst", burst, first) }]),
    ...(bytes === undefined ? [] : [{ rate: bytes, burst: burstOf("--burst-bytes", burstBytes, bytes) }]),
  ];
}

/** RATE, or what --events says; undefined where there is neither. */
function rateOf({
  operands: [operand],
  options: { events, bytes },
}: Given<typeof options>): Rate | undefined {
  if (operand === undefined) return events;
  if (events === undefined && bytes === undefined) return parseRate(operand, "RATE");
  const found = tryRate(operand);
  if (!("amount" in found)) return events;
  if (events === undefined) return found;
  throw failure("usage.bad-value", {
    option: "--events",
    value: formatRate(events),
    reason: "RATE says how many already",
  });
}

function burstOf(option: string, given: number | undefined, of: Rate): number {
  if (given === undefined) return defaultBurst(of);
  if (given >= 1) return given;
  throw failure("usage.bad-value", { option, value: String(given), reason: "nothing could ever pass" });
}

function unusedOf({ bytes, by: names, onLimit, byEventTime }: Values) {
  return [
    ...(bytes === undefined ? [{ options: ["burstBytes"], by: "throttle without --bytes" }] : []),
    ...(names.length === 0 ? [{ options: ["maxKeys"], by: "throttle without --by" }] : []),
    ...(onLimit === "sample"
      ? []
      : [{ options: ["sampleOneIn"], by: `throttle --on-limit ${onLimit}`, hint: "--on-limit sample" }]),
    ...(byEventTime ? [] : [{ options: ["timeField"], by: "throttle without --by-event-time" }]),
  ];
}

function reportText(given: Given<typeof options>, counts: Readonly<Record<string, number>>): string {
  const { dropped = 0, sampled = 0, too_large: tooLarge = 0, released_at_end: released = 0 } = counts;
  const limits = sizesOf(given).map((of) => formatRate(of.rate));
  const over = `over ${limits.join(" or ")}`;
  const { maxEventSize = 0 } = given.options;
  return [
    ...(dropped > 0 ? [`${countOf(dropped, "event")} ${over} dropped`] : []),
    ...(sampled > 0 ? [`${countOf(sampled, "event")} ${over} kept as a sample`] : []),
    ...(tooLarge > 0
      ? [`${countOf(tooLarge, "event")} larger than ${formatSize(maxEventSize)} dropped`]
      : []),
    ...(released > 0 ? [`${countOf(released, "event")} let out at once when the run was stopped`] : []),
  ].join(", ");
}

/** A size in a time: `10MB/s`, and as of every size `1m/s` is 1 MiB. */
function bytesRate(): Option<Rate | undefined> {
  return {
    kind: "rate",
    fromProject: "free",
    metavar: "RATE",
    summary: "beside RATE, or alone: so many bytes in a time: 10MB/s",
    default: undefined,
    parse: (value, name) => {
      const found = parseRate(value, flagName(name));
      if (found.unit === "bytes") return found;
      const amount = parseSize(value.split(/\/|\bper\b/)[0]!, flagName(name));
      return { ...found, amount, unit: "bytes" };
    },
  };
}
