/** No line makes a built-in format take more time than its length asks for. */
import { expect, it } from "vitest";
import { EventWriter } from "../../../src/lib/event/writer.js";
import { within } from "../../../src/lib/format/bounded/within.js";
import { isContinuation } from "../../../src/lib/format/continuation.js";
import { formats } from "../../../src/lib/format/registry.js";

/** What grows with the square of this takes seconds; what grows with it, less than a millisecond. */
const UNITS = 60_000;
const MS = 2000;
const CONTEXT = { nowMs: () => Date.UTC(2026, 10, 30) };
/** What patterns repeat: digits, spaces, separators, half of something quoted. */
const PIECES = [
  " ",
  "a",
  "a ",
  "0",
  "1.",
  ":",
  "-",
  "[",
  "[a] ",
  "(",
  '"',
  '\\"',
  "a=",
  'a="',
  "a=b ",
  'a="\\',
  "{",
  '{"a":',
  "<1>",
  "|",
  ",",
  "\t",
  "a.",
  ".a",
  "a: ",
  "at ",
  "2026-11-30 ",
  "12:00:00 ",
  "_",
  "+00:00 ",
  "é",
];

it.each([...formats.map((format) => [format.name, format] as const), ["continuation", undefined] as const])(
  "%s",
  { timeout: 600_000 },
  (_, format) => {
    const parser = format?.create(CONTEXT);
    for (const line of hostileLines(format?.examples.map((example) => example.line) ?? [""])) {
      const read = () =>
        parser === undefined ? isContinuation(line) : parser.parse(line, new EventWriter());
      // Three times, for the machine may have been asleep.
      const isDone = [1, 2, 3].some(() => within(MS, read) !== undefined);
      expect(isDone, `${line.slice(0, 150)}...`).toBe(true);
    }
  },
);

/** Each example cut at some places, with a piece repeated there, with its end and without. */
function* hostileLines(examples: readonly string[]): Generator<string> {
  for (const example of examples) {
    for (const share of [0, 0.25, 0.5, 0.8, 1]) {
      const cut = Math.floor(example.length * share);
      for (const piece of PIECES) {
        const start = example.slice(0, cut) + piece.repeat(UNITS / piece.length);
        yield start;
        yield start + example.slice(cut);
      }
    }
  }
}
