import { failure } from "../../lib/base/errors/index.js";
import { neededFields } from "../../lib/expression/needed.js";
import { duration, flag, integer, type Option, rate, text } from "../../lib/options/options.js";
import { by, fieldList, timeField } from "../../lib/options/stream.js";
import { stage } from "../../lib/pipeline/contract/stage.js";
import { remembers, Sampler } from "../../lib/stages/sample/sampler.js";

export default stage({
  name: "sample",
  summary: "keep a part of the events: by rate, by key, or up to so many a second",
  details: `\`--rate 10%\` keeps about a tenth of the events. With \`--by trace_id\` whole keys are kept or left out: the same key meets
the same fate on every host, in every run and every version, and what a lower rate keeps a higher one keeps too. Without
\`--by\` the whole line decides, so lines that are the same byte for byte share their fate. \`--one-in N\` keeps the first of each
N events, counted; with \`--by\` it is the rate 1/N.

Each event kept by a rate gets a field \`sample_rate\`: 0.1 stands for ten events (\`sum(1 / sample_rate)\` counts them); sampled
twice, the rates multiply. Events without it stand for themselves.

Errors (\`level\` error or fatal) are always kept and stay as they are, unless \`--no-keep-errors\` is given; \`--keep EXPR\` names
more that are always kept.

\`--throttle 100/s\` lets each key (of \`--throttle-by\`, else of \`--by\`) pass at most that often: a bucket of 100 tokens, full at
first, that fills up in a second of the events' own time, or of the clock's with \`--processing-time\`. What finds the bucket
empty is left out and summed up by key in an event of its own, \`--every\` 10s:
\`{"timestamp":...,"level":"info","message":"42 events over 100/s left out","service":"shop","suppressed":42,"suppressed_from":...,
"suppressed_until":...,"throttle":"100/s"}\`. Keys beyond \`--max-keys\`, or longer than 4 KiB, share one bucket, which is called \`"key":"__other__"\`.

The hash is MurmurHash3_x86_32 with \`--seed\` over the values of the key in UTF-8, strings without quotes and escapes, other
values as JSON, a line feed between two fields; an event is kept when it is below rate times 2^32.`,
  operands: [
    {
      name: "FILE",
      isLocal: true,
      summary: "files of events to read; none or `-`: standard input",
      isRepeated: true,
    },
  ],
  options: {
    rate: share(),
    oneIn: integer({
      fromProject: "free",
      metavar: "N",
      min: 1,
      summary: "keep the first of each N events; with --by, the rate 1/N",
    }),
    by: by({ summary: "keep or leave out all events of a key together, e.g. trace_id" }),
    seed: integer({
      fromProject: "free",
      metavar: "N",
      min: 0,
      max: 0xffff_ffff,
      default: 0,
      summary: "choose another part of the keys",
      advanced: true,
    }),
    keep: text({
      fromProject: "free",
      metavar: "EXPR",
      summary: "always keep the events for which this is true",
    }),
    keepErrors: flag({
      fromProject: "free",
      default: true,
      summary: "sample errors too, instead of keeping all of them",
    }),
    throttle: rate({
      fromProject: "free",
      metavar: "RATE",
      summary: "let at most so many events or bytes of each key pass: 100/s, 5k/m, 10MB/s",
    }),
    throttleBy: fieldList({ summary: "the key of --throttle, when it is another than that of --by" }),
    every: duration({
      fromProject: "free",
      metavar: "TIME",
      default: 10_000,
      summary: "how long what is throttled is summed up",
    }),
    maxKeys: integer({
      fromProject: "free",
      metavar: "N",
      min: 1,
      default: 100_000,
      summary: "keys with a bucket of their own",
      advanced: true,
    }),
    processingTime: flag({
      fromProject: "free",
      summary: "throttle by the clock, not by the time in the events",
    }),
    timeField,
  },
  examples: [
    {
      title: "Whole traces, half of them, and every error",
      command: "sample --rate 50% --by trace_id",
      stdin:
        '{"level":"info","trace_id":"a1","message":"in"}\n{"level":"info","trace_id":"c3","message":"in"}\n{"level":"error","trace_id":"c3","message":"failed"}\n{"level":"info","trace_id":"a1","message":"out"}\n',
      stdout:
        '{"level":"info","trace_id":"a1","message":"in","sample_rate":0.5}\n{"level":"error","trace_id":"c3","message":"failed"}\n{"level":"info","trace_id":"a1","message":"out","sample_rate":0.5}\n',
    },
    {
      title: "At most two events a second of each service",
      command: "sample --throttle 2/s --by service",
      stdin:
        '{"timestamp":"2026-11-22T10:00:00Z","service":"shop","n":1}\n{"timestamp":"2026-11-22T10:00:00.1Z","service":"shop","n":2}\n{"timestamp":"2026-11-22T10:00:00.2Z","service":"shop","n":3}\n{"timestamp":"2026-11-22T10:00:00.2Z","service":"mail","n":4}\n{"timestamp":"2026-11-22T10:00:01Z","service":"shop","n":5}\n',
      stdout:
        '{"timestamp":"2026-11-22T10:00:00Z","service":"shop","n":1}\n{"timestamp":"2026-11-22T10:00:00.1Z","service":"shop","n":2}\n{"timestamp":"2026-11-22T10:00:00.2Z","service":"mail","n":4}\n{"timestamp":"2026-11-22T10:00:01Z","service":"shop","n":5}\n{"timestamp":"2026-11-22T10:00:00.200Z","level":"info","message":"1 event over 2/s left out","service":"shop","suppressed":1,"suppressed_from":"2026-11-22T10:00:00.200Z","suppressed_until":"2026-11-22T10:00:00.200Z","throttle":"2/s"}\n',
    },
    {
      title: "One in a hundred, and all slow requests",
      command: "sample --one-in 100 --keep 'latency_ms > 1000'",
    },
  ],
  input: "events",
  ownOperands: 0,
  unused: ({ options: { throttle, rate: part, oneIn } }) => [
    ...(throttle === undefined
      ? [{ options: ["throttleBy", "every", "maxKeys", "processingTime"], by: "sample without --throttle" }]
      : []),
    ...(part === undefined && oneIn === undefined && throttle !== undefined
      ? [{ options: ["seed"], by: "sample without --rate or --one-in" }]
      : []),
  ],
  needsTime: () => false,
  reads: ({ options: { by: names, throttleBy, keep } }) => [
    ...names,
    ...(throttleBy ?? []),
    ...(keep === undefined ? [] : neededFields(keep)),
  ],
  isStateless: ({ options }) => !remembers(options),
  create: ({ options }, context) => {
    const { rate: part, oneIn, throttle } = options;
    if (part === undefined && oneIn === undefined && throttle === undefined)
      throw failure("usage.missing-operand", {
        command: "sample",
        operand: "--rate, --one-in or --throttle",
      });
    if (part !== undefined && oneIn !== undefined) {
      const value = String(oneIn);
      throw failure("usage.bad-value", { option: "--one-in", value, reason: "--rate says how much already" });
    }
    const { every: everyMs, maxKeys: keysMax, processingTime: isProcessingTime, ...rest } = options;
    return new Sampler({ ...rest, everyMs, keysMax, isProcessingTime }, context);
  },
});

function share(): Option<number | undefined> {
  return {
    kind: "text",
    fromProject: "free",
    metavar: "RATE",
    summary: "the part to keep: 10%, 0.1 or 1/10",
    default: undefined,
    parse: (value) => {
      const match = /^\s*(\d+(?:\.\d+)?|\.\d+)\s*(?:(%)|\/\s*(\d+(?:\.\d+)?))?\s*$/.exec(value);
      const part = match === null ? Number.NaN : Number(match[1]) / (match[2] ? 100 : Number(match[3] ?? 1));
      if (part > 0 && part <= 1) return part;
      const reason = match === null ? "not a part" : "it must be more than 0 and at most all";
      throw failure("usage.bad-value", {
        option: "--rate",
        value,
        reason,
        hint: "write it like 10%, 0.1 or 1/10",
      });
    },
  };
}
