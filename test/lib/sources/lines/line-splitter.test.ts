import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LineLimits, LineSplitter } from "../../../../src/lib/sources/lines/line-splitter.js";
import { type TextEncoding, unitBytes } from "../../../../src/lib/sources/lines/text-encoding.js";

interface Outcome {
  readonly blocks: string[];
  readonly offsets: number[];
  readonly oversized: string[];
  readonly largestPiece: number;
  readonly nuls: number;
}

/** Feeds `input` in pieces of the given sizes; a size of 0 stands for idle input, where what is whole is taken. */
function cut(
  input: Buffer,
  sizes: readonly number[],
  limits: LineLimits = {},
  encoding: TextEncoding | "untold" = "utf-8",
): Outcome {
  const outcome = {
    blocks: [] as string[],
    offsets: [] as number[],
    oversized: [] as string[],
    largestPiece: 0,
    nuls: 0,
  };
  let long = "";
  const onOversized = (piece: Buffer, isLast: boolean) => {
    outcome.largestPiece = Math.max(outcome.largestPiece, piece.length);
    long += piece.toString("latin1");
    if (!isLast) return;
    outcome.oversized.push(long);
    long = "";
  };
  const onNuls = (count: number) => {
    outcome.nuls += count;
  };
  const cutter = new LineSplitter(
    { ...limits, onOversized, onNuls },
    0,
    encoding === "untold" ? undefined : encoding,
  );
  const keep = (part: ReturnType<LineSplitter["take"]>) => {
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
  const last = raw.pop()!;
  const withoutReturn = (line: string) => line.replace(/\r$/, "");
  const isTooLong = (line: string) => line.replace(/^\0{2,}/, "").length > maxLineBytes;
  const clean = (line: string) => line.replace(/^(?:\0{2,}|\xef\xbb\xbf)+/, "");
  if (isTooLong(last) || clean(last) !== "") raw.push(last);
  const lines = raw.filter((line) => !isTooLong(line));
  return {
    text: lines.map((line) => `${withoutReturn(clean(line))}\n`).join(""),
    oversized: raw.filter(isTooLong).map((line) => withoutReturn(line.replace(/^\0{2,}/, ""))),
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
  "\0\0\0\0\0",
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
    const cutter = new LineSplitter({ blockBytes: 64, firstBlockBytes: 64 });
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

  test("a hole of NULs costs no memory and counts for no line, however long", () => {
    const input = Buffer.concat([
      Buffer.from("before\n"),
      Buffer.alloc(3_000_000),
      Buffer.from("after\n"),
      Buffer.alloc(5),
      Buffer.from("\xef\xbb\xbf\0\0last\0one", "latin1"),
    ]);
    const outcome = cut(input, [65_536], { maxLineBytes: 1000 });
    expect(outcome.blocks.join("")).toBe("before\nafter\nlast\0one\n");
    expect([outcome.nuls, outcome.oversized.length]).toEqual([3_000_007, 0]);
    expect(cut(Buffer.alloc(100_000), [7], {}, "untold")).toMatchObject({ blocks: [], nuls: 100_000 });
  });

  test("a piece is no longer than 256 KiB and cuts no character", () => {
    const line = "\u00e9\u20ac\u{1f600}".repeat(400_000);
    const pieces: Buffer[] = [];
    const cutter = new LineSplitter({ maxLineBytes: 1_000_000, onOversized: (piece) => pieces.push(piece) });
    const input = Buffer.from(`${line}\r\nnext\n`);
    for (let at = 0; at < input.length; ) {
      if (cutter.isFull) cutter.take();
      const copied = input.copy(cutter.free, 0, at);
      cutter.filled(copied);
      at += copied;
    }
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(256 * 1024);
    expect(pieces.map((piece) => piece.toString()).join("")).toBe(line);
    expect(cutter.end()?.bytes.toString()).toBe("next\n");
  });
});

describe("UTF-16 and UTF-32", () => {
  const encodings = ["utf-16le", "utf-16be", "utf-32le", "utf-32be"] as const;
  const encoding = fc.constantFrom(...encodings);

  /** As a program would write it, the slow and obvious way. */
  function encode(text: string, target: TextEncoding): Buffer {
    const unit = unitBytes(target);
    const units = unit === 2 ? text.split("") : [...text];
    const bytes = units.map((one) => {
      const buffer = Buffer.alloc(unit);
      const value = unit === 2 ? one.charCodeAt(0) : one.codePointAt(0)!;
      if (target.endsWith("le")) buffer.writeUIntLE(value, 0, unit);
      else buffer.writeUIntBE(value, 0, unit);
      return buffer;
    });
    return Buffer.concat(bytes);
  }

  /** U+0A0A and U+0A00 have the byte of a newline, U+0100 a zero in the other place. */
  const words = fc.constantFrom(
    "2026-11-20 10:00:00 ERROR ",
    "\u0a0a",
    "\u0a00",
    "\u0100",
    "\u{1f600}",
    "\u4e2d\u6587",
    "\r\n",
    "\n",
    "\r",
    "\0",
    "\0\0\0",
    "\ufeff",
  );
  /** A mark of UTF-16 and a NUL are a mark of UTF-32. */
  const texts = fc.array(words, { maxLength: 40 }).map((parts) => parts.join("").replace(/^\0+/, ""));
  const likeUtf8 = (text: string, maxLineBytes?: number) =>
    expected(Buffer.from(text), maxLineBytes).text.toString();

  test("any cutting gives the lines of the same text in UTF-8, with a mark or told beforehand", () => {
    fc.assert(
      fc.property(texts, encoding, sizes, fc.boolean(), (text, target, cuts, hasMark) => {
        const input = encode(hasMark ? `\ufeff${text}` : text, target);
        const outcome = cut(
          input,
          cuts,
          { blockBytes: 100, firstBlockBytes: 8 },
          hasMark ? "untold" : target,
        );
        expect(outcome.blocks.join("")).toBe(likeUtf8(text));
      }),
      { numRuns: 1000 },
    );
  });

  test("without a mark it is told by its zeros, from its start and from any offset", () => {
    fc.assert(
      fc.property(texts, encoding, sizes, (text, target, cuts) => {
        const start = "2026-11-20 10:00:00 INFO it starts with plain words\r\n".repeat(2);
        // With more NULs than a tenth it could as well be UTF-32: see the next test.
        const nuls = text.split("\0").length - 1;
        fc.pre(nuls * 10 <= start.length + text.length);
        const limits = { blockBytes: 1000, firstBlockBytes: 300 };
        const outcome = cut(encode(start + text, target), cuts, limits, "untold");
        expect(outcome.blocks.join("")).toBe(likeUtf8(start + text));
      }),
      { numRuns: 500 },
    );
  });

  test("without a mark and with more NULs than a tenth it is left as it is: nothing tells it from UTF-32", () => {
    const text = `a short ${"\0".repeat(12)} line\n`;
    const input = encode(text, "utf-16le");
    expect(cut(input, [], {}, "untold").blocks.join("")).toBe(`${input.toString("latin1")}\n`);
    expect(cut(encode(`\ufeff${text}`, "utf-16le"), [], {}, "untold").blocks.join("")).toBe(likeUtf8(text));
  });

  test.each(["\n\n\0\n\0\n\n\n", "\0\n\0\n\0\n\0\n", "\0\n\0x\0\n\n\n"])(
    "empty lines with NULs between are no UTF-16: %j",
    (text) => {
      const lines = text.replace(/\n$/, "").split("\n").length;
      const outcome = cut(Buffer.from(text), [], {}, "untold").blocks.join("");
      expect(outcome.split("\n").length - 1).toBe(lines);
    },
  );

  test("offsets are bytes of the input: it can be read again from any of them", () => {
    fc.assert(
      fc.property(texts, encoding, sizes, (text, target, cuts) => {
        const input = encode(`\ufeff${text}`, target);
        const outcome = cut(input, cuts, { blockBytes: 60 }, "untold");
        let before = "";
        outcome.blocks.forEach((block, i) => {
          before += block;
          const rest = cut(input.subarray(outcome.offsets[i]), cuts, {}, target);
          expect(before + rest.blocks.join("")).toBe(likeUtf8(text));
        });
      }),
      { numRuns: 500 },
    );
  });

  test("a line over the limit comes whole, in pieces that are UTF-8", () => {
    fc.assert(
      fc.property(encoding, fc.integer({ min: 32, max: 90 }), sizes, (target, maxLineBytes, cuts) => {
        const long = "\u{1f600}\u00e9 and more ".repeat(9);
        const input = encode(`\ufeffone\r\n${long}\r\ntwo\n`, target);
        const outcome = cut(input, cuts, { blockBytes: 100, firstBlockBytes: 16, maxLineBytes }, "untold");
        expect(outcome.blocks.join("")).toBe("one\ntwo\n");
        expect(outcome.oversized).toEqual([Buffer.from(long).toString("latin1")]);
      }),
      { numRuns: 500 },
    );
  });

  test("what is cut or no character becomes U+FFFD; binary data and UTF-8 with NULs stay as they are", () => {
    const text = (input: Buffer) =>
      Buffer.from(cut(input, [], {}, "untold").blocks.join(""), "latin1").toString();
    expect(text(Buffer.from("fffe61000ad8620063", "hex"))).toBe("a\ufffdb\ufffd\n");
    expect(text(Buffer.from("fffe000061000000ffff110062000000", "hex"))).toBe("a\ufffdb\n");
    for (const plain of ["a\0b\n", "one\0two\0three\n", "\u0100\u0200\n"])
      expect(text(Buffer.from(plain))).toBe(plain);
    const hole = Buffer.concat([
      Buffer.alloc(4097),
      Buffer.from("2026-11-20 10:00:00 ERROR after the hole\n"),
    ]);
    expect(text(hole)).toBe("2026-11-20 10:00:00 ERROR after the hole\n");
  });
});
