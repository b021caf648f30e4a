/** The Markdown of our pages as text for a terminal: wrapped, tables aligned, code as it is. */
import stringWidth from "string-width";
import type { HelpLooks } from "./help.js";

const WIDEST = 100;
const INDENT = "    ";

export function markdownText(markdown: string, { hasColour, columns }: HelpLooks): string {
  const width = Math.min(WIDEST, Math.max(40, columns));
  const bold = (text: string) => (hasColour ? `\u001b[1m${text}\u001b[22m` : text);
  const out: string[] = [];
  for (const block of blocksOf(markdown)) {
    const text = blockText(block, width, bold);
    if (text !== "") out.push(text);
  }
  return `${out.join("\n\n")}\n`;
}

interface Piece {
  readonly kind: "code" | "table" | "heading" | "list" | "text";
  readonly lines: readonly string[];
}

function blocksOf(markdown: string): readonly Piece[] {
  const pieces: Piece[] = [];
  const lines = markdown.replace(/<!--[\s\S]*?-->/g, "").split("\n");
  for (let n = 0; n < lines.length; ) {
    const start = n;
    const kind = kindOf(lines[n]!);
    if (kind === "code") {
      for (n++; n < lines.length && !lines[n]!.startsWith("```"); ) n++;
      pieces.push({ kind, lines: lines.slice(start + 1, n) });
      n++;
    } else if (lines[n]!.trim() === "") n++;
    else {
      // A list goes on in lines that are indented; text in any that begin nothing else.
      for (n++; n < lines.length && goesOn(kind, lines[n]!); ) n++;
      pieces.push({ kind, lines: lines.slice(start, n) });
    }
  }
  return pieces;
}

function kindOf(line: string): Piece["kind"] {
  if (line.startsWith("```")) return "code";
  if (line.startsWith("|")) return "table";
  if (/^#+ /.test(line)) return "heading";
  return /^(?:[-*]|\d+\.) /.test(line) ? "list" : "text";
}

function goesOn(kind: Piece["kind"], line: string): boolean {
  if (line.trim() === "" || kind === "heading") return false;
  if (kind === "list") return kindOf(line) === "list" || kindOf(line) === "text";
  return kindOf(line) === kind;
}

function blockText({ kind, lines }: Piece, width: number, bold: (text: string) => string): string {
  switch (kind) {
    case "code":
      return lines.map((line) => `${INDENT}${line}`.trimEnd()).join("\n");
    case "heading":
      return bold(inline(lines[0]!.replace(/^#+ /, "")));
    case "table":
      return tableText(lines, width);
    case "list":
      return listText(lines, width);
    default:
      return wrapped(inline(lines.join(" ")), width).join("\n");
  }
}

function listText(lines: readonly string[], width: number): string {
  const items: string[] = [];
  for (const line of lines) {
    if (/^(?:[-*]|\d+\.) /.test(line)) items.push(line);
    else items[items.length - 1] += ` ${line.trim()}`;
  }
  return items
    .map((item) => {
      const [mark = "- "] = /^(?:[-*]|\d+\.) +/.exec(item) ?? [];
      const body = wrapped(inline(item.slice(mark.length)), width - mark.length - 2);
      return `  ${mark}${body.join(`\n${" ".repeat(mark.length + 2)}`)}`;
    })
    .join("\n");
}

/** The last column takes what is left, and is wrapped; a table that has no room so becomes one line a cell. */
function tableText(lines: readonly string[], width: number): string {
  const rows = lines.filter((line) => !/^\|[\s|:-]+\|$/.test(line)).map(cellsOf);
  const kept = rows.filter((row) => row.some((cell) => cell !== ""));
  const count = Math.max(...kept.map((row) => row.length));
  const widths = Array.from({ length: count - 1 }, (_, n) =>
    Math.min(Math.floor(width / 3), Math.max(...kept.map((row) => stringWidth(row[n] ?? "")))),
  );
  const lead = widths.reduce((sum, one) => sum + one + 2, 2);
  const last = Math.max(20, width - lead);
  return kept
    .map((row) => {
      const columns = row.map((cell, n) => wrapped(cell, n < count - 1 ? widths[n]! : last));
      const height = Math.max(...columns.map((column) => column.length));
      return Array.from({ length: height }, (_, line) => {
        const cells = columns.map((column, n) => padded(column[line] ?? "", n < count - 1 ? widths[n]! : 0));
        return `  ${cells.join("  ")}`.trimEnd();
      }).join("\n");
    })
    .join("\n");
}

function cellsOf(row: string): readonly string[] {
  const inner = row.trim().replace(/^\|/, "").replace(/\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => inline(cell.trim().replaceAll("\\|", "|")));
}

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - stringWidth(text)));
}

/** A link whose text has code in it, and is cut where code is if it is not taken off before. */
const CODE_LINK = /!?\[((?:[^\]`]|`[^`]*`)*`[^`]*`(?:[^\]`]|`[^`]*`)*)\]\(([^)\s]*)\)/g;

/** Without marks: what they set apart is plain enough in a terminal. */
function inline(text: string): string {
  return text
    .replace(CODE_LINK, (_, code: string, to: string) => (/^https?:/.test(to) ? `${code} (${to})` : code))
    .split(/(`` .*? ``|`[^`]*`)/)
    .map((part, n) => (n % 2 === 1 ? part.replace(/^`` ?| ?``$|^`|`$/g, "") : withoutMarks(part)))
    .join("");
}

function withoutMarks(text: string): string {
  return text
    .replace(/!?\[([^\]]*)\]\((https?:[^)]*)\)/g, "$1 ($2)")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\*\*([^*]+)\*\*/g, "$1")
    .replace(/<br\s*\/?>/g, "; ")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && stringWidth(line) + 1 + stringWidth(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
