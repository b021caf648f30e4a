import { constants, deflateRawSync, gunzipSync, crc32 as nativeCrc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { plainCrc32 } from "../../../../src/lib/base/hash/crc32.js";
import { GunzipBytes } from "../../../../src/lib/sources/decode/gunzip.js";
import { drain, PiecesOf } from "../support/bytes.js";

vi.setConfig({ testTimeout: 120_000 });
const crc32 = nativeCrc32 ?? plainCrc32;

interface Member {
  readonly content: Buffer;
  readonly level: number;
  readonly extra?: Buffer | undefined;
  readonly name?: string | undefined;
  readonly comment?: string | undefined;
  readonly hasHeaderCheck: boolean;
  readonly zerosAfter: number;
}

/** A member with all that a header may have, which `gzipSync` does not write. */
function member({ content, level, extra, name, comment, hasHeaderCheck, zerosAfter }: Member): Buffer {
  const flags =
    (hasHeaderCheck ? 2 : 0) |
    (extra === undefined ? 0 : 4) |
    (name === undefined ? 0 : 8) |
    (comment === undefined ? 0 : 16);
  const parts: Buffer[] = [Buffer.from([0x1f, 0x8b, 8, flags, 1, 2, 3, 4, 0, 3])];
  if (extra !== undefined) parts.push(Buffer.from([extra.length & 255, extra.length >> 8]), extra);
  if (name !== undefined) parts.push(Buffer.from(`${name}\0`));
  if (comment !== undefined) parts.push(Buffer.from(`${comment}\0`));
  if (hasHeaderCheck) {
    const check = Buffer.alloc(2);
    check.writeUInt16LE(crc32(Buffer.concat(parts)) & 0xffff);
    parts.push(check);
  }
  const trailer = Buffer.alloc(8 + zerosAfter);
  trailer.writeUInt32LE(crc32(content), 0);
  trailer.writeUInt32LE(content.length, 4);
  return Buffer.concat([...parts, deflateRawSync(content, { level }), trailer]);
}

const words = fc.constantFrom("2026-11-20T10:00:00Z ERROR ", "a", "\n", "x".repeat(300), "\0\0", "é");
const contents = fc.oneof(
  fc.array(words, { maxLength: 20 }).map((all) => Buffer.from(all.join(""))),
  fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes)),
  fc.integer({ min: 0, max: 300_000 }).map((length) => Buffer.alloc(length, "run ")),
);
const members: fc.Arbitrary<Member> = fc.record({
  content: contents,
  level: fc.constantFrom(1, 9),
  extra: fc.option(
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    { nil: undefined },
  ),
  name: fc.option(fc.constantFrom("", "app.log", "n".repeat(90)), { nil: undefined }),
  comment: fc.option(fc.constantFrom("", "rotated"), { nil: undefined }),
  hasHeaderCheck: fc.boolean(),
  zerosAfter: fc.constantFrom(0, 0, 1, 7, 512),
});
const manners = fc.record({
  bufferBytes: fc.constantFrom(1, 2, 9, 10, 16, 64, 1000, 256 * 1024),
  pieces: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 6 }),
  intoBytes: fc.constantFrom(1000, 65_536, 1 << 20),
  isSlow: fc.boolean(),
});

