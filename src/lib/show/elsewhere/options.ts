/** Options that other programs have, or other commands here, and what to write for them. */
import { flagName, type Options } from "../../options/options.js";

/** A sentence for an option that `command`, which has `declared`, does not know; undefined: nothing is known of it. */
export function hintForOption(command: string, option: string, declared: Options): string | undefined {
  const name = option.replace(/^-+/, "");
  if (command === "exec") return "options of the program stand behind --: logpipe exec -- PROGRAM -x ...";
  if (command === "view" && Object.hasOwn(OF_VIEW, name)) return OF_VIEW[name];
  const has = (other: string) => Object.keys(declared).some((key) => flagName(key) === other);
  const level = has("--where")
    ? `write --where 'level >= "error"'`
    : `filter first: logpipe parse FILE | logpipe filter --level error+ | logpipe ${command}`;
  if (name === "level" || name === "l") return level;
  if (["grep", "grep-regex", "ignore-case", "i", "where", "since", "until"].includes(name))
    return `filter first: logpipe parse FILE | logpipe filter ${option} ... | logpipe ${command}`;
  if (command === "stats" || command === "top") return OF_TOTALS[name];
  return undefined;
}

const FIRST = "the first N: logpipe FILE | head -n N; the last: --tail N";
const AROUND = "events around a match: logpipe parse FILE | logpipe filter --grep TEXT -A 3 | logpipe view";
const LAST = "the last N events: --tail N";
const COLUMNS = "choose fields with --fields a,b";

const OF_VIEW: Readonly<Record<string, string | undefined>> = {
  ...{ limit: FIRST, head: FIRST, first: FIRST, m: FIRST, "max-count": FIRST },
  ...{ last: LAST, lines: LAST },
  ...{ A: AROUND, B: AROUND, C: AROUND, context: AROUND, "after-context": AROUND, "before-context": AROUND },
  ...{ columns: COLUMNS, field: COLUMNS, select: COLUMNS },
  ...{ from: "write --since TIME", after: "write --since TIME", before: "write --until TIME" },
  ...{
    json: "write --to ndjson",
    ndjson: "write --to ndjson",
    csv: "write --to csv",
    table: "write --to table",
  },
  format:
    "what is printed: --to csv; what is read is told from the lines: logpipe parse -f FORMAT FILE | logpipe view",
  ...{ count: "write logpipe stats count FILE", c: "write logpipe stats count FILE" },
  ...{ l: "write --level error+", L: "write --level error+", severity: "write --level error+" },
  ...{ e: "write --grep TEXT or --grep-regex PATTERN", E: "write --grep-regex PATTERN" },
  ...{ search: "write --grep TEXT", filter: "write --where 'EXPR'", query: "ask with logpipe query" },
  invert: "write logpipe parse FILE | logpipe filter --invert --grep TEXT | logpipe view",
  ...{
    sort: "logs are merged by time; by a field: logpipe parse FILE | logpipe sort --by FIELD | logpipe view",
  },
  by: "count by a field: logpipe top FIELD FILE",
};

const SORTED = "rows come the greatest first; --asc turns that round, and stats has --sort COLUMN";
const FIELDS = "fields stand in the text: stats 'count, p95(ms) by path'; top FIELD";

const OF_TOTALS: Readonly<Record<string, string | undefined>> = {
  ...{ r: SORTED, n: SORTED, nr: SORTED, nf: SORTED, reverse: SORTED, desc: SORTED, k: SORTED, sort: SORTED },
  ...{ f: FIELDS, g: FIELDS, a: FIELDS, field: FIELDS, fields: FIELDS, "group-by": FIELDS },
};
