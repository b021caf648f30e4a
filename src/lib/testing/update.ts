/** Writes down what came out, in place: of the file no other byte changes. */
import type { Writing } from "./judge/judge.js";

/** The text with all of them. Those of one case that expects nothing yet come together, under one `expect:`. */
export function withSnapshots(text: string, writings: readonly Writing[]): string {
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const places = new Map<number, Writing[]>();
  for (const writing of writings) {
    const { start } = writing.writtenAt;
    places.set(start, [...(places.get(start) ?? []), writing]);
  }
  let written = text;
  for (const [, together] of [...places].sort(([a], [b]) => b - a)) {
    const { start, end } = spanOf(text, together[0]!);
    const replaced = snippetOf(together).replaceAll("\n", newline);
    // "name: " and what follows on the next line would leave a blank behind.
    const before = replaced.startsWith(newline) ? written.slice(0, start).trimEnd() : written.slice(0, start);
    const isEndless = end === text.length && !text.endsWith("\n");
    written = `${before}${replaced}${isEndless ? newline : ""}${written.slice(end)}`;
  }
  return written;
}

/** What is replaced. A block ends where its last line does, comments behind it included. */
function spanOf(text: string, { writtenAt }: Writing): { start: number; end: number } {
  const { kind, isFlow, start, end } = writtenAt;
  if (kind === "value" || isFlow) return { start, end };
  const last = text.slice(0, end).trimEnd().length;
  const lineEnd = text.indexOf("\n", last);
  const stop = lineEnd < 0 ? text.length : lineEnd;
  const isCarriage = text[stop - 1] === "\r" && stop > last;
  const to = isCarriage ? stop - 1 : stop;
  return kind === "case" ? { start: to, end: to } : { start, end: Math.max(start, to) };
}

function snippetOf(writings: readonly Writing[]): string {
  const [first] = writings;
  const { kind, indent, isFlow } = first!.writtenAt;
  const events = first!.lines;
  if (kind === "value")
    return isFlow
      ? `{ snapshot: ${flowList(events)} }`
      : `\n${" ".repeat(indent + 2)}snapshot:${blockList(events, indent + 4)}`;
  if (kind === "list") return isFlow ? `: ${flowList(events)}` : `:${blockList(events, indent + 2)}`;
  if (isFlow) {
    const all = writings.map(({ at, lines }) => `${keyText(at)}: { snapshot: ${flowList(lines)} }`);
    return `, expect: { ${all.join(", ")} }`;
  }
  const blank = " ".repeat(indent);
  const all = writings.map(
    ({ at, lines }) => `\n${blank}  ${keyText(at)}:\n${blank}    snapshot:${blockList(lines, indent + 6)}`,
  );
  return `\n${blank}expect:${all.join("")}`;
}

/** Events as JSON, which is YAML too, digit for digit. */
function blockList(lines: readonly string[], indent: number): string {
  if (lines.length === 0) return " []";
  return lines.map((line) => `\n${" ".repeat(indent)}- ${yamlText(line)}`).join("");
}

function flowList(lines: readonly string[]): string {
  return `[${lines.map(yamlText).join(", ")}]`;
}

/** Of JSON YAML refuses some characters that need no escape, and halves of pairs. */
function yamlText(line: string): string {
  return line.replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function keyText(name: string): string {
  return /^[A-Za-z_][\w.-]*$/.test(name) ? name : JSON.stringify(name);
}
