/** Records of two streams that come mixed: no cut of the input goes through one, complete or not. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { type Manner, parsedApart, parsedInTurn } from "./support.js";

interface Piece {
  readonly stream: "stdout" | "stderr";
  readonly text: string;
  readonly isPartial: boolean;
  /** Seconds since the piece before. */
  readonly behind: number;
}

const TEXTS = [
  ...["alpha", "beta gamma", "2026-11-21 10:00:00 INFO next", "level=info msg=up", '{"level":"error","n":1}'],
  ...["java.lang.IllegalStateException: boom", "\tat a.B.c(B.java:1)", "Caused by: x.Y: no", "\t... 3 more"],
  ...["Traceback (most recent call last):", '  File "a.py", line 1, in f', "ValueError: x", "panic: no", ""],
  ...["goroutine 1 [running]:", "main.main()", "{", '  "a": 1', "}", "some words without a sign"],
];

const piece = fc.record<Piece>({
  stream: fc.constantFrom("stdout", "stderr"),
  text: fc.constantFrom(...TEXTS),
  isPartial: fc.oneof(
    { weight: 3, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
  behind: fc.oneof(
    { weight: 12, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.constantFrom(0.5, 1, 2, 6) },
  ),
});

/** Now and then many of a kind, so that bounds are met. */
const pieces = fc
  .array(
    fc.oneof(
      { weight: 12, arbitrary: piece.map((one) => [one]) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(piece, fc.integer({ min: 2, max: 80 }))
          .map(([one, times]) => Array.from({ length: times }, () => ({ ...one, behind: 0 }))),
      },
    ),
    { minLength: 1, maxLength: 24 },
  )
  .map((parts) => parts.flat());

const WRITERS: Readonly<Record<string, (piece: Piece, time: string) => string>> = {
  cri: ({ stream, text, isPartial }, time) => `${time} ${stream} ${isPartial ? "P" : "F"} ${text}`,
  docker: ({ stream, text, isPartial }, time) =>
    JSON.stringify({ log: isPartial ? text : `${text}\n`, stream, time }),
};

function written(all: readonly Piece[], format: string): string[] {
  let ms = Date.UTC(2026, 10, 21, 10);
  return all.map((one) => {
    ms += one.behind * 1000;
    return `${WRITERS[format]!(one, new Date(ms).toISOString())}\n`;
  });
}

/** What is read of whole lines, of each line apart, and of two parts wherever they meet. */
function expectOneReading(lines: readonly string[], manner: Manner): void {
  const whole = parsedInTurn([lines.join("")], manner);
  expect(parsedApart(lines, manner)).toBe(whole);
  expect(parsedInTurn(lines, manner)).toBe(whole);
  for (let at = 1; at < Math.min(lines.length, 30); at++) {
    const parts = [lines.slice(0, at).join(""), lines.slice(at).join("")];
    expect(parsedApart(parts, manner), `cut behind ${at}`).toBe(whole);
  }
}

/** Lines that say what goes on only beside others. */
const FRAMES = [
  ...[
    "#3 /srv/cart.php(12): Cart->open()",
    "#1  0x00 in main () at a.c:7",
    "    x = open(y)",
    "    at Object.<anonymous> (/a.js:1:2)",
  ],
  ...[
    "   at Shop.Cart.Open() in /srv/Cart.cs:line 7",
    "\tfrom cart.rb:7:in 'open'",
    "main.main()",
    "\t/a/main.go:5 +0x1d",
    "Stop",
  ],
];

it.each(["cri", "docker"])("reads a stream alone as beside another: %s", (format) => {
  const text = fc.constantFrom(...TEXTS, ...FRAMES);
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (texts) => {
      const lines = texts.map((one) => ({
        stream: "stdout" as const,
        text: one,
        isPartial: false,
        behind: 0,
      }));
      const other = { ...lines[0]!, stream: "stderr" as const, text: "alpha" };
      const [, ...beside] = parsedInTurn([written([other, ...lines], format).join("")]).split("\n");
      expect(beside.join("\n")).toBe(parsedInTurn([written(lines, format).join("")]));
    }),
    { numRuns: 400 },
  );
});

it.each(["cri", "docker"])("reads the same wherever the input is cut: %s", (format) => {
  fc.assert(
    fc.property(pieces, (all) => expectOneReading(written(all, format), {})),
    { numRuns: 50 },
  );
});

const line = (stream: Piece["stream"], text: string, isPartial = false): Piece => ({
  stream,
  text,
  isPartial,
  behind: 0,
});

it.each<[string, Piece[], string[]]>([
  [
    "pieces around a line of the other stream, and a line behind",
    [line("stderr", "aa", true), line("stdout", "bb"), line("stderr", "cc"), line("stderr", "dd")],
    ["aacc", "bb", "dd"],
  ],
  [
    "two lines in pieces, each within the other",
    [
      ...[line("stderr", "a", true), line("stdout", "b", true), line("stderr", "c"), line("stdout", "d")],
      ...[line("stderr", "e"), line("stdout", "f")],
    ],
    ["ac", "bd", "e", "f"],
  ],
  [
    "a trace around a line of the other stream",
    [
      ...[line("stderr", "java.lang.IllegalStateException: boom"), line("stdout", "bb")],
      ...[line("stderr", "\tat a.B.c(B.java:1)"), line("stderr", "2026-11-21 10:00:00 INFO next")],
    ],
    ["java.lang.IllegalStateException: boom\n\tat a.B.c(B.java:1)", "bb", "2026-11-21 10:00:00 INFO next"],
  ],
])("keeps %s", (_, all, messages) => {
  for (const format of ["cri", "docker"]) {
    const events = parsedApart([written(all, format).join("")], { format });
    const read = events
      .trimEnd()
      .split("\n")
      .map((text) => JSON.parse(text).message);
    expect(read).toEqual(messages);
  }
});
