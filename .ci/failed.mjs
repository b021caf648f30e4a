#!/usr/bin/env node
// Names the test files in which something failed, a line each: `failed.mjs REPORT.json`.
import { readFileSync } from "node:fs";
import { relative } from "node:path";

const { testResults } = JSON.parse(readFileSync(process.argv[2], "utf8"));
for (const { name, status, assertionResults } of testResults) {
  const hasFailed = status === "failed" || assertionResults.some((result) => result.status === "failed");
  if (hasFailed) console.log(relative(process.cwd(), name));
}
