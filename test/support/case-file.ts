/**
 * Golden cases. A case file says in prose why it exists, then has sections:
 *
 *     Repeated flags add up.
 *
 *     run:
 *     logpipe enrich --set a=1 --set b=2
 *
 *     stdin:
 *     {"n":1}
 *
 *     stdout:
 *     {"n":1,"a":"1","b":"2"}
 *
 * Sections: `run` (a line of bash), `stdin`, `stdout`, `stderr`, `exit`, `file NAME`. What is absent is empty, exit is
 * 0. One blank line before a section belongs to the layout. `stdin (no newline at end):` drops the last newline; `stdin
 * (escaped):` reads \n, \r, \t, \\ and \xNN, a line break meaning nothing. In stdout and stderr `$DIR` is the directory
 * of the case.
 */
export interface CaseFile {
  readonly heading: string;
  readonly sections: readonly Section[];
}

export interface Section {
  /** `run`, `stdin`, `file access.log`. */
  readonly name: string;
  readonly mark: "plain" | "no newline at end" | "escaped";
  readonly content: Buffer;
}

const HEADER = /^(run|stdin|stdout|stderr|exit|file [^():]+?)(?: \((no newline at end|escaped)\))?:$/;

export function parseCase(text: string): CaseFile {
  const heading: string[] = [];
  const found: { name: string; mark: Section["mark"]; lines: string[] }[] = [];
  for (const line of text.replace(/\n$/, "").split("\n")) {
    const match = HEADER.exec(line);
    if (match !== null) {
      const mark = (match[2] ?? "plain") as Section["mark"];
      found.push({ name: match[1]!, mark, lines: [] });
    } else (found.at(-1)?.lines ?? heading).push(line);
  }
  const sections = found.map(({ name, mark, lines }, index) => {
    const isLast = index === found.length - 1;
    if (!isLast && lines.at(-1) === "") lines.pop();
    return { name, mark, content: contentOf(lines, mark) };
  });
  return { heading: heading.join("\n").trim(), sections };
}

export function printCase({ heading, sections }: CaseFile): string {
  const parts = sections.map((section) => {
    const mark = section.mark === "plain" ? "" : ` (${section.mark})`;
    return `${section.name}${mark}:\n${textOf(section)}`;
  });
  return `${heading}\n\n${parts.join("\n")}`;
}

/** The section's content; empty when there is none. */
export function sectionOf(file: CaseFile, name: string): Buffer {
  return file.sections.find((section) => section.name === name)?.content ?? Buffer.alloc(0);
}

/** The file with the content of one section replaced, added or, when it is empty, taken away. */
export function withSection(file: CaseFile, name: string, content: Buffer): CaseFile {
  const rest = file.sections.filter((section) => section.name !== name);
  if (content.length === 0) return { ...file, sections: rest };
  const section = { name, mark: markFor(content), content };
  const at = file.sections.findIndex((known) => known.name === name);
  const sections =
    at < 0 ? [...rest, section] : file.sections.map((known, i) => (i === at ? section : known));
  return { ...file, sections };
}

function markFor(content: Buffer): Section["mark"] {
  const text = content.toString();
  const isPlain = Buffer.from(text).equals(content) && !/[\u0000-\u0008\u000b-\u001f\u007f\ufeff]/.test(text);
  if (!isPlain || text.split("\n").some((line) => HEADER.test(line))) return "escaped";
  return text.endsWith("\n") ? "plain" : "no newline at end";
}

function contentOf(lines: readonly string[], mark: Section["mark"]): Buffer {
  if (mark === "escaped") return unescapeBytes(lines.join(""));
  const text = lines.join("\n");
  if (mark === "no newline at end" || lines.length === 0) return Buffer.from(text);
  return Buffer.from(`${text}\n`);
}

function textOf(section: Section): string {
  if (section.mark === "escaped") return `${escapeBytes(section.content)}\n`;
  return section.mark === "no newline at end" ? `${section.content}\n` : section.content.toString();
}

function unescapeBytes(text: string): Buffer {
  const simple: Record<string, string> = { n: "\n", r: "\r", t: "\t", "\\": "\\" };
  const parts = text.split(/(\\x[0-9a-fA-F]{2}|\\.)/s).map((part) => {
    if (!part.startsWith("\\")) return Buffer.from(part);
    if (part[1] === "x") return Buffer.from(part.slice(2), "hex");
    const known = simple[part[1]!];
    if (known === undefined) throw new Error(`unknown escape ${part}`);
    return Buffer.from(known);
  });
  return Buffer.concat(parts);
}

/** One line of the file for each line of the content. */
function escapeBytes(content: Buffer): string {
  let out = "";
  for (const byte of content) {
    if (byte === 0x0a) out += "\\n\n";
    else if (byte === 0x5c) out += "\\\\";
    else if (byte >= 0x20 && byte < 0x7f) out += String.fromCharCode(byte);
    else out += `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  const lines = out.replace(/\n$/, "").split("\n");
  return lines.map((line) => (HEADER.test(line) ? line.replace(/:$/, "\\x3a") : line)).join("\n");
}
