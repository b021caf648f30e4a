/** No line makes a built-in format take more time than its length asks for. */
import { expect, it } from "vitest";
import { EventWriter } from "../../../../src/lib/event/writer.js";
import { within } from "../../../../src/lib/format/patterns/within.js";
import { formats } from "../../../../src/lib/format/registry.js";
import { isQuiet } from "../../../../src/lib/stages/parse/multiline/record-kind.js";
import { isIndentedStart, isStart } from "../../../../src/lib/stages/parse/records/starts.js";
import { Trail } from "../../../../src/lib/stages/parse/records/trail.js";

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

/** Records of every kind. */
const HEADS = [
  "2026-11-21 10:00:00 text",
  "java.lang.IllegalStateException: no",
  "Traceback (most recent call last):",
  "panic: boom",
  "Stack trace:",
  "a.rb:3:in `f'",
  "thread 'main' panicked at a.rs:1:1:",
  "/srv/a.js:3",
  "LOG:  statement: SELECT 1",
  "UPDATE cart",
  "{",
];

it.each([
  ...formats.map((format) => [format.name, format] as const),
  ["lines that go on", undefined] as const,
])("%s", { timeout: 600_000 }, (_, format) => {
  const parser = format?.create(CONTEXT);
  for (const line of hostileLines(format?.examples.map((example) => example.line) ?? [""])) {
    const read = () => (parser === undefined ? goesOn(line) : parser.parse(line, new EventWriter()));
    // Three times, for the machine may have been asleep.
    const isDone = [1, 2, 3].some(() => within(MS, read) !== undefined);
    expect(isDone, `${line.slice(0, 150)}...`).toBe(true);
  }
});

/** Everything that is asked of a line that may go on with another. */
function goesOn(line: string): void {
  isStart(line);
  isIndentedStart(line);
  isQuiet(line);
  for (const head of [...HEADS, line]) new Trail(head, true).accept(line);
}

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
