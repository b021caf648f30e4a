import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { inputKindOf } from "../../../../src/lib/sources/decode/kinds.js";
import { openFiles } from "../../../../src/lib/sources/files/files.js";
import { openFollow } from "../../../../src/lib/sources/follow/follow.js";
import { readAll, readUntil, temporaryDirectories, textOf } from "../support/harness.js";
import { fakeHost } from "../support/host.js";

const directory = temporaryDirectories();
const REFUSED = "it is compressed with zlib";

async function read(bytes: Buffer) {
  const path = join(directory(), "it");
  writeFileSync(path, bytes);
  const host = fakeHost();
  const text = textOf(await readAll(openFiles([path], {}, host)));
  return { text, complaints: host.complaints.map((line) => line.replace(path, "FILE")) };
}

const log = Buffer.from(Array.from({ length: 400 }, (_, n) => `line ${n} of a log ${n * n}\n`).join(""));

test.each([0, 1, 5, 6, 9])(
  "a zlib stream of level %i is refused by name, short or long, whole or cut",
  async (level) => {
    for (const content of [log, log.subarray(0, 40), Buffer.from("one\n"), Buffer.alloc(5_000_000)]) {
      const packed = deflateSync(content, { level });
      for (const bytes of [packed, packed.subarray(0, packed.length - 5)])
        expect(await read(bytes)).toEqual({ text: "", complaints: [`cannot read FILE: ${REFUSED}`] });
    }
  },
);

test("so is one with a small window, and one within gzip", async () => {
  for (const windowBits of [9, 12, 14])
    expect((await read(deflateSync(log, { windowBits }))).complaints).toEqual([
      `cannot read FILE: ${REFUSED}`,
    ]);
  expect(await read(gzipSync(deflateSync(log)))).toEqual({
    text: "",
    complaints: [`cannot read FILE: ${REFUSED}, compressed with gzip`],
  });
});

test("a followed pattern leaves it out and names it", async () => {
  const root = directory();
  writeFileSync(join(root, "a.log"), "one\n");
  writeFileSync(join(root, "b.log"), deflateSync(log));
  const host = fakeHost();
  const options = { isFollowing: false, checkpoint: join(root, "check.json") };
  const source = await openFollow([join(root, "*.log")], options, host);
  expect((await readUntil(source, () => false)).lines).toEqual(["one"]);
  expect(host.complaints).toEqual([`cannot read ${join(root, "b.log")}: ${REFUSED}`]);
});

/** First bytes that pass the check of a zlib header: "x^", "hC", "X\t" and the like among them. */
const HEADERS = Array.from({ length: 0x10000 }, (_, n) => n).filter(
  (n) => (n >> 8) % 16 === 8 && n >> 12 < 8 && n % 31 === 0,
);

test("no text is taken for one, whatever it begins with, and none waits for more", () => {
  const isPrintable = (byte: number) => byte >= 0x20 && byte < 0x7f;
  const starts = HEADERS.map((n) => Buffer.from([n >> 8, n & 255])).filter((two) => two.every(isPrintable));
  expect(starts.map(String)).toContain("x^");
  fc.assert(
    fc.property(
      fc.constantFrom(...starts),
      fc.string({ unit: "grapheme" }),
      fc.boolean(),
      (start, rest, isWhole) => {
        const clean = rest.replaceAll(/[\0-\x1f]/g, "\n");
        expect(inputKindOf(Buffer.concat([start, Buffer.from(clean)]), isWhole)).toBe("none");
      },
    ),
  );
});

test("bytes that are no text with its header are lines unless they can be inflated", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...HEADERS),
      fc.uint8Array({ minLength: 100, maxLength: 300 }),
      (start, rest) => {
        // Stored blocks (the lowest three bits 0) give the length twice, which chance does not.
        const bytes = Buffer.concat([Buffer.from([start >> 8, start & 255, rest[0]! & 0xf8]), rest]);
        expect(inputKindOf(bytes, true)).toBe("none");
      },
    ),
  );
});

test.each([
  ["gzip", "1f8b", "its gzip data ends too early"],
  ["gzip", "1f8b08", "its gzip data ends too early"],
  ["zstd", "28b5", "its zstd data ends too early"],
  ["zstd", "28b52f", "its zstd data ends too early"],
])("%s that is cut within its signature (%s) is called cut", async (_name, hex, reason) => {
  expect(await read(Buffer.from(hex, "hex"))).toEqual({
    text: "",
    complaints: [`cannot read all of FILE: ${reason}`],
  });
});

test.each(["x", "x^", "hC\n", "P*M", "X\t1\n", "B", "7z\n", "PK\n", "(", "\x1f"])(
  "%j alone is a line",
  async (text) => {
    expect(await read(Buffer.from(text))).toEqual({
      text: text.endsWith("\n") ? text : `${text}\n`,
      complaints: [],
    });
  },
);
