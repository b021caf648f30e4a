/** What may stand beside the step of a node, declared as options: their parsing, help and schema are one. */
import { failure } from "../../../base/errors/index.js";
import { type Rate, tryRate } from "../../../base/rate.js";
import { parseSize } from "../../../base/size.js";
import {
  choice,
  flagName,
  integer,
  list,
  type Option,
  type Options,
  path,
  size,
  type ValuesOf,
} from "../../../options/options.js";
import { FORMATS } from "../../../options/result-format.js";
import type { RateLimit } from "../../contract/graph.js";

/** Of a sink, beside `from`. */
export const sinkProperties = {
  required: choice({
    choices: ["alone", "together", "optional"],
    default: "alone",
    summary:
      "alone: it holds back no other sink; together: the run takes in no more than it can take; optional: nothing waits for it",
  }),
  onFull: choice({
    choices: ["block", "drop-oldest", "drop-newest"],
    default: "block",
    summary: "what gives way when the journal is full because this sink is behind",
  }),
} as const;

/** Of a sink that has no step: it is standard output, or a file. */
export const printedProperties = {
  output: path({ metavar: "FILE", summary: "write to FILE instead of standard output" }),
} as const;

export const journalProperties = {
  mode: choice({
    choices: ["auto", "none", "raw"],
    default: "auto",
    summary:
      "auto: where one is needed; none: nowhere; raw: right behind the sources, before anything is redacted",
  }),
  directory: path({ metavar: "DIR", summary: "where it is; default in the state directory" }),
  limit: size({ metavar: "SIZE", summary: "what it may take of the disk; default 1 GiB" }),
} as const;

export const routeProperties = {
  match: choice({
    choices: ["first", "all"],
    default: "first",
    summary: "first: an event goes to the first output whose condition holds; all: to each",
  }),
} as const;

export const rateProperties = {
  events: rate("events", "events: 1000/s, 50k/m"),
  bytes: rate("bytes", "bytes: 1m/s, 500kB/s"),
  burst: integer({ min: 1, metavar: "N", summary: "how many events may come at once after a quiet time" }),
  burstBytes: size({ metavar: "SIZE", summary: "how many bytes may come at once after a quiet time" }),
  by: list({ metavar: "FIELD", summary: "a limit for each value of these fields" }),
  maxKeys: integer({
    min: 1,
    max: 10_000_000,
    default: 10_000,
    metavar: "N",
    summary: "remember so many of those values; all others share one limit",
  }),
  onLimit: choice({
    choices: ["block", "drop", "sample"],
    default: "block",
    summary: "beyond the limit: wait, drop and count, or keep one in so many",
  }),
  sampleOneIn: integer({
    min: 2,
    metavar: "N",
    summary: "which one of those beyond the limit `sample` keeps",
  }),
  maxEventSize: size({ metavar: "SIZE", summary: "drop and count events that are larger" }),
} as const;

export const SAMPLE_ONE_IN = 100;

/** Throws a reason where what is given says no limit. */
export function rateLimitOf(given: Partial<ValuesOf<typeof rateProperties>>): RateLimit {
  const { events, bytes, burst, burstBytes, by = [], maxKeys = 10_000, onLimit = "block" } = given;
  const isSampling = onLimit === "sample";
  return {
    ...(events !== undefined && { events }),
    ...(bytes !== undefined && { bytes }),
    ...(burst !== undefined && { burstEvents: burst }),
    ...(burstBytes !== undefined && { burstBytes }),
    by: by.flatMap((fields) => fields.split(",").map((field) => field.trim())),
    maxKeys,
    onLimit,
    ...(isSampling && { sampleOneIn: given.sampleOneIn ?? SAMPLE_ONE_IN }),
    ...(given.maxEventSize !== undefined && { maxEventBytes: given.maxEventSize }),
  };
}

/** Every property that nodes have, for hints. */
export const NODE_PROPERTIES: Readonly<Record<"sources" | "stages" | "routes" | "sinks", Options>> = {
  sources: {},
  stages: {},
  routes: routeProperties,
  sinks: { ...sinkProperties, ...printedProperties },
};

export const OUTPUT_FORMATS = FORMATS;

/** So many in an interval. `1m/s` of bytes is a size, 1 MiB; of events a million. */
function rate(unit: Rate["unit"], summary: string): Option<Rate | undefined> {
  return {
    kind: "rate",
    metavar: "RATE",
    summary,
    default: undefined,
    parse: (value, name) => {
      const [amount = "", span] = value.split(/\/|\bper\b/, 2);
      const read = tryRate(unit === "bytes" && span !== undefined ? `1/${span}` : value);
      const bad = (reason: string) =>
        failure("usage.bad-value", {
          option: flagName(name),
          value,
          reason,
          hint: unit === "bytes" ? "write it like 1m/s or 500kB/s" : "write it like 1000/s or 50k/m",
        });
      if (!("amount" in read)) throw bad(read.reason);
      if (unit === "events" && read.unit === "bytes") throw bad("a number of events is wanted here");
      const count = unit === "bytes" ? parseSize(amount, flagName(name)) : read.amount;
      if (!(count > 0)) throw bad("it must be more than 0");
      return { amount: count, intervalMs: read.intervalMs, unit };
    },
  };
}
