// Enter here: names that other programs have for what a command here does, and that command for the arguments given.
/** What to write in place of a command that everybody knows from elsewhere: `logpipe grep timeout app.log`. */

import { table } from "../../base/table.js";
import { quotedForShell } from "../../sources/files/shell.js";
import { type Asked, askedOf, type ElsewhereWord } from "./asked.js";
import { countingWords } from "./counting.js";

/** The command for `word` with what stood behind it; undefined for a word that nobody uses so. */
export function commandFor(word: string, words: readonly string[]): string | undefined {
  const known = Object.hasOwn(WORDS, word.toLowerCase()) ? WORDS[word.toLowerCase()]! : undefined;
  return known?.command(askedOf(words, known.takes ?? [])).trim();
}

/** Whether it is one of them. */
export function isKnownWord(word: string): boolean {
  return Object.hasOwn(WORDS, word.toLowerCase());
}

/** All of them. */
export function knownWords(): readonly string[] {
  return Object.keys(WORDS);
}

const show: ElsewhereWord = { command: ({ rest }) => `logpipe ${rest("FILE")}` };

const head: ElsewhereWord = {
  takes: ["n", "lines", "c", "bytes"],
  command: (asked) => `logpipe ${asked.rest("FILE")} | head -n ${asked.count() ?? 10}`,
};

const tail: ElsewhereWord = {
  takes: ["n", "lines", "c", "bytes", "s", "sleep-interval", "pid"],
  command: (asked) => {
    const isFollowing = asked.has("f", "F", "follow", "retry");
    const count = asked.count();
    const number = count === undefined && isFollowing ? "" : ` --tail ${count ?? 10}`;
    return `logpipe ${isFollowing ? "-f " : ""}${asked.rest("FILE")}${number}`;
  },
};

const follow: ElsewhereWord = { command: ({ rest }) => `logpipe -f ${rest("FILE")}` };

const grep: ElsewhereWord = {
  takes: [
    "e",
    "regexp",
    "f",
    "file",
    "A",
    "B",
    "C",
    "m",
    "max-count",
    "after-context",
    "before-context",
    "context",
  ],
  command: (asked) => {
    const pattern = asked.value("e", "regexp") ?? asked.first("TEXT");
    const isPattern = asked.has("E", "P", "extended-regexp", "perl-regexp") || looksLikePattern(pattern);
    const option = isPattern && !asked.has("F", "fixed-strings") ? "--grep-regex" : "--grep";
    const isAny = asked.has("i", "ignore-case");
    const condition = `${option} ${quotedForShell(pattern)}${isAny ? " -i" : ""}`;
    const files = asked.rest("FILE");
    const around = asked.values(["A", "B", "C", "m"]);
    if (asked.has("c", "count")) return `logpipe parse ${files} | logpipe filter ${condition} | wc -l`;
    if (asked.has("v", "invert-match") || around !== "") {
      const invert = asked.has("v", "invert-match") ? " --invert" : "";
      return `logpipe parse ${files} | logpipe filter ${condition}${invert}${around} | logpipe view`;
    }
    return `logpipe ${files} ${condition}`;
  },
};

