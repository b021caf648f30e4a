/** A record that goes on and on is not looked through anew with every line that comes. */
import { expect, it } from "vitest";
import { Block } from "../../../../src/lib/event/block.js";
import { Aligner } from "../../../../src/lib/pipeline/chain/aligner.js";
import { recordBoundary } from "../../../../src/lib/stages/parse/records/cut.js";
import { parsedApart, parsedInTurn } from "../../stages/parse/records/support.js";

const KIB = 1024;

it("looks through little more than what comes, however long the record gets", () => {
  let looked = 0;
  const aligner = new Aligner({
    boundary: (bytes, isThorough) => {
      if (isThorough === true) looked += bytes.length;
      return 0;
    },
  });
  const piece = "x".repeat(64 * KIB - 1);
  for (let n = 0; n < 240; n++) expect(aligner.push(new Block(Buffer.from(`${piece}\n`)))).toEqual([]);
  expect(looked).toBeLessThan(4 * 240 * 64 * KIB);
});

it("looks at all that is short whenever something comes", () => {
  const asked: (boolean | undefined)[] = [];
  const aligner = new Aligner({
    boundary: (_, isThorough) => {
      asked.push(isThorough);
      return 0;
    },
  });
  for (let n = 0; n < 100; n++) aligner.push(new Block(Buffer.from("  more\n")));
  expect(new Set(asked)).toEqual(new Set([true]));
});

it("lets go of what is over at the bound, not of what follows", () => {
  const over = 9 * KIB * KIB;
  let isOver = false;
  const aligner = new Aligner({
    boundary: (bytes, isThorough) => (isOver && isThorough === true && bytes.length > over ? over : 0),
  });
  const piece = Buffer.from(`${"x".repeat(1024 * KIB - 1)}\n`);
  const lengths = Array.from({ length: 17 }, (_, n) => {
    isOver = n > 9;
    return aligner.push(new Block(piece)).map(({ bytes }) => bytes.length);
  });
  expect(lengths.flat()).toEqual([over]);
  expect(aligner.release().map(({ bytes }) => bytes.length)).toEqual([17 * piece.length - over]);
});

it("reads a long record, and what is behind it, the same wherever it is cut", () => {
  const chained = [
    "Traceback (most recent call last):",
    '  File "/srv/shop.py", line 3, in buy',
    "shop.Gone: cart 7",
    "",
    "During handling of the above exception, another exception occurred:",
    "",
  ];
  const lines = [
    ...Array.from({ length: 4000 }, () => chained).flat(),
    "words",
    "2026-11-21 10:00:00 INFO next",
  ];
  const text = lines.map((line) => `${line}\n`).join("");
  const whole = parsedInTurn([text]);
  for (const size of [7 * KIB, 100 * KIB, 300 * KIB]) {
    const pieces: string[] = [];
    for (let at = 0; at < text.length; ) {
      const end = text.indexOf("\n", at + size) + 1 || text.length;
      pieces.push(text.slice(at, end));
      at = end;
    }
    expect(parsedApart(pieces)).toBe(whole);
    expect(parsedInTurn(pieces)).toBe(whole);
  }
  expect(recordBoundary(Buffer.from(text), [], undefined, false)).toBeGreaterThan(0);
});
