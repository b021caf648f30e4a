/** JUnit's XML, as Jenkins, GitLab and GitHub's reporters read it: a suite a file, a case a test. */
import { type CaseResult, differenceLines, type TestResults, titleOf } from "./results.js";

export function junitReport({ cases, skipped }: TestResults): string {
  const files = [...new Set(cases.map(({ file }) => file))];
  const suites = files.map((file) =>
    suiteOf(
      file,
      cases.filter((one) => one.file === file),
    ),
  );
  const failed = cases.filter(({ state }) => state === "failed").length;
  const attributes = `tests="${cases.length + skipped}" failures="${failed}" skipped="${skipped}" time="${seconds(cases)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="logpipe test" ${attributes}>`,
    ...suites,
    "</testsuites>",
    "",
  ].join("\n");
}

function suiteOf(file: string, cases: readonly CaseResult[]): string {
  const failed = cases.filter(({ state }) => state === "failed").length;
  const attributes = `tests="${cases.length}" failures="${failed}" errors="0" skipped="0" time="${seconds(cases)}"`;
  return [
    `  <testsuite name="${escaped(file)}" ${attributes}>`,
    ...cases.map((one) => caseOf(one)),
    "  </testsuite>",
  ].join("\n");
}

function caseOf(one: CaseResult): string {
  const [, line] = /:(\d+):\d+$/.exec(one.place) ?? [];
  const where = `file="${escaped(one.file)}"${line === undefined ? "" : ` line="${line}"`}`;
  const head = `    <testcase classname="${escaped(one.file)}" name="${escaped(titleOf(one))}" ${where} time="${seconds([one])}"`;
  if (one.state !== "failed") return `${head}/>`;
  const lines = differenceLines(one);
  const text = lines.map(({ kind, text }) => `${kind === "what" ? "" : "  "}${text}`).join("\n");
  const message = escaped(lines[0]?.text ?? "failed");
  return `${head}>\n      <failure type="expectation" message="${message}">${escapedText(text)}</failure>\n    </testcase>`;
}

function seconds(cases: readonly CaseResult[]): string {
  return (cases.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000).toFixed(3);
}

/** In an element line ends stay as they are. */
function escapedText(text: string): string {
  return text.split("\n").map(escaped).join("\n");
}

/** XML 1.0 has no control characters and no halves of surrogate pairs, not even escaped: they are written in words. */
function escaped(text: string): string {
  return text
    .replace(
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
    )
    .replace(/[&<>"'\t\n\r]/g, (c) => `&#${c.charCodeAt(0)};`);
}
