/** The report that people read. */
import { countOf } from "../../base/size.js";
import type { Output } from "../../pipeline/contract/terminal.js";
import { paletteOf } from "../../terminal/colours.js";
import { escapeControls } from "../../terminal/escape.js";
import { type DiffLine, differenceLines, type TestResults, titleOf } from "./results.js";

/** `showsCoverage`: what no test has tried is listed, and not only counted. */
export function textReport(
  { cases, coverage, skipped }: TestResults,
  output: Pick<Output, "hasColour">,
  showsCoverage: boolean,
): string {
  const { good, bad, warning, dim, heading } = paletteOf(output);
  const paints: Readonly<Record<DiffLine["kind"], (text: string) => string>> = {
    what: (text) => text,
    expected: bad,
    actual: good,
    hint: dim,
  };
  const lines: string[] = [];
  for (const [n, one] of cases.entries()) {
    if (n === 0 || cases[n - 1]!.file !== one.file) lines.push(heading(escapeControls(one.file)));
    const mark = { ok: good("ok     "), failed: bad("failed "), updated: warning("updated") }[one.state];
    lines.push(`  ${mark}  ${escapeControls(titleOf(one))}`);
    for (const [at, events] of one.written)
      lines.push(`    ${escapeControls(`at ${at}: ${countOf(events, "event")} written down`)}`);
    if (one.state !== "ok")
      for (const { kind, text } of differenceLines(one))
        lines.push(`    ${kind === "what" ? "" : "  "}${paints[kind](escapeControls(text))}`);
  }
  const gaps = coverage.flatMap(({ file, gaps }) => gaps.map((gap) => ({ file, ...gap })));
  if (showsCoverage && gaps.length > 0) {
    lines.push(heading("no test covers"));
    for (const { file, name, place, reason } of gaps)
      lines.push(`  ${escapeControls(`${name}: ${reason}`)} ${dim(`(${escapeControls(place ?? file)})`)}`);
  }
  lines.push(summaryOf({ cases, coverage, skipped }, gaps.length));
  return `${lines.join("\n")}\n`;
}

/** `12 tests: 11 ok, 1 failed; 2 places are not covered`. */
function summaryOf({ cases, skipped }: TestResults, gaps: number): string {
  const count = (state: string) => cases.filter((one) => one.state === state).length;
  const states = ["ok", "failed", "updated"].flatMap((state) =>
    count(state) === 0 ? [] : [`${count(state)} ${state}`],
  );
  const left = skipped === 0 ? [] : [`${skipped} not tried`];
  const covered = gaps === 0 ? "" : `; ${countOf(gaps, "place")} not covered`;
  return `${countOf(cases.length + skipped, "test")}: ${[...states, ...left].join(", ")}${covered}`;
}
