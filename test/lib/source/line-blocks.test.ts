import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LineCutter, type LineLimits } from "../../../src/lib/source/line-blocks.js";

interface Outcome {
  readonly blocks: string[];
  readonly offsets: number[];
  readonly oversized: string[];
  readonly largestPiece: number;
}

/** Feeds `input` in pieces of the given sizes; a size of 0 stands for idle input, where what is whole is taken. */
function cut(input: Buffer, sizes: readonly number[], limits: LineLimits = {}): Outcome {
  const outcome = {
    blocks: [] as string[],
    offsets: [] as number[],
    oversized: [] as string[],
    largestPiece: 0,
  };
  let long = "";
  const onOversized = (piece: Buffer, isLast: boolean) => {
    outcome.largestPiece = Math.max(outcome.largestPiece, piece.length);
    long += piece.toString("latin1");
    if (!isLast) return;
    outcome.oversized.push(long);
    long = "";
  };
  const cutter = new LineCutter({ ...limits, onOversized });
  const keep = (part: ReturnType<LineCutter["take"]>) => {
    if (part === undefined) return;
    outcome.blocks.push(part.bytes.toString("latin1"));
    outcome.offsets.push(part.endOffset);
  };
  let at = 0;
  for (let turn = 0; at < input.length; turn++) {
    const size = sizes.length === 0 ? input.length : sizes[turn % sizes.length]!;
    if (cutter.isFull || size === 0) keep(cutter.take());
    const copied = input.copy(cutter.free, 0, at, Math.min(input.length, at + Math.max(1, size)));
    cutter.filled(copied);
    at += copied;
  }
  if (cutter.isFull) keep(cutter.take());
  keep(cutter.end());
  return outcome;
}

/** The rules, written the slow and obvious way. */
function expected(input: Buffer, maxLineBytes = Number.POSITIVE_INFINITY) {
  const raw = input.toString("latin1").split("\n");
  if (raw.at(-1) === "") raw.pop();
  const withoutReturn = (line: string) => line.replace(/\r$/, "");
  if (raw[0]?.startsWith("\xef\xbb\xbf") && raw[0].length <= maxLineBytes) {
    raw[0] = raw[0].slice(3);
    if (raw.length === 1 && raw[0] === "" && !input.includes("\n")) raw.pop();
  }
  return {
    text: raw
      .filter((l) => l.length <= maxLineBytes)
      .map((l) => `${withoutReturn(l)}\n`)
      .join(""),
    oversized: raw.filter((l) => l.length > maxLineBytes).map(withoutReturn),
  };
}

const pieces = fc.constantFrom(
  "\n",
  "\r\n",
  "\r",
  "a",
  "bc",
  "\xef\xbb\xbf",
  "\0",
  "\xff\xfe",
  "long long long long line",
);
const inputs = fc.array(pieces, { maxLength: 60 }).map((parts) => Buffer.from(parts.join(""), "latin1"));
const sizes = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 12 });

describe("LineCutter", () => {
  test("any cutting of any bytes gives the same lines", () => {
    fc.assert(
      fc.property(inputs, sizes, fc.integer({ min: 1, max: 50 }), (input, cuts, blockBytes) => {
        const outcome = cut(input, cuts, { blockBytes, firstBlockBytes: 4 });
        expect(outcome.blocks.join("")).toBe(expected(input).text);
        for (const block of outcome.blocks) expect(block.endsWith("\n")).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test("offsets are those of the input: it can be read again from any of them", () => {
    fc.assert(
      fc.property(inputs, sizes, fc.integer({ min: 1, max: 50 }), (input, cuts, blockBytes) => {
        const outcome = cut(input, cuts, { blockBytes });
        let before = "";
        outcome.blocks.forEach((block, i) => {
          before += block;
          const offset = outcome.offsets[i]!;
          expect(before).toBe(expected(input.subarray(0, offset)).text);
          if (i > 0) expect(offset).toBeGreaterThan(outcome.offsets[i - 1]!);
        });
      }),
      { numRuns: 1000 },
    );
  });

  test("lines over the limit go elsewhere, whole, in pieces within the limit; the others stay in order", () => {
    fc.assert(
      fc.property(inputs, sizes, fc.integer({ min: 2, max: 30 }), (input, cuts, maxLineBytes) => {
        const outcome = cut(input, cuts, { blockBytes: 1000, firstBlockBytes: 8, maxLineBytes });
        const wanted = expected(input, maxLineBytes);
        expect(outcome.blocks.join("")).toBe(wanted.text);
        expect(outcome.oversized).toEqual(wanted.oversized);
        expect(outcome.largestPiece).toBeLessThanOrEqual(maxLineBytes);
      }),
      { numRuns: 2000 },
    );
  });

  test("a block is its own memory: taking more does not change it", () => {
    const cutter = new LineCutter({ blockBytes: 64, firstBlockBytes: 64 });
    cutter.filled(cutter.free.write("one\ntwo\nthr"));
    const first = cutter.take()!;
    cutter.filled(cutter.free.write("ee\nfour\n"));
    const second = cutter.take()!;
    expect(first.bytes.toString()).toBe("one\ntwo\n");
    expect(second.bytes.toString()).toBe("three\nfour\n");
    expect(first.bytes.buffer).not.toBe(second.bytes.buffer);
  });

  test("a 50 MB line is one line and costs linear time", () => {
    const line = Buffer.alloc(50_000_000, 0x78);
    const input = Buffer.concat([Buffer.from("before\n"), line, Buffer.from("\nafter\n")]);
    const outcome = cut(input, [65_536]);
    expect(outcome.blocks.join("").length).toBe(input.length);
    expect(outcome.oversized).toEqual([]);
  });

  test("blocks are of about the size asked for, the first one small", () => {
    const input = Buffer.from("0123456789abcde\n".repeat(300_000));
    const { blocks } = cut(input, [1 << 20]);
    expect(blocks[0]!.length).toBe(65_536);
    expect(Math.max(...blocks.map((b) => b.length))).toBe(1 << 20);
    expect(blocks.length).toBeLessThan(12);
  });
});
