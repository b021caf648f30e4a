/** Names that other programs have for counts, aggregates, charts, conditions and fields that are set. */
import { table } from "../../base/table.js";
import { quotedForShell } from "../../sources/files/shell.js";
import type { Asked, ElsewhereWord } from "./asked.js";

/** Of a field each value is counted, of none all events. */
const count: ElsewhereWord = {
  takes: ["f", "by", "g"],
  command: (asked) => {
    const field = asked.value("f", "by", "g") ?? asked.firstThatIsNoFile("");
    return field === ""
      ? stats("count", asked)
      : `logpipe top ${quotedForShell(field)} ${asked.rest("FILE")}`;
  },
};

const wc: ElsewhereWord = { command: (asked) => stats("count", asked) };

const distinct: ElsewhereWord = {
  takes: ["f", "by", "g"],
  command: (asked) => {
    const field = asked.value("f") ?? asked.firstThatIsNoFile("message");
    return stats(`distinct(${field})`, asked);
  },
};

/** `avg ms f`, `p95 ms f`: an aggregate of a field, which has a name of its own here. */
const aggregateOf = (name: string): ElsewhereWord => ({
  takes: ["f", "by", "g"],
  command: (asked) => {
    const field = asked.value("f") ?? asked.firstThatIsNoFile("ms");
    const by = asked.value("by", "g");
    return stats(`${name}(${field})${by === undefined ? "" : ` by ${by}`}`, asked);
  },
});

/** `stats1 -a p50,p95 -f ms -g path f` of Miller. */
const stats1: ElsewhereWord = {
  takes: ["a", "f", "g"],
  command: (asked) => {
    const fields = (asked.value("f") ?? asked.firstThatIsNoFile("ms")).split(",");
    const names = (asked.value("a") ?? "avg").split(",").map((name) => MILLER[name] ?? name);
    const all = fields.flatMap((field) =>
      names.map((name) => (name === "count" ? name : `${name}(${field})`)),
    );
    const by = asked.value("g");
    return stats(`${[...new Set(all)].join(", ")}${by === undefined ? "" : ` by ${by}`}`, asked);
  },
};

const MILLER: Readonly<Record<string, string>> = table({
  ...{ mean: "avg", p50: "p50", distinct_count: "distinct", antimode: "first", mode: "topk" },
});

const summary: ElsewhereWord = { command: (asked) => `logpipe top level ${asked.rest("FILE")}` };
const errors: ElsewhereWord = { command: (asked) => `logpipe ${asked.rest("FILE")} --level error+` };

const chart: ElsewhereWord = {
  takes: ["f", "field"],
  command: (asked) => {
    const field = asked.value("f", "field") ?? asked.firstThatIsNoFile("");
    return `logpipe histogram ${asked.rest("FILE")}${field === "" ? "" : ` --field ${quotedForShell(field)}`}`;
  },
};

const alert: ElsewhereWord = {
  takes: ["fail-if", "if"],
  command: (asked) => {
    const condition =
      asked.value("fail-if", "if") ?? asked.firstThatIsNoFile('ratio(level == "error") > 0.02');
    return `logpipe check --fail-if ${quotedForShell(condition)} ${asked.rest("FILE")}`;
  },
};

const put: ElsewhereWord = {
  command: (asked) => {
    const written = asked.firstThatIsNoFile("env=prod").replace(/(?<![\w)\]])[$.](?=[A-Za-z_])/g, "");
    const set = written.replace(/^\s*([\w.]+)\s*=\s*/, "$1=");
    return `logpipe parse ${asked.rest("FILE")} | logpipe enrich --set ${quotedForShell(set)}`;
  },
};

const rename: ElsewhereWord = {
  takes: ["f", "r"],
  command: (asked) => {
    const words = asked.all.filter((word) => !asked.isFile(word)).flatMap((word) => word.split(/[,=:]/));
    const [from = "msg", to = "message"] = words;
    const files = asked.all.filter(asked.isFile).map(quotedForShell).join(" ") || "FILE";
    return `logpipe parse ${files} | logpipe enrich --rename ${quotedForShell(`${from}=${to}`)}`;
  },
};

const validate: ElsewhereWord = {
  command: (asked) => {
    const [file = "pipeline.yaml"] = asked.all;
    return `logpipe run --check ${quotedForShell(file)}`;
  },
};

function stats(aggregates: string, asked: Asked): string {
  return `logpipe stats ${quotedForShell(aggregates)} ${asked.rest("FILE")}`;
}

export const countingWords: Readonly<Record<string, ElsewhereWord>> = table({
  ...{ count, wc, distinct, "count-distinct": distinct, nunique: distinct },
  ...{ chart, plot: chart, histo: chart, hist: chart, alert, assert: alert },
  ...{
    avg: aggregateOf("avg"),
    mean: aggregateOf("avg"),
    average: aggregateOf("avg"),
    sum: aggregateOf("sum"),
  },
  ...{
    min: aggregateOf("min"),
    max: aggregateOf("max"),
    median: aggregateOf("median"),
    p50: aggregateOf("p50"),
  },
  ...{
    p90: aggregateOf("p90"),
    p95: aggregateOf("p95"),
    p99: aggregateOf("p99"),
    percentile: aggregateOf("p95"),
  },
  ...{
    stats1,
    put,
    set: put,
    remap: put,
    rename,
    errors,
    summary,
    summarise: summary,
    validate,
    lint: validate,
  },
});
