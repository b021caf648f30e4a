/** Detectors of the user: `--pattern NAME=REGEX`, in RE2's syntax, which takes time in proportion to the text. */
import { RE2JS } from "re2js";
import { failure } from "../../../base/errors/index.js";
import type { ByteSpan } from "../detectors/detector.js";

export interface Pattern {
  readonly name: string;
  /** Three bytes or more that every match begins with; undefined: nothing tells where one could be. */
  readonly literal: string | undefined;
  readonly findAll: (text: string) => Iterable<ByteSpan>;
}

/** Throws usage.bad-value. With a group in it, what the first group matches is found, else the whole match. */
export function readUserPattern(text: string): Pattern {
  const split = text.indexOf("=");
  const name = text.slice(0, Math.max(0, split));
  const source = text.slice(split + 1);
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(name) || source === "") {
    const hint = "write it like order=ORD-[0-9]{8}; names have small letters, digits and dashes";
    throw failure("usage.bad-value", {
      option: "--pattern",
      value: text,
      reason: "this is not NAME=REGEX",
      hint,
    });
  }
  const pattern = compiled(source, text);
  const group = pattern.groupCount() > 0 ? 1 : 0;
  return { name, literal: literalOf(source), findAll: (bytes) => spansOf(pattern, group, bytes) };
}

function compiled(source: string, text: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw failure("usage.bad-value", {
      option: "--pattern",
      value: text,
      reason,
      hint: "patterns are those of RE2",
    });
  }
}

function* spansOf(pattern: RE2JS, group: number, bytes: string): Generator<ByteSpan> {
  const isAscii = !BEYOND_ASCII.test(bytes);
  const text = isAscii ? bytes : Buffer.from(bytes, "latin1").toString("utf8");
  const matcher = pattern.matcher(text);
  const place = isAscii ? (at: number) => at : byteOffsets(text);
  while (matcher.find()) {
    const from = matcher.start(group);
    const to = matcher.end(group);
    if (from >= 0 && to > from) yield { start: place(from), end: place(to) };
  }
}

/** Ascending offsets of a text to those of its UTF-8. */
function byteOffsets(text: string): (at: number) => number {
  let known = 0;
  let bytes = 0;
  return (at) => {
    bytes +=
      at >= known ? Buffer.byteLength(text.slice(known, at)) : -Buffer.byteLength(text.slice(at, known));
    known = at;
    return bytes;
  };
}

const BEYOND_ASCII = /[^\x00-\x7f]/;

/** What all matches begin with, when the pattern is so plain that it can be seen. */
function literalOf(source: string): string | undefined {
  if (source.includes("|") || source.includes("(?")) return undefined;
  const plain = /^(?:\\b)?\(?([A-Za-z0-9_-]{3,})/.exec(source)?.[1];
  if (plain === undefined) return undefined;
  const next = source.charAt(source.indexOf(plain) + plain.length);
  const sure = "?*{+".includes(next) && next !== "" ? plain.slice(0, -1) : plain;
  return sure.length < 3 ? undefined : sure;
}
