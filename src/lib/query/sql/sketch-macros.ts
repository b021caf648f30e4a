/**
 * SQL macros that read and merge the sketches which `window --sketches` writes: p99 of a day from minutes, distinct
 * users of a month from hours, by any labels. They are plain DuckDB SQL, so that any DuckDB can run them; `query` has
 * them built in. The first argument is a column of sketches, and the macro stands where an aggregate does:
 *
 * ```sql
 * SELECT service, tdigest_quantile(sketch_latency_ms, 0.99) FROM metrics GROUP BY service
 * ```
 *
 * The forms of sketches are those of `toJson` in src/lib/sketch, and so are the estimators. Everything is done with
 * lists: a subquery over a correlated list takes time that grows with its square (DuckDB 1.5).
 */
import { PRECISION } from "../../sketch/distinct.js";

export interface SketchMacro {
  readonly name: string;
  readonly parameters: string;
  readonly summary: string;
  /** The expression it stands for. */
  readonly body: string;
}

const REGISTERS = 2 ** PRECISION;
/** Centroids that `tdigest_merge` makes at most. */
const MERGED_CENTROIDS = 200;

/** `body` with `name` standing for the value of `value`, worked out once. */
function let_(name: string, value: string, body: string): string {
  return `list_transform([${value}], lambda ${name}: ${body})[1]`;
}

const CENTROIDS = "list_sort(flatten(list(sketches::JSON::DOUBLE[][])))";
const WEIGHTS = "list_transform(c, lambda p: p[2])";

/** How many centroids of weights `w` have their middle at rank `target` or below: a binary search over prefix sums. */
function countBelow(target: string): string {
  const next = "lo + (1 << (31 - k))";
  const middle = `list_sum(w[1:${next}]) - w[${next}] / 2`;
  const step = `CASE WHEN ${next} <= len(w) AND ${middle} <= ${target} THEN ${next} ELSE lo END`;
  return `list_reduce(range(1, 32), lambda lo, k: ${step}, 0)`;
}

const QUANTILE = let_(
  "c",
  CENTROIDS,
  let_(
    "w",
    WEIGHTS,
    let_(
      "target",
      "q * (list_sum(w) - 1) + 0.5",
      let_(
        "i",
        countBelow("target"),
        `CASE WHEN len(w) = 0 OR NOT q BETWEEN 0 AND 1 THEN NULL
          WHEN i = 0 THEN c[1][1] WHEN i = len(w) THEN c[-1][1]
          ELSE c[i][1] + (c[i + 1][1] - c[i][1]) * (target - list_sum(w[1:i]) + w[i] / 2) / ((w[i] + w[i + 1]) / 2) END`,
      ),
    ),
  ),
);

/** Where the centroids are cut: between equal steps of the scale function k1; the first and the last stand alone. */
const CUTS = `list_distinct(list_sort(list_concat([0, 1, len(w) - 1, len(w)], list_transform(range(1, ${MERGED_CENTROIDS}), lambda j:
  ${let_("t", `list_sum(w) * (sin(pi() * (j / ${MERGED_CENTROIDS} - 0.5)) + 1) / 2`, countBelow("t"))}))))`;

const MERGED_CENTROID = `list_transform(list_sort(cuts)[1:-2], lambda b, j: ${let_("part", "c[b + 1:list_sort(cuts)[j + 1]]", "[list_sum(list_transform(part, lambda p: p[1] * p[2])) / list_sum(list_transform(part, lambda p: p[2])), list_sum(list_transform(part, lambda p: p[2]))]")})`;

const MERGED_DIGEST = let_(
  "c",
  CENTROIDS,
  `CASE WHEN len(c) <= ${MERGED_CENTROIDS} THEN to_json(c) ELSE to_json(${let_("w", WEIGHTS, let_("cuts", CUTS, MERGED_CENTROID))}) END`,
);

/** A sketch as entries `register * 64 + rank`. */
const HLL_TEXT = `CASE WHEN starts_with(sketches::VARCHAR, '"') THEN json_extract_string(sketches::VARCHAR, '$') ELSE sketches::VARCHAR END`;
const HLL_ENTRIES = `CASE WHEN sketches IS NULL OR ${HLL_TEXT} = 's' THEN []::BIGINT[]
  WHEN (${HLL_TEXT})[1] = 's' THEN string_split((${HLL_TEXT})[2:], ',')::BIGINT[]
  ELSE list_transform(string_split((${HLL_TEXT})[2:], ''), lambda ch, i: (i - 1) * 64 + ord(ch) - 48) END`;

/** The highest entry of each register, by falling register. */
function highest(entries: string, body: string): string {
  const isFirst = "i = 1 OR e[i - 1] // 64 <> x // 64";
  return let_(
    "e",
    `list_reverse_sort(${entries})`,
    let_("kept", `list_filter(e, lambda x, i: ${isFirst})`, body),
  );
}