describe("gzip", () => {
  test("any members, in any buffers and reads, by any reader: what zlib makes of each", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(members, { minLength: 1, maxLength: 6 }), manners, async (all, how) => {
        const input = new PiecesOf(Buffer.concat(all.map(member)), how.pieces);
        const { bytes, fault } = await drain(new GunzipBytes(input, how.bufferBytes), how);
        expect(fault).toBeUndefined();
        expect(bytes.equals(Buffer.concat(all.map(({ content }) => content)))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test("cut at any byte: all that can be decoded comes, and the cut is named unless it is between members", async () => {
    const first = { content: Buffer.from("first line\n".repeat(30)), level: 9, zerosAfter: 0 };
    const second = { content: Buffer.from("second 0123456789\n"), level: 0, zerosAfter: 3 };
    const whole = [
      member({ ...first, extra: Buffer.from("BC\x02\0\x1b\0"), hasHeaderCheck: true }),
      member({ ...second, name: "app.log", comment: "c", hasHeaderCheck: false }),
    ];
    const all = Buffer.concat(whole);
    const soundEnds = [whole[0]!.length, ...[0, 1, 2, 3].map((zeros) => all.length - zeros)];
    for (let length = 1; length <= all.length; length++) {
      for (const bufferBytes of [4, 256 * 1024]) {
        const cut = all.subarray(0, length);
        const { bytes, fault } = await drain(new GunzipBytes(new PiecesOf(cut, [7]), bufferBytes));
        expect(bytes.toString(), `cut at ${length}`).toBe(salvaged(whole, cut));
        expect(fault, `cut at ${length}`).toBe(
          soundEnds.includes(length) ? undefined : "its gzip data ends too early",
        );
      }
    }
  });

  /** What zlib makes of the part of each member that is there. */
  function salvaged(whole: readonly Buffer[], cut: Buffer): string {
    let out = "";
    let start = 0;
    for (const one of whole) {
      const there = cut.subarray(start, start + one.length);
      start += one.length;
      if (there.length > 10) out += gunzipSync(there, { finishFlush: constants.Z_SYNC_FLUSH }).toString();
    }
    return out;
  }

  test("any byte changed: the same content, or a complaint", async () => {
    const content = Buffer.from(
      Array.from({ length: 400 }, (_, n) => `line ${(n * 7919) % 1009}\n`).join(""),
    );
    const sound = { content, level: 6, hasHeaderCheck: false, zerosAfter: 0 };
    const whole = Buffer.concat([member(sound), member(sound)]);
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 1 << (at % 8);
      const { bytes, fault } = await drain(new GunzipBytes(new PiecesOf(changed)));
      if (fault === undefined) expect(bytes.length === 2 * content.length, `byte ${at}`).toBe(true);
      if (at >= whole.length / 2) expect(bytes.subarray(0, content.length).equals(content)).toBe(true);
    }
  });

  test("a thousand members of a line each, whose headers cross every buffer's end", async () => {
    const lines = Array.from({ length: 1000 }, (_, n) => `{"n":${n}}\n`);
    const sound = { level: 6, hasHeaderCheck: false, zerosAfter: 0 };
    const whole = Buffer.concat(lines.map((line) => member({ ...sound, content: Buffer.from(line) })));
    for (const bufferBytes of [31, 4096]) {
      const { bytes, fault } = await drain(new GunzipBytes(new PiecesOf(whole), bufferBytes));
      expect(fault).toBeUndefined();
      expect(bytes.toString()).toBe(lines.join(""));
    }
  });

  test("a stop in the middle ends it at once, wherever it stands", async () => {
    const content = Buffer.alloc(5_000_000, "0123456789abcdef\n");
    const whole = member({ content, level: 6, hasHeaderCheck: false, zerosAfter: 0 });
    for (const readsBefore of [0, 1, 3, 10]) {
      const reader = new GunzipBytes(new PiecesOf(whole, [0, 900]));
      const into = Buffer.alloc(10_000);
      for (let n = 0; n < readsBefore; n++) expect(await reader.read(into)).toBeGreaterThan(0);
      reader.stop();
      const rest = await drain(reader);
      expect(rest.fault).toBeUndefined();
      expect(rest.bytes.length).toBeLessThan(content.length);
    }
  });

  test("a reader that does not read keeps a bomb from growing", async () => {
    const content = Buffer.alloc(200_000_000);
    const whole = member({ content, level: 9, hasHeaderCheck: false, zerosAfter: 0 });
    const reader = new GunzipBytes(new PiecesOf(whole));
    const before = process.memoryUsage().arrayBuffers;
    await reader.wait();
    for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(80_000_000);
    const { bytes, fault } = await drain(reader, { intoBytes: 1 << 20 });
    expect(fault).toBeUndefined();
    expect(bytes.length).toBe(content.length);
  });

  test("a header without an end is no reason to read everything", async () => {
    const endless = Buffer.alloc(30_000_000, "n");
    Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3]).copy(endless);
    const { bytes, fault } = await drain(new GunzipBytes(new PiecesOf(endless)));
    expect([bytes.length, fault]).toEqual([0, "its gzip header has no end"]);
  });
});
