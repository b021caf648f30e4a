/**
 * What `parse` makes of other programs' test cases: `npm run score -- DIR [SUITE...] [--misses SUITE] [--json]`. DIR
 * holds the cases; none come with this project. A suite is a function from the directory to cases: the input, what is
 * wanted, what was got, and marks.
 */
import { existsSync } from "node:fs";
import { Data } from "./score/data.mjs";
import { suites } from "./score/suites.mjs";

const words = process.argv.slice(2);
const isJson = take("--json");
const missesOf = takeValue("--misses");
const markOf = takeValue("--mark");
const limit = Number(takeValue("--limit") ?? 40);
const [directory, ...asked] = words;

if (directory === undefined || !existsSync(directory)) {
  const reason = directory === undefined ? "no directory given" : `there is no directory ${directory}`;
  process.stderr.write(`score: ${reason}
  npm run score -- DIR [SUITE...] [--misses SUITE [--mark MARK] [--limit N]] [--json]
  DIR holds the cases (cases/*.jsonl and more); this project ships none.
  suites: ${Object.keys(suites).join(", ")}
`);
  process.exit(2);
}

await main(new Data(directory));

async function main(data) {
  const names = missesOf === undefined ? asked : [missesOf];
  const wanted = Object.keys(suites).filter(
    (name) => names.length === 0 || names.some((one) => name.startsWith(one)),
  );
  const table = [];
  for (const name of wanted) {
    const cases = await suites[name].run(data);
    if (missesOf !== undefined) printMisses(cases);
    table.push({ suite: name, about: suites[name].about, cases: cases.length, ...sharesOf(cases) });
  }
  if (isJson) process.stdout.write(`${JSON.stringify(table)}\n`);
  else for (const row of table) process.stdout.write(`${lineOf(row)}\n`);
}

/** Mark to `{hits, share}`. */
function sharesOf(cases) {
  const marks = {};
  for (const name of Object.keys(cases[0]?.marks ?? {})) {
    const hits = cases.filter((one) => one.marks[name]).length;
    marks[name] = { hits, share: Math.round((hits / cases.length) * 1000) / 10 };
  }
  return { marks };
}

function lineOf({ suite, cases, marks }) {
  const shares = Object.entries(marks).map(
    ([name, { hits, share }]) => `${name} ${share.toFixed(1)}% (${hits})`,
  );
  const text = cases === 0 ? "no cases in this directory" : shares.join("   ");
  return `${suite.padEnd(18)} ${String(cases).padStart(6)}  ${text}`;
}

function printMisses(cases) {
  const mark = markOf ?? Object.keys(cases[0]?.marks ?? {}).at(-1);
  const misses = cases.filter((one) => !one.marks[mark]);
  for (const { input, wanted, got, missing } of misses.slice(0, limit)) {
    const parts = [
      `input:  ${short(input)}`,
      ...(wanted === undefined ? [] : [`wanted: ${short(wanted)}`]),
      ...(missing === undefined ? [] : [`missing: ${missing.join(", ")}`]),
      `got:    ${short(got)}`,
    ];
    process.stdout.write(`${parts.join("\n")}\n\n`);
  }
  if (misses.length > limit) process.stdout.write(`... and ${misses.length - limit} more (--limit)\n`);
}

function short(value) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 1500 ? `${text.slice(0, 1500)}...` : text;
}

function take(word) {
  const at = words.indexOf(word);
  if (at !== -1) words.splice(at, 1);
  return at !== -1;
}

function takeValue(word) {
  const at = words.indexOf(word);
  return at === -1 ? undefined : words.splice(at, 2)[1];
}
