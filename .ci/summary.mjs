#!/usr/bin/env node
// What the reports of all parts of the suite say together, as `PASSED FAILED SKIPPED`: `summary.mjs DIRECTORY`, where
// `tests-NAME.json` is what vitest found, and `again-NAME.json` what it found in the files that were run once more.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [directory] = process.argv.slice(2);
const resultsOf = (name) => {
  const path = join(directory, name);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).testResults : [];
};

const count = { passed: 0, failed: 0, skipped: 0 };
for (const name of readdirSync(directory).filter((name) => /^tests-.*\.json$/.test(name))) {
  const again = new Map(resultsOf(name.replace("tests-", "again-")).map((result) => [result.name, result]));
  for (const first of resultsOf(name)) {
    const { status, assertionResults } = again.get(first.name) ?? first;
    const number = (wanted) => assertionResults.filter((result) => result.status === wanted).length;
    const failed = number("failed");
    count.passed += number("passed");
    // A file can fail before its first test.
    count.failed += status === "failed" && failed === 0 ? 1 : failed;
    count.skipped += assertionResults.length - number("passed") - failed;
  }
}
console.log(count.passed, count.failed, count.skipped);
