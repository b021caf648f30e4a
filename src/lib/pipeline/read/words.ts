/** Splits the text of a quoted pipeline into stages and words the way a shell does. */
import { failure } from "../../base/errors/index.js";

export interface Word {
  readonly text: string;
  /** Where it begins in the pipeline's text, in UTF-16 units, its quote included. */
  readonly offset: number;
}

export interface Segment {
  /** At least one: the name of the stage. */
  readonly words: readonly Word[];
}

/**
 * `parse -f "regex:a|b" | sink` is two segments. Single quotes keep everything, double quotes keep all but `\"`, `\\`,
 * a backslash outside quotes keeps the next character. No variables, no globs, no redirection. Throws usage.syntax.
 */
export function splitPipeline(text: string): readonly Segment[] {
  const scanner = new Scanner(text);
  const segments: Segment[] = [];
  let words: Word[] = [];
  for (let token = scanner.next(); ; token = scanner.next()) {
    if (token.kind === "word") {
      words.push(token.word);
      continue;
    }
    if (words.length > 0 && words[0]!.text === "logpipe") words = words.slice(1);
    if (words.length === 0) throw emptySegment(text, token.offset, segments.length, token.kind);
    segments.push({ words });
    words = [];
    if (token.kind === "end") return segments;
  }
}

type Token = { kind: "word"; word: Word } | { kind: "bar"; offset: number } | { kind: "end"; offset: number };

const SPACE = /\s/;
/** What a shell would act on, and we do not. */
const SHELL_WORDS = new Set([">", ">>", "<", "2>", "&", "&&", ";"]);

class Scanner {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  next(): Token {
    while (this.at < this.text.length && SPACE.test(this.text[this.at]!)) this.at++;
    const offset = this.at;
    if (offset >= this.text.length) return { kind: "end", offset };
    if (this.text[offset] === "|") {
      this.at++;
      return { kind: "bar", offset };
    }
    const word = { text: this.word(), offset };
    if (SHELL_WORDS.has(this.text.slice(offset, this.at))) throw noShell(this.text, offset);
    return { kind: "word", word };
  }

  private word(): string {
    let out = "";
    while (this.at < this.text.length) {
      const c = this.text[this.at]!;
      if (c === "|" || SPACE.test(c)) break;
      if (c === "'") out += this.singleQuoted();
      else if (c === '"') out += this.doubleQuoted();
      else if (c === "\\") out += this.escaped();
      else {
        out += c;
        this.at++;
      }
    }
    return out;
  }

  private singleQuoted(): string {
    const open = this.at;
    const close = this.text.indexOf("'", open + 1);
    if (close < 0) throw unclosed(this.text, open, "single quote");
    this.at = close + 1;
    return this.text.slice(open + 1, close);
  }

  private doubleQuoted(): string {
    const open = this.at++;
    let out = "";
    for (;;) {
      const c = this.text[this.at++];
      if (c === undefined) throw unclosed(this.text, open, "double quote");
      if (c === '"') return out;
      const next = this.text[this.at];
      if (c === "\\" && (next === '"' || next === "\\")) {
        out += next;
        this.at++;
      } else out += c;
    }
  }

  private escaped(): string {
    const next = this.text[this.at + 1];
    if (next === undefined) {
      throw fault(
        this.text,
        this.at,
        "nothing follows this backslash",
        "write \\\\ for a backslash, or quote the word",
      );
    }
    this.at += 2;
    return next;
  }
}

function fault(text: string, offset: number, reason: string, hint?: string) {
  return failure("usage.syntax", { what: "pipeline", text, offset, reason, hint });
}

function unclosed(text: string, offset: number, what: string) {
  return fault(text, offset, `this ${what} is never closed`, "close it, or put a backslash before it");
}

function noShell(text: string, offset: number) {
  return fault(
    text,
    offset,
    "the quoted pipeline is not a shell",
    "redirect outside the quotes, or use -o FILE; quote the word to pass it on",
  );
}

function emptySegment(text: string, offset: number, segmentsBefore: number, kind: "bar" | "end") {
  if (kind === "end" && segmentsBefore === 0)
    return fault(text, 0, "the pipeline is empty", "write stages: 'parse | sink ./store'");
  if (kind === "end") return fault(text, text.lastIndexOf("|", offset), "a stage is missing after this bar");
  const isFirst = segmentsBefore === 0;
  return fault(
    text,
    offset,
    isFirst ? "a stage is missing before this bar" : "a stage is missing between the bars",
  );
}
