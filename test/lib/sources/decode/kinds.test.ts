import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { tableFromArrays, tableToIPC } from "apache-arrow";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { decoded } from "../../../../src/lib/sources/decode/decode.js";
import { inputKindOf } from "../../../../src/lib/sources/decode/kinds.js";
import { openFiles } from "../../../../src/lib/sources/files/files.js";
import { drain, PiecesOf } from "../support/bytes.js";
import { readAll, temporaryDirectories, textOf } from "../support/harness.js";
import { fakeHost } from "../support/host.js";
import { hasZstd, stored, zstd } from "../support/zstd.js";

vi.setConfig({ testTimeout: 300_000 });
const directory = temporaryDirectories();
const has = (program: string) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
const name = (head: Buffer) => {
  const kind = inputKindOf(head);
  return typeof kind === "string" ? kind : kind.name;
};

function arrowStream(): Buffer {
  return Buffer.from(tableToIPC(tableFromArrays({ n: Int32Array.of(1, 2) }), "stream"));
}

/** The start of a tar archive, POSIX.1-2001: a name, and "ustar" at 257. */
function tarHead(): Buffer {
  const head = Buffer.alloc(1024);
  head.write("logs/app.log");
  head.write("ustar\x0000", 257, "latin1");
  return head;
}

const refused: readonly [string, Buffer, string][] = [
  ["xz", Buffer.from("fd377a585a000004e6d6b446", "hex"), "it is compressed with xz"],
  ["lz4", Buffer.from("04224d186440a7", "hex"), "it is compressed with lz4"],
  ["compress", Buffer.from("1f9d9061", "hex"), "it is compressed with compress"],
  ["zip", Buffer.from("504b03041400", "hex"), "it is a zip archive"],
  ["7z", Buffer.from("377abcaf271c0004", "hex"), "it is a 7z archive"],
  ["tar", tarHead(), "it is a tar archive"],
  ["arrow", arrowStream(), "it is an Arrow stream"],
  ["journal", Buffer.from("LPKSHHRH\0\0\0\0"), "it is a journal file of systemd"],
  ["evtx", Buffer.from("ElfFile\0\0\0"), "it is a Windows event log"],
  ["sqlite", Buffer.from("SQLite format 3\0"), "it is a SQLite database"],
  ["parquet", Buffer.from("PAR1\x15\x04"), "it is a Parquet file"],
  ["elf", Buffer.from("\x7fELF\x02\x01"), "it is a program"],
  ["pdf", Buffer.from("%PDF-1.7\n"), "it is a PDF document"],
];

describe("kinds of input", () => {
  test.each(refused)(
    "%s is refused by name, as a file and in gzip; its neighbours are read",
    async (_, head, what) => {
      const root = directory();
      const body = Buffer.concat([head, Buffer.from("\nsome\nlines\n")]);
      writeFileSync(join(root, "before"), "before\n");
      writeFileSync(join(root, "it"), body);
      writeFileSync(join(root, "it.gz"), gzipSync(body));
      writeFileSync(join(root, "it.zst"), stored(body));
      const host = fakeHost();
      const paths = ["before", "it", "it.gz", "it.zst", "before"].map((file) => join(root, file));
      expect(textOf(await readAll(openFiles(paths, {}, host)))).toBe("before\nbefore\n");
      expect(host.complaints).toEqual([
        `cannot read ${root}/it: ${what}`,
        `cannot read ${root}/it.gz: ${what}, compressed with gzip`,
        `cannot read ${root}/it.zst: ${what}, compressed with zstd`,
      ]);
    },
  );

  test.each([
    ["bzip2", "bzip2 -c"],
    ["xz", "xz -c"],
    ["lzma", "xz --format=lzma -c"],
    ["lz4", "lz4 -q -c"],
    ["zip", "zip -q - -"],
    ["tar", "sh -c 'cat > it; tar cf - it'"],
  ])("%s, as the program writes it", (kind, command) => {
    if (!has(command.split(" ", 1)[0]!)) return;
    for (const input of ["", "2026-11-20 ERROR one\n"]) {
      const packed = execFileSync("sh", ["-c", command], { input, cwd: directory() });
      expect(name(packed.subarray(0, 512))).toBe(kind);
    }
  });

  test("what a log begins with is not taken for anything else, nor waited for", () => {
    const lines = [
      "PK,1,2\n",
      "BZh9 is a level\n",
      "Rar!\n",
      "7z\n",
      "GIF8\n",
      "MZ\n",
      "\n\r\r\n",
      "!\n",
      "x\x9c\n",
    ];
    for (const line of [
      ...lines,
      "Obj\n",
      "ORC\n",
      "PAR1 ERROR\n",
      "LZIP\n",
      "a log of DUCK\n",
      "{\n",
      "\xff\xfe2\0",
    ])
      expect(inputKindOf(Buffer.from(line, "latin1")), line).toBe("none");
    const text = fc.stringMatching(/^[ -~]{1,40}\n[ -~\n]{0,600}$/);
    fc.assert(fc.property(text, (some) => inputKindOf(Buffer.from(some)) === "none"));
  });

  test("compressed twice is read; what contains itself is not unpacked for ever", async () => {
    let packed: Buffer = Buffer.from("a line\n");
    for (let layer = 0; layer < 4; layer++) packed = layer % 2 === 0 ? gzipSync(packed) : stored(packed);
    const { bytes, fault } = await drain(decoded(new PiecesOf(packed, [5])));
    expect([bytes.toString(), fault]).toEqual(["a line\n", undefined]);
    const more = await drain(decoded(new PiecesOf(gzipSync(packed))));
    expect([more.bytes.length, more.fault]).toEqual([0, "compressed more than 4 times over"]);
  });
});

