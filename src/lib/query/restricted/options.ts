/** The options of `query` for SQL from strangers. */
import { failure } from "../../base/errors/index.js";
import { duration, flag, integer, list, size, type ValuesOf } from "../../options/options.js";
import type { FormatName } from "../../options/result-format.js";
import type { TimeRange } from "../sql/time-range.js";
import type { Limits } from "./limits.js";
import { type RangeText, RESTRICTED_FORMATS, type RestrictedFormat } from "./request.js";

export const restrictedOptions = {
  restricted: flag({
    fromProject: "consent",
    summary: "for SQL of people who are not trusted: one SELECT over the tables given, within limits",
  }),
  table: list({
    fromProject: "consent",
    metavar: "NAME",
    summary: "with --restricted: a table of the store that the SQL may name; default: all of them",
    advanced: true,
  }),
  timeout: duration({
    fromProject: "consent",
    metavar: "TIME",
    summary: "with --restricted: the longest it may take; default 30s",
    advanced: true,
  }),
  memory: size({
    fromProject: "consent",
    metavar: "SIZE",
    summary: "with --restricted: the memory for its data, 64MiB or more; default 512MiB",
    advanced: true,
  }),
  threads: integer({
    fromProject: "consent",
    metavar: "N",
    min: 1,
    max: 256,
    summary: "with --restricted: how many; default 2",
    advanced: true,
  }),
  maxRows: integer({
    fromProject: "consent",
    metavar: "N",
    summary: "with --restricted: a result with more rows ends in an error",
    advanced: true,
  }),
  maxBytes: size({
    fromProject: "consent",
    metavar: "SIZE",
    summary: "with --restricted: a larger result ends in an error",
    advanced: true,
  }),
} as const;

type Given = ValuesOf<typeof restrictedOptions>;

/** The limits that are given. Throws usage.bad-value for limits without --restricted, which would not hold. */
export function limitsOf(given: Given): Partial<Limits> {
  const { restricted, table, timeout, memory, threads, maxRows, maxBytes } = given;
  const limits = {
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    ...(memory === undefined ? {} : { memoryBytes: Math.max(memory, LEAST_MEMORY_BYTES) }),
    ...(threads === undefined ? {} : { threads }),
    ...(maxRows === undefined ? {} : { maxRows }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  };
  const [first] = [...Object.keys(limits), ...table];
  if (!restricted && first !== undefined)
    throw failure("usage.bad-value", {
      option: "--restricted",
      value: "no",
      reason: "--table, --timeout, --memory, --threads, --max-rows and --max-bytes hold with it only",
    });
  return limits;
}

/** DuckDB needs some to read a file of Parquet at all. */
const LEAST_MEMORY_BYTES = 64 * 1024 ** 2;

/** Throws usage.bad-value for a format that a restricted query cannot give. */
export function restrictedFormat(format: FormatName): RestrictedFormat {
  const found = RESTRICTED_FORMATS.find((one) => one === format);
  if (found !== undefined) return found;
  throw failure("usage.bad-value", {
    option: "--to",
    value: format,
    reason: "--restricted does not let DuckDB write a file",
    hint: "write arrow, or one of the texts",
  });
}

export function rangeText({ sinceNs, untilNs, asOf, timeField }: TimeRange): RangeText {
  return {
    ...(sinceNs === undefined ? {} : { sinceNs: String(sinceNs) }),
    ...(untilNs === undefined ? {} : { untilNs: String(untilNs) }),
    ...(asOf === undefined ? {} : { asOf }),
    ...(timeField === undefined ? {} : { timeField }),
  };
}
