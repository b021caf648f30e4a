#!/usr/bin/env node
// Grouping accuracy of `patterns` over log sets whose templates are known (loghub: SET/SET_2k.log_structured*.csv):
//
//   node bench/patterns-accuracy.mjs [--published GA.csv] [--mistakes] DIRECTORY...
//
// A line is grouped rightly when the set of lines that were given its pattern is the set of lines that have its
// template in truth. (J. Zhu et al., "Tools and Benchmarks for Automated Log Parsing", ICSE 2019.) As there, only the
// column Content of a line is read, the lines in their order, with one setting for all sets. "summary": the patterns
// once all lines are read; "annotated": those that each line was given at its turn, as --annotate gives them. DIRECTORY
// holds a directory a set.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { current } from "../dist/lib/sketch/templates/template.js";
import { TemplateMiner } from "../dist/lib/sketch/templates/templates.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { published: { type: "string" }, mistakes: { type: "boolean", default: false } },
});

const PEERS = ["Drain", "Spell", "ULP", "Brain"];
const published = values.published === undefined ? new Map() : readPublished(values.published);

if (positionals.length === 0) {
  process.stderr.write("usage: bench/patterns-accuracy.mjs [--published GA.csv] [--mistakes] DIRECTORY...\n");
  process.exitCode = 2;
}
for (const directory of positionals) report(directory);

function report(directory) {
  const heading = ["set", "summary", "annotated", "patterns", "truth", ...(published.size > 0 ? PEERS : [])];
  const rows = [];
  for (const set of readdirSync(directory).sort()) {
    const file = readdirSync(join(directory, set)).find((name) =>
      /_structured(?:_corrected)?\.csv$/.test(name),
    );
    if (file !== undefined) rows.push(rowOf(set, join(directory, set, file)));
  }
  const numbers = (column) =>
    rows.map((row) => row[column]).filter((value) => value !== undefined && value !== "");
  const mean = (column) =>
    numbers(column).reduce((sum, value) => sum + Number(value), 0) / numbers(column).length;
  rows.push(
    heading.map((name, n) => (n === 0 ? "mean" : name === "patterns" || name === "truth" ? "" : mean(n))),
  );
  process.stdout.write(`${directory}\n\n| ${heading.join(" | ")} |\n|${"---|".repeat(heading.length)}\n`);
  for (const row of rows) process.stdout.write(`| ${row.map(shown).join(" | ")} |\n`);
  process.stdout.write("\n");
}

function rowOf(set, path) {
  const [head, ...lines] = readCsv(readFileSync(path, "utf8"));
  const content = head.indexOf("Content");
  const template = head.indexOf("EventTemplate");
  const truth = lines.map((line) => line[template]);
  const miner = new TemplateMiner();
  const given = lines.map((line) => {
    const bytes = Buffer.from(line[content]);
    const found = miner.add(bytes, 0, bytes.length);
    found.observe(Number.NaN, undefined);
    return found;
  });
  const annotated = given.map(({ id }) => id);
  miner.refine();
  const summary = given.map((found) => current(found)?.id ?? "");
  if (values.mistakes) printMistakes(set, summary, truth, (n) => current(given[n])?.text);
  const peers = published.size === 0 ? [] : PEERS.map((peer) => published.get(set)?.[peer]);
  return [
    set,
    accuracy(summary, truth),
    accuracy(annotated, truth),
    new Set(summary).size,
    new Set(truth).size,
    ...peers,
  ];
}

function accuracy(given, truth) {
  const sizes = groupsOf(truth);
  let right = 0;
  for (const lines of groupsOf(given).values()) {
    const first = truth[lines[0]];
    const isRight = lines.every((n) => truth[n] === first) && sizes.get(first).length === lines.length;
    if (isRight) right += lines.length;
  }
  return right / truth.length;
}

function printMistakes(set, given, truth, textOf) {
  const sizes = groupsOf(truth);
  for (const lines of groupsOf(given).values()) {
    const wanted = [...new Set(lines.map((n) => truth[n]))];
    if (wanted.length === 1 && sizes.get(wanted[0]).length === lines.length) continue;
    process.stdout.write(`${set}: ${lines.length} lines as ${textOf(lines[0])}\n`);
    for (const template of wanted)
      process.stdout.write(`    ${sizes.get(template).length} lines are ${template}\n`);
  }
}

function groupsOf(labels) {
  const groups = new Map();
  labels.forEach((label, n) => {
    const group = groups.get(label);
    if (group === undefined) groups.set(label, [n]);
    else group.push(n);
  });
  return groups;
}

/** By set and parser: "dataset,AEL,Brain,...". */
function readPublished(path) {
  const [[, ...parsers], ...rows] = readCsv(readFileSync(path, "utf8"));
  return new Map(
    rows.map(([set, ...cells]) => [
      set,
      Object.fromEntries(parsers.map((name, n) => [name, cells[n] || undefined])),
    ]),
  );
}

/** RFC 4180, either line end. */
function readCsv(text) {
  const rows = [];
  let row = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/gy;
  for (const [, quoted, plain, end] of text.matchAll(cell)) {
    if (end === "" && plain === "" && row.length === 0) break;
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    rows.push(row);
    row = [];
    if (end === "") break;
  }
  return rows;
}

function shown(value) {
  if (value === undefined) return "";
  const isShare =
    typeof value === "string" ? /^[01](?:\.\d+)?$/.test(value) : !Number.isInteger(value) || value === 1;
  return isShare ? Number(value).toFixed(4) : String(value);
}