describe("zstd", () => {
  const skippable = (length: number) => {
    const frame = Buffer.alloc(8 + length, 0x28);
    frame.writeUInt32LE(0x184d2a5a, 0);
    frame.writeUInt32LE(length, 4);
    return frame;
  };
  const read = (whole: Buffer, pieces: number[] = [], isSlow = false) =>
    drain(decoded(new PiecesOf(whole, pieces)), { isSlow });

  test("frames, skippable ones between them, in any pieces, by any reader", async () => {
    const text = (n: number) => Buffer.from(`line ${n} of some words\n`.repeat(n * 97));
    const part = fc.integer({ min: 0, max: 60 });
    const parts = fc.array(fc.tuple(part, fc.boolean()), { minLength: 1, maxLength: 5 });
    const pieces = fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(parts, pieces, fc.boolean(), async (frames, cuts, isSlow) => {
        const whole = Buffer.concat(
          frames.flatMap(([n, isIdle]) => (isIdle ? [skippable(n)] : [zstd(text(n))])),
        );
        const wanted = Buffer.concat(frames.flatMap(([n, isIdle]) => (isIdle ? [] : [text(n)])));
        const { bytes, fault } = await read(whole, cuts, isSlow);
        expect(fault).toBeUndefined();
        expect(bytes.equals(wanted)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test("cut anywhere: a beginning comes and the cut is named, unless it is between frames", async () => {
    const whole = [skippable(5), zstd("one line\n".repeat(40)), skippable(0), zstd("another line\n")];
    const all = Buffer.concat(whole);
    const ends = whole.map((_, n) => Buffer.concat(whole.slice(0, n + 1)).length);
    const content = `${"one line\n".repeat(40)}another line\n`;
    for (let length = 4; length < all.length; length++) {
      const { bytes, fault } = await read(all.subarray(0, length), [9]);
      expect(content.startsWith(bytes.toString())).toBe(true);
      if (length >= ends[1]!) expect(bytes.toString().startsWith("one line\n".repeat(40))).toBe(true);
      expect(fault, `cut at ${length}`).toBe(
        ends.includes(length) ? undefined : "its zstd data ends too early",
      );
    }
  });

  test("a window that is too large, a dictionary, something else behind: said, what came before is there", async () => {
    const first = zstd("sound\n");
    const window = Buffer.from("28b52ffd00a8010000", "hex"); // 2 GiB: exponent 21
    const dictionary = Buffer.from("28b52ffd01000700010000", "hex");
    expect(await read(Buffer.concat([first, window]))).toMatchObject({
      fault: "compressed with zstd in a window of 2.1 GB, and at most 134 MB is read",
    });
    for (const [tail, fault] of [
      [dictionary, "compressed with zstd and the dictionary 7"],
      [Buffer.from("04224d18 lz4"), "something else follows its zstd data"],
      [Buffer.from("28b52ffd0058070000", "hex"), "its zstd data is damaged"],
    ] as const) {
      const got = await read(Buffer.concat([first, tail]), [3]);
      expect([got.bytes.toString(), got.fault]).toEqual(["sound\n", fault]);
    }
  });

  test.skipIf(!hasZstd)("the largest window that is read", async () => {
    const input = Buffer.alloc(3_000_000, "words and words\n");
    const packed = execFileSync("zstd", ["-q", "-c", "--long=27"], { input });
    expect((await read(packed)).bytes.equals(input)).toBe(true);
  });
});
