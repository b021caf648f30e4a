/** Patterns that are known from before: a summary that `patterns` has printed. */
import { failure } from "../../base/errors/index.js";
import { textMs } from "../../event/time/instant.js";
import { templateFromText } from "../../sketch/templates/saved.js";
import type { Template } from "../../sketch/templates/template.js";

/** The patterns of a summary as NDJSON. Throws usage.bad-value for anything else, naming the line. */
export function readBaseline(path: string, text: string): Template[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line, n) => {
    const template = templateOf(line, n);
    if (template !== undefined) return template;
    throw failure("usage.bad-value", {
      option: "--baseline",
      value: path,
      reason: `record ${n + 1} is no pattern`,
      hint: "give it what `logpipe patterns` has written before: `logpipe patterns app.log -o known.ndjson`",
    });
  });
}

function templateOf(line: string, order: number): Template | undefined {
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof record !== "object" || record === null) return undefined;
  const {
    pattern_id: id,
    pattern,
    example,
    first_seen: first,
    last_seen: last,
  } = record as Record<string, unknown>;
  if (typeof id !== "string" || typeof pattern !== "string") return undefined;
  const template = templateFromText(id, order, pattern);
  template.example = typeof example === "string" ? example : "";
  template.firstMs = typeof first === "string" ? textMs(first) : Number.NaN;
  template.lastMs = typeof last === "string" ? textMs(last) : Number.NaN;
  return template;
}
