// Enter here: formats of users (`regex:`, `grok:`, `dissect:`, `template:`) and the files they keep them in.
/** Everything that a user wrote in files for `--format` to use, and the formats that are patterns. */
import { failure } from "../../base/errors/index.js";
import type { FormatSpec } from "../format-spec.js";
import { dissectFormat } from "./dissect.js";
import { grokFormat } from "./grok/grok.js";
import type { GrokDefinitions } from "./grok/grok-definitions.js";
import type { PatternFormat } from "./pattern-format.js";
import { regexFormat } from "./regex.js";
import { templateFormat } from "./template/template.js";

/** The kinds of `--format` that a pattern follows. */
export const PATTERN_KINDS = ["regex", "grok", "dissect", "template"] as const;

/** Whether `spec` is `regex:...`, `grok:...`, `dissect:...` or `template:...`. */
export function isPattern(spec: string): boolean {
  return PATTERN_KINDS.some((kind) => spec.startsWith(`${kind}:`));
}

/** The format of a pattern; undefined for any other `spec`. Throws usage.syntax. */
export function patternFormat(
  { spec, what }: FormatSpec,
  definitions: GrokDefinitions | undefined,
): PatternFormat | undefined {
  const kind = PATTERN_KINDS.find((name) => spec.startsWith(`${name}:`));
  if (kind === undefined) return undefined;
  const pattern = spec.slice(kind.length + 1);
  const place = what === "--format" ? `${what} ${kind}` : what;
  if (kind === "grok") return grokFormat(pattern, definitions, place);
  if (kind === "regex") return regexFormat(pattern, place);
  return kind === "dissect" ? dissectFormat(pattern, place) : templateFormat(pattern, place);
}

/** More patterns than this are tried one after the other on no line. */
const PATTERNS_MAX = 10_000;

/**
 * The patterns of a file, in order: a line is what `--format` takes (`grok:...`, `template:...`, `syslog`), or a
 * pattern alone, which is grok where it has a `%{`, and else a regular expression. Lines that begin with `#` and empty
 * ones are passed over. Throws usage.file for a file without patterns.
 */
export function readPatterns(text: string, path: string): FormatSpec[] {
  if (text.includes("\0")) throw failure("usage.file", { place: path, reason: "it is no text file" });
  const specs: FormatSpec[] = [];
  for (const [n, whole] of text
    .replace(/^\ufeff/, "")
    .split("\n")
    .entries()) {
    const line = whole.endsWith("\r") ? whole.slice(0, -1) : whole;
    if (/^\s*(?:#|$)/.test(line)) continue;
    specs.push({ spec: specOf(line), what: `${path}:${n + 1}` });
  }
  const hint = "write a pattern a line, such as: template:{time} {level} {message}";
  if (specs.length === 0) throw failure("usage.file", { place: path, reason: "it has no patterns", hint });
  if (specs.length > PATTERNS_MAX)
    throw failure("usage.file", { place: path, reason: `it has more than ${PATTERNS_MAX} patterns`, hint });
  return specs;
}

function specOf(line: string): string {
  const text = line.trimStart();
  if (isPattern(text)) return text;
  if (/^[\w-]+\s*$/.test(text)) return text.trimEnd();
  return line.includes("%{") ? `grok:${line}` : `regex:${line}`;
}
