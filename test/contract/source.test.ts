/** What every source promises (src/lib/pipeline/contract/source.ts), over every kind of source. */
import { execFileSync, spawn } from "node:child_process";
import { closeSync, openSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { Source } from "../../src/lib/pipeline/contract/source.js";
import { ExecSource } from "../../src/lib/sources/exec/exec-source.js";
import { openFiles } from "../../src/lib/sources/files/files.js";
import type { SourceOptions } from "../../src/lib/sources/files/options.js";
import { openStdin } from "../../src/lib/sources/files/stdin.js";
import { openFollow } from "../../src/lib/sources/follow/follow.js";
import { encodingOf } from "../../src/lib/sources/lines/text-encoding.js";
import { readAll, temporaryDirectories, textOf } from "../lib/sources/support/harness.js";
import { fakeHost } from "../lib/sources/support/host.js";
import { stored, zstd } from "../lib/sources/support/zstd.js";

vi.setConfig({ testTimeout: 300_000 });
const directory = temporaryDirectories();

interface Kind {
  readonly name: string;
  readonly hasPositions: boolean;
  open(content: Buffer, options: SourceOptions): Promise<Source>;
}

const half = (content: Buffer) =>
  [content.subarray(0, content.length / 2), content.subarray(content.length / 2)] as const;

function fileKind(name: string, encode: (content: Buffer) => Buffer): Kind {
  return {
    name,
    hasPositions: true,
    open: async (content, options) => {
      const path = join(directory(), "input");
      writeFileSync(path, encode(content));
      return openFiles([path], options, fakeHost());
    },
  };
}

const kinds: Kind[] = [
  fileKind("file", (content) => content),
  fileKind("gzip", (content) => gzipSync(content)),
  fileKind("gzip of several members", (content) =>
    Buffer.concat(half(content).map((part) => gzipSync(part))),
  ),
  fileKind("zstd", zstd),
  fileKind("zstd, stored", stored),
  fileKind("zstd of several frames", (content) => Buffer.concat(half(content).map(zstd))),
  {
    name: "file on standard input",
    hasPositions: true,
    open: async (content, options) => {
      const path = join(directory(), "input");
      writeFileSync(path, content);
      const stdin = openSync(path, "r");
      return closing(openStdin(options, fakeHost({ stdin })), stdin);
    },
  },
  {
    name: "FIFO",
    hasPositions: false,
    open: async (content, options) => {
      const path = join(directory(), "fifo");
      execFileSync("mkfifo", [path]);
      const writer = spawn("sh", ["-c", 'cat > "$0"', path], { stdio: ["pipe", "ignore", "ignore"] });
      writer.stdin.on("error", () => undefined);
      writer.stdin.end(content);
      return openFiles([path], options, fakeHost());
    },
  },
  {
    name: "a program",
    hasPositions: false,
    open: async (content, { label, ...options }) => {
      const path = join(directory(), "input");
      writeFileSync(path, content);
      return ExecSource.open(
        {
          ...options,
          command: { words: ["cat", path], name: "cat" },
          cwd: "/",
          env: process.env,
          stderr: "log",
          restart: "never",
          label: typeof label === "object" ? label.name : undefined,
        },
        fakeHost(),
      );
    },
  },
  {
    name: "followed files, read once",
    hasPositions: true,
    open: async (content, options) => {
      const root = directory();
      writeFileSync(join(root, "input"), content);
      // An unfinished last line is left for the next run, unless nobody writes the file any more.
      const twoHoursAgo = Date.now() / 1000 - 7200;
      utimesSync(join(root, "input"), twoHoursAgo, twoHoursAgo);
      return openFollow(
        [join(root, "input")],
        { ...options, isFollowing: false, checkpoint: join(root, "state") },
        fakeHost(),
      );
    },
  },
];

function closing(source: Source, fd: number): Source {
  return {
    read: () => source.read(),
    stop: () => source.stop(),
    close: async () => {
      await source.close();
      closeSync(fd);
    },
  };
}

const normal = (text: string) => {
  const lines = text.split("\n").map((line) => line.replace(/^(?:\xef\xbb\xbf|\0{2,})+/, ""));
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line) => `${line.replace(/\r$/, "")}\n`).join("");
};
const parts = fc.constantFrom(
  "\n",
  "\r\n",
  "\r",
  "a",
  "line of text",
  "\xef\xbb\xbf",
  "\0",
  "\xff\xfe",
  "é".repeat(30),
);
/** What begins with the mark of UTF-16 is UTF-16, and so is what begins with a NUL beside every character. */
const contents = fc
  .array(parts, { maxLength: 50 })
  .map((texts) => texts.join("").replace(/^(?:\xff\xfe)+/, ""))
  .filter((text) => !text.includes("\0") || !canBeWide(Buffer.from(text, "latin1")));

