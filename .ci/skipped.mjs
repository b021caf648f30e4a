#!/usr/bin/env node
// Names the tests that vitest skipped: `skipped.mjs REPORT.json MISSING`, MISSING being the programs that could not be
// had, separated by spaces. A skipped test passes only if its name speaks of one of those.
import { readFileSync } from "node:fs";

const [report, missing = ""] = process.argv.slice(2);
const programs = missing.split(" ").filter((program) => program !== "");

const { testResults } = JSON.parse(readFileSync(report, "utf8"));
const skipped = testResults
  .flatMap(({ assertionResults }) => assertionResults)
  .filter(
    ({ status }) =>
      status === "pending" || status === "skipped" || status === "todo" || status === "disabled",
  )
  .map(({ fullName }) => fullName);

let faults = 0;
for (const name of skipped) {
  const program = programs.find((known) => name.toLowerCase().includes(known.toLowerCase()));
  if (program === undefined) faults += 1;
  process.stdout.write(
    `${program === undefined ? "SKIPPED WITHOUT NEED" : `skipped, no ${program} here`}: ${name}\n`,
  );
}
process.exitCode = faults === 0 ? 0 : 1;
