/** TAP, version 14 (https://testanything.org/tap-version-14-specification.html). */
import { differenceLines, type TestResults, titleOf } from "./results.js";

export function tapReport({ cases, skipped, coverage }: TestResults): string {
  const lines = ["TAP version 14", `1..${cases.length + skipped}`];
  for (const [n, one] of cases.entries()) {
    const word = one.state === "failed" ? "not ok" : "ok";
    lines.push(`${word} ${n + 1} - ${described(`${one.file}: ${titleOf(one)}`)}`);
    if (one.state !== "failed") continue;
    lines.push("  ---", `  at: ${JSON.stringify(one.place)}`, "  message: |-");
    // A block text takes lines as they are, but no control characters.
    for (const { kind, text } of differenceLines(one))
      lines.push(`    ${kind === "what" ? "" : "  "}${plain(text)}`);
    lines.push("  ...");
  }
  for (let n = 0; n < skipped; n++)
    lines.push(`ok ${cases.length + n + 1} - not tried # SKIP a test before it failed`);
  for (const { gaps } of coverage)
    for (const { name, reason } of gaps) lines.push(`# not covered: ${plain(`${name}: ${reason}`)}`);
  return `${lines.join("\n")}\n`;
}

/** `#` begins a directive, and a backslash takes its meaning. */
function described(text: string): string {
  return plain(text).replace(/[\\#]/g, "\\$&").trim();
}

function plain(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028\u2029\ufeff]/gu,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