const where: ElsewhereWord = {
  command: (asked) => {
    const condition = asked.first("status>=500");
    const isExpression = /\s|&&|\|\||\(|==/.test(condition);
    const quoted = quotedForShell(condition);
    return `logpipe ${asked.rest("FILE")} ${isExpression ? `--where ${quoted}` : quoted}`;
  },
};

/** Commands that read events alone get them from `parse`. */
const ofEvents = (command: string): ElsewhereWord => ({
  command: ({ rest }) => `logpipe parse ${rest("FILE")} | logpipe ${command}`,
});

const uniq: ElsewhereWord = {
  takes: ["f", "s", "w"],
  command: (asked) =>
    asked.has("c", "count")
      ? `logpipe top message ${asked.rest("FILE")}`
      : `logpipe parse ${asked.rest("FILE")} | logpipe dedupe --by message`,
};

const fields: ElsewhereWord = {
  takes: ["f", "d", "c", "b", "fields", "delimiter"],
  command: (asked) => {
    const named = asked.value("f", "fields");
    const isNamed = named !== undefined && !/^[\d,-]+$/.test(named);
    const names = isNamed ? named : asked.firstThatIsNoFile("path,status");
    return `logpipe ${asked.rest("FILE")} --fields ${quotedForShell(names)}`;
  },
};

const select: ElsewhereWord = {
  command: (asked) => {
    const condition = asked.all.find((word) => !asked.isFile(word) && /^\s*[.(]|[=<>!~]/.test(word));
    if (condition !== undefined && !/\bfrom\b|^\s*select\b/i.test(condition))
      return conditionOf(condition, asked);
    const columns = asked.all.filter((word) => !asked.isFile(word));
    const all = columns
      .join(" ")
      .replace(/\s*,\s*/g, ", ")
      .replace(/^\s*select\s+/i, "");
    const what = all === "" ? "path, status" : all;
    const statement = /\bfrom\b/i.test(what) ? `SELECT ${what}` : `SELECT ${what} FROM stdin`;
    const files = asked.all.filter(asked.isFile).map(quotedForShell).join(" ");
    if (/\bfrom\b/i.test(what) && !/\bstdin\b/i.test(what))
      return `logpipe query ${quotedForShell(statement)}`;
    return sql(statement, files === "" ? "FILE" : files);
  },
};

/** `.level == "error"` of jq, in the words of ours. */
function conditionOf(condition: string, asked: Asked): string {
  const files =
    asked.all
      .filter((word) => word !== condition)
      .map(quotedForShell)
      .join(" ") || "FILE";
  const ours = condition
    .replace(/(^|[\s(!])\.(?=[A-Za-z_])/g, "$1")
    .replace(/\band\b/g, "&&")
    .replace(/\bor\b/g, "||");
  return `logpipe parse ${files} | logpipe filter ${quotedForShell(ours)}`;
}

const join: ElsewhereWord = {
  takes: ["on", "1", "2", "j", "t"],
  command: (asked) => {
    const on = asked.value("on", "j") ?? "user_id";
    const lookup = asked.all.find((word) => /\.(?:csv|tsv|json|ndjson)$/.test(word)) ?? "users.csv";
    const files =
      asked.all
        .filter((word) => word !== lookup && word !== on)
        .map(quotedForShell)
        .join(" ") || "FILE";
    return `logpipe parse ${files} | logpipe enrich --lookup ${quotedForShell(`${lookup} on ${on}`)}`;
  },
};

const toFormat = (format: string): ElsewhereWord => ({
  takes: ["o", "output", "to"],
  command: (asked) => {
    const into = asked.value("o", "output");
    const end = into === undefined ? `--to ${format}` : `-o ${quotedForShell(into)}`;
    return `logpipe parse ${asked.rest("FILE")} ${end}`;
  },
});

const exporting: ElsewhereWord = {
  takes: ["o", "output", "to"],
  command: (asked) => toFormat(asked.value("to") ?? "csv").command(asked),
};

const storing: ElsewhereWord = {
  takes: ["table", "store"],
  command: ({ rest }) => `logpipe run 'parse | sink ./logpipe-store' ${rest("FILE")}`,
};

const limit: ElsewhereWord = {
  takes: ["n"],
  command: (asked) =>
    `logpipe parse ${asked.restButNumbers("FILE")} | logpipe filter --max-count ${asked.count() ?? asked.firstNumber() ?? 10} true`,
};

const group: ElsewhereWord = {
  takes: ["by", "g", "a", "f"],
  command: (asked) => {
    const by = asked.value("by", "g") ?? asked.firstThatIsNoFile("level");
    return `logpipe top ${quotedForShell(by)} ${asked.rest("FILE")}`;
  },
};

const pass = (command: string): ElsewhereWord => ({
  command: ({ rest }) => `logpipe ${command} ${rest("FILE")}`,
});
const plain = (command: string): ElsewhereWord => ({ command: () => command });

const edit: ElsewhereWord = {
  takes: ["e", "f", "F"],
  command: (asked) => {
    const script = asked.first("s/secret/***/");
    const found = /^s([/|#,])(.*?)\1(.*?)\1/.exec(script);
    const replace =
      found === null
        ? `message=message.replace("old", "new")`
        : `message=message.replace(${JSON.stringify(found[2])}, ${JSON.stringify(found[3])})`;
    return `logpipe parse ${asked.rest("FILE")} | logpipe enrich --set ${quotedForShell(replace)}`;
  },
};

const awk: ElsewhereWord = {
  takes: ["F", "v", "f"],
  command: (asked) => {
    const program = asked.first("{print}");
    const found = /^\/(.*)\/$/.exec(program.replace(/\s*\{\s*print\s*(?:\$0)?\s*\}\s*$/, ""));
    const files = asked.rest("FILE");
    return found === null
      ? sql("SELECT path, status FROM stdin", files)
      : `logpipe ${files} --grep-regex ${quotedForShell(found[1]!)}`;
  },
};

const jq: ElsewhereWord = {
  command: (asked) => {
    const program = asked.first(".");
    const path = /^\.([\w.]+)$/.exec(program)?.[1];
    const files = asked.rest("FILE");
    const condition = /^select\(\.([\w.]+)\s*(==|!=|>=|<=|>|<)\s*(.+)\)$/.exec(program);
    if (condition !== null)
      return `logpipe parse ${files} | logpipe filter ${quotedForShell(condition.slice(1).join(" "))}`;
    if (path === undefined) return `logpipe parse ${files} | jq ${quotedForShell(program)}`;
    return sql(`SELECT ${path} FROM stdin`, files);
  },
};

const order: ElsewhereWord = {
  takes: ["k", "t", "key"],
  command: (asked) =>
    asked.has("r", "reverse")
      ? `logpipe parse ${asked.rest("FILE")} | logpipe sort --by timestamp --reverse | logpipe view`
      : `logpipe parse ${asked.rest("FILE")} | logpipe sort`,
};

const tac: ElsewhereWord = { command: ({ rest }) => `logpipe parse ${rest("FILE")} | tac | logpipe view` };

/** A query over what stands in a file, which is a table by its name; of several, a pipe into one. */
function sql(statement: string, files: string): string {
  const name = /^(?:[\w.-]+\/)*([A-Za-z]\w*)\.[\w.]+$/.exec(files)?.[1];
  if (name !== undefined)
    return `logpipe query ${quotedForShell(statement.replace(/\bstdin\b/, name))} ${files}`;
  return `logpipe parse ${files} | logpipe query ${quotedForShell(statement)}`;
}

/** Whether a text has signs that only a pattern has. */
function looksLikePattern(text: string): boolean {
  return /[\\^$*+?|]|\.\*|\[[^\]]+\]|\{\d/.test(text);
}

const WORDS: Readonly<Record<string, ElsewhereWord>> = table({
  ...{
    cat: show,
    zcat: show,
    gzcat: show,
    zstdcat: show,
    bat: show,
    less: show,
    more: show,
    show,
    open: show,
  },
  ...{ read: show, print: show, display: show, lnav: show, hl: show, zless: show, see: show, dump: show },
  ...{ head, first: head, take: head, tail, last: tail, follow, watch: follow, live: follow, stream: follow },
  ...{ tailf: follow, logs: follow },
  ...{ grep, egrep: grep, fgrep: grep, zgrep: grep, rg: grep, ag: grep, ack: grep, search: grep, find: grep },
  ...{ match: grep, where, having: where, when: where, only: where, keep: where },
  ...{ uniq, unique: uniq, dedup: uniq, deduplicate: uniq },
  ...{ cut: fields, fields, columns: fields, project: fields, select, sql: select, ask: select },
  ...{ join, lookup: join, enrichment: join },
  ...{ csv: toFormat("csv"), tsv: toFormat("tsv"), json: toFormat("json"), table: toFormat("table") },
  ...{
    parquet: toFormat("parquet"),
    markdown: toFormat("md"),
    md: toFormat("md"),
    ndjson: pass("parse"),
    jsonl: pass("parse"),
  },
  ...{ export: exporting, convert: exporting, to: exporting, save: exporting, write: exporting },
  ...{ import: storing, load: storing, insert: storing, index: storing, append: storing },
  ...{
    limit,
    group,
    groupby: group,
    "group-by": group,
    by: group,
    aggregate: group,
    agg: group,
    summarize: group,
  },
  ...{ sed: edit, replace: edit, awk, gawk: awk, mlr: awk, jq, tac, reverse: tac, order },
  ...{
    anonymize: ofEvents("redact"),
    anonymise: ofEvents("redact"),
    mask: ofEvents("redact"),
    scrub: ofEvents("redact"),
  },
  ...{
    cluster: pass("patterns"),
    templates: pass("patterns"),
    anomalies: ofEvents("detect"),
    detectors: ofEvents("detect"),
  },
  ...{
    concat: pass("merge"),
    paste: pass("merge"),
    interleave: pass("merge"),
  },
  ...countingWords,
  ...{ pretty: show, fmt: show },
  ...{ formats: plain("logpipe help formats"), expressions: plain("logpipe help expressions") },
  ...{ recipes: plain("logpipe help recipes"), examples: plain("logpipe help recipes") },
  ...{
    server: plain("logpipe help query"),
    serve: plain("logpipe help query"),
    agent: plain("logpipe help run"),
  },
  ...{
    daemon: plain("logpipe help run"),
    pipeline: plain("logpipe help run"),
  },
  ...{ man: plain("logpipe help --man | man -l -"), settings: plain("logpipe config") },
  ...{
    tables: plain("logpipe store info"),
    ls: plain("logpipe store info"),
    du: plain("logpipe store info"),
  },
  ...{
    vacuum: plain("logpipe store vacuum"),
    delete: plain("logpipe store delete"),
    rm: plain("logpipe store delete"),
  },
  ...{ retention: plain("logpipe store retention"), history: plain("logpipe store history") },
  ...{ schema: plain("logpipe store schema"), verify: plain("logpipe store verify") },
  ...{
    repair: plain("logpipe store repair"),
    optimize: plain("logpipe compact"),
    gc: plain("logpipe store vacuum"),
  },
});