/** A kind may have to judge by what has come so far. */
function canBeWide(content: Buffer): boolean {
  for (let end = 1; end <= Math.min(content.length, 1024); end++)
    if ((encodingOf(content.subarray(0, end)) ?? "utf-8") !== "utf-8") return true;
  return false;
}

const long = Array.from({ length: 20_000 }, (_, i) => `${i} ${"y".repeat(i % 90)}\n`).join("");

describe.each(kinds)("source: $name", (kind) => {
  test("whole lines, the same from every kind, at any block size", async () => {
    await fc.assert(
      fc.asyncProperty(contents, fc.integer({ min: 2, max: 200 }), async (content, blockBytes) => {
        const source = await kind.open(Buffer.from(content, "latin1"), { blockBytes });
        const blocks = await readAll(source);
        expect(textOf(blocks)).toBe(normal(content));
        // A block without lines says how far was read: to the end of a line that was too long, or only a byte order
        // mark.
        for (const { bytes } of blocks) expect(bytes.at(-1) ?? 0x0a).toBe(0x0a);
      }),
      { numRuns: kind.name.includes("zstd") || ["FIFO", "a program"].includes(kind.name) ? 12 : 40 },
    );
  });

  test("cursors grow, and stay with one stream", async () => {
    const blocks = await readAll(await kind.open(Buffer.from(long), { blockBytes: 10_000 }));
    expect(textOf(blocks)).toBe(long);
    const positions = blocks.flatMap((block) => block.cursor ?? []);
    expect(positions.length).toBe(kind.hasPositions ? blocks.length : 0);
    expect(new Set(positions.map((position) => position.stream)).size).toBe(kind.hasPositions ? 1 : 0);
    const offsets = positions.map((position) => position.offset);
    expect(offsets).toEqual([...new Set(offsets)].toSorted((a, b) => a - b));
    if (kind.hasPositions) expect(offsets.at(-1)).toBe(long.length);
  });

  test("after the end: undefined, again and again", async () => {
    const source = await kind.open(Buffer.from("one\n"), {});
    expect((await source.read())?.bytes.toString()).toBe("one\n");
    for (let i = 0; i < 3; i++) expect(await source.read()).toBeUndefined();
    await source.close();
  });

  test("an empty input ends at once", async () => {
    expect(await readAll(await kind.open(Buffer.alloc(0), {}))).toEqual([]);
  });

  test("stop() ends it soon, with whole lines only from what can be read again", async () => {
    const source = await kind.open(Buffer.from(long), { blockBytes: 5000 });
    const first = await source.read();
    source.stop();
    const text = textOf([first!, ...(await readAll(source))]);
    expect(text.length).toBeLessThan(long.length);
    if (kind.hasPositions) expect(long.startsWith(text)).toBe(true);
  });

  test("close() without having read frees everything", async () => {
    const source = await kind.open(Buffer.from(long), {});
    await source.close();
  });

  test("a block is its own memory", async () => {
    const blocks = await readAll(await kind.open(Buffer.from(long), { blockBytes: 5000 }));
    expect(new Set(blocks.map((block) => block.bytes.buffer)).size).toBe(blocks.length);
  });

  test("labels", async () => {
    const named = await readAll(await kind.open(Buffer.from("x\n"), { label: { name: "web" } }));
    expect(named.map((block) => block.labels)).toEqual([{ source: "web" }]);
    const plain = await readAll(await kind.open(Buffer.from("x\n"), {}));
    expect(plain.map((block) => block.labels)).toEqual([undefined]);
  });
});