/** Ertl 2017, algorithm 6; ranks of 51, one in 10^15, count as those of 50 do. */
const HLL_ESTIMATE = highest(
  `list_filter(flatten(list(${HLL_ENTRIES})), lambda x: x % 64 > 0)`,
  let_(
    "zero",
    `1 - len(kept) / ${REGISTERS}`,
    `CASE WHEN len(kept) = 0 THEN 0 ELSE round(${REGISTERS}::DOUBLE * ${REGISTERS} / (2 * ln(2) * (
      list_sum(list_transform(kept, lambda x: pow(2, -(x % 64)))) + ${REGISTERS} * (zero
      + list_sum(list_transform(range(1, 31), lambda k: pow(zero, pow(2, k)) * pow(2, k - 1)))))))::BIGINT END`,
  ),
);

const HLL_MERGED = let_(
  "all_entries",
  `flatten(list(${HLL_ENTRIES}))`,
  let_(
    "wide",
    highest("list_filter(all_entries, lambda x: x % 64 > 0)", "list_reverse(kept)"),
    `CASE WHEN len(wide) <= 2048 THEN 's' || array_to_string(wide, ',') ELSE 'd' || array_to_string(list_transform(
      ${highest(`list_concat(wide, list_transform(range(0, ${REGISTERS}), lambda r: r * 64))`, "list_reverse(kept)")},
      lambda x: chr((48 + x % 64)::INTEGER)), '') END`,
  ),
);

/** The values of one sketch; `missed`: the most that one which is not among them can weigh. */
const FREQUENT = let_(
  "fs",
  "sketches::JSON::STRUCT(value VARCHAR, count DOUBLE, error DOUBLE)[]",
  `CASE WHEN list_max(list_transform(fs, lambda f: f.error)) > 0 THEN list_min(list_transform(fs, lambda f: f.count)) ELSE 0 END`,
);
const FREQUENT_LIST = let_(
  "m",
  FREQUENT,
  `list_transform(sketches::JSON::STRUCT(value VARCHAR, count DOUBLE, error DOUBLE)[],
    lambda f: {value: f.value, count: f.count - m, error: f.error - m})`,
);

/** What sketches left out may have been there: their `missed` is added to all, and was taken off those they name. */
const MERGED_FREQUENT = let_(
  "f",
  `list_sort(flatten(list(${FREQUENT_LIST})))`,
  let_(
    "missed",
    `coalesce(list_sum(list(${FREQUENT})), 0)`,
    let_(
      "starts",
      "list_filter(range(1, len(f) + 1), lambda i: i = 1 OR f[i].value <> f[i - 1].value)",
      `list_transform(list_sort(list_transform(starts, lambda b, j: ${let_(
        "part",
        "f[b:coalesce(starts[j + 1] - 1, len(f))]",
        `{less: -(list_sum(list_transform(part, lambda p: p.count)) + missed), value: part[1].value,
          error: list_sum(list_transform(part, lambda p: p.error)) + missed}`,
      )}))[1:n], lambda p: {value: p.value, count: round(-p.less)::BIGINT, error: round(p.error)::BIGINT})`,
    ),
  ),
);

export const SKETCH_MACROS: readonly SketchMacro[] = [
  {
    name: "tdigest_quantile",
    parameters: "sketches, q",
    summary: "the value at rank `q` (0 to 1) of all that the t-digests saw",
    body: QUANTILE,
  },
  {
    name: "tdigest_count",
    parameters: "sketches",
    summary: "how many values the t-digests saw",
    body: `coalesce(list_sum(list_transform(flatten(list(sketches::JSON::DOUBLE[][])), lambda p: p[2])), 0)`,
  },
  {
    name: "tdigest_merge",
    parameters: "sketches",
    summary: `one t-digest of all, of at most ${MERGED_CENTROIDS + 2} centroids: for rollups that are rolled up again`,
    body: MERGED_DIGEST,
  },
  {
    name: "hll_distinct",
    parameters: "sketches",
    summary: "how many different values the HyperLogLog sketches saw together",
    body: HLL_ESTIMATE,
  },
  {
    name: "hll_merge",
    parameters: "sketches",
    summary: "one HyperLogLog sketch of all",
    body: HLL_MERGED,
  },
  {
    name: "topk",
    parameters: "sketches, n",
    summary: "the `n` most frequent values of all: a list of `{value, count, error}`",
    body: `coalesce(${MERGED_FREQUENT}, [])`,
  },
  {
    name: "topk_merge",
    parameters: "sketches, n",
    summary: "one top-k sketch of all, of at most `n` values",
    body: `to_json(coalesce(${MERGED_FREQUENT}, []))`,
  },
];

/** The statements that make the macros; `kind` goes behind CREATE. */
export function sketchMacroSql(kind = ""): string {
  return SKETCH_MACROS.map(
    ({ name, parameters, body }) => `CREATE OR REPLACE ${kind}MACRO ${name}(${parameters}) AS ${body};\n`,
  ).join("");
}

/** Whether `sql` may use one of them. */
export function mentionsSketches(sql: string): boolean {
  return /tdigest_|hll_|topk/i.test(sql);
}
