import { execFileSync, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import { openFiles } from "../../../../src/lib/sources/files/files.js";
import { expandBraces, expandGlob } from "../../../../src/lib/sources/files/glob.js";
import { openInputs } from "../../../../src/lib/sources/files/open.js";
import { openStdin } from "../../../../src/lib/sources/files/stdin.js";
import { readAll, sleep, temporaryDirectories, textOf } from "../support/harness.js";
import { fakeHost } from "../support/host.js";
import { hasZstd, zstd } from "../support/zstd.js";

vi.setConfig({ testTimeout: 300_000 });
const directory = temporaryDirectories();
const numbered = (n: number) =>
  Array.from({ length: n }, (_, i) => `${i} ${(i * 7919) % 10_007} some text\n`).join("");

describe("files", () => {
  test("in order, each a stream of its own: no line runs from one into the next", async () => {
    const root = directory();
    writeFileSync(join(root, "a"), "\ufeffone\ntwo");
    writeFileSync(join(root, "b"), "\ufeffthree\r\nfour\r\n");
    const blocks = await readAll(
      openFiles([join(root, "a"), join(root, "b")], { label: "path" }, fakeHost()),
    );
    expect(blocks.map((block) => block.bytes.toString())).toEqual(["one\ntwo\n", "three\nfour\n"]);
    expect(blocks.map((block) => block.labels?.source)).toEqual([join(root, "a"), join(root, "b")]);
  });

  test("what cannot be read is named with a reason, the others are read", async () => {
    const root = directory();
    writeFileSync(join(root, "a"), "one\n");
    const host = fakeHost();
    const paths = [root, join(root, "missing"), join(root, "a"), join(root, "a/b")];
    expect(textOf(await readAll(openFiles(paths, {}, host)))).toBe("one\n");
    expect(host.complaints).toEqual([
      `cannot read ${root}: it is a directory`,
      `cannot read ${join(root, "missing")}: no such file or directory`,
      `cannot read ${join(root, "a/b")}: a part of the path is not a directory`,
    ]);
  });

  test("a name that no file can have is refused before anything is read", () => {
    expect(() => openFiles([directory(), "bad\0name"], {}, fakeHost())).toThrow("has a NUL in it");
  });

  test.each([
    ["gzip", (text: string) => gzipSync(text), "its gzip data ends too early"],
    ["zstd", zstd, "its zstd data ends too early"],
  ] as const)(
    "%s cut short: what can be decoded is delivered, then it is named",
    async (_, encode, reason) => {
      const text = numbered(200_000);
      const whole = encode(text);
      for (const share of [0.999, 0.5, 0.01]) {
        const path = join(directory(), "cut");
        writeFileSync(path, whole.subarray(0, Math.floor(whole.length * share)));
        const host = fakeHost();
        const got = textOf(await readAll(openFiles([path], {}, host))).replace(/\n$/, "");
        expect(text.startsWith(got)).toBe(true);
        expect(got.length).toBeGreaterThan(text.length * share * 0.8 - 150_000);
        expect(host.complaints).toEqual([`cannot read all of ${path}: ${reason}`]);
      }
    },
  );

  test.each([
    ["gzip", (text: string) => gzipSync(text)],
    ...(hasZstd ? [["zstd", zstd] as const] : []),
  ] as const)(
    "%s with any bit flipped: an end, a complaint or the same text; never a wrong line without a word",
    async (_, encode) => {
      const text = numbered(2000);
      const whole = encode(text);
      // A broken magic number makes it a plain file: from the byte after.
      for (let at = 4; at < whole.length; at += Math.ceil(whole.length / 20)) {
        const path = join(directory(), "flipped");
        const flipped = Buffer.from(whole);
        flipped[at]! ^= 1 << (at % 8);
        writeFileSync(path, flipped);
        const host = fakeHost();
        const got = textOf(await readAll(openFiles([path], {}, host)));
        if (got !== text) expect(host.complaints.length).toBe(1);
      }
    },
  );

  test("garbage after a compressed member: the member is delivered, the garbage is named", async () => {
    for (const whole of [gzipSync("good\n"), zstd("good\n")]) {
      const path = join(directory(), "tail");
      writeFileSync(path, Buffer.concat([whole, Buffer.from("garbage, not compressed\n")]));
      const host = fakeHost();
      expect(textOf(await readAll(openFiles([path], {}, host)))).toBe("good\n");
      expect(host.complaints.length).toBe(1);
    }
  });

  test("binary garbage passes as it is, lines cut at newlines", async () => {
    const path = join(directory(), "garbage");
    const bytes = Buffer.alloc(300_000, 0).map((_, i) => (Math.imul(i + 1, 2654435761) >>> 13) & 0xff);
    const garbage = Buffer.from(bytes);
    writeFileSync(path, garbage);
    const got = textOf(await readAll(openFiles([path], {}, fakeHost())));
    expect(got).toBe(`${garbage.toString("latin1")}\n`.replace(/\n\n$/, "\n").replaceAll("\r\n", "\n"));
  });

  test("a 50 MB line arrives whole; above the limit it is handed over in pieces, and its neighbours stay", async () => {
    const path = join(directory(), "long");
    const line = "z".repeat(50_000_000);
    writeFileSync(path, `before\n${line}\nafter\n`);
    const blocks = await readAll(openFiles([path], {}, fakeHost()));
    expect(blocks.reduce((sum, block) => sum + block.bytes.length, 0)).toBe(50_000_000 + 14);
    let total = 0;
    const onOversized = (piece: Buffer) => {
      expect(piece.length).toBeLessThanOrEqual(1_000_000);
      total += piece.length;
    };
    const limited = await readAll(openFiles([path], { maxLineBytes: 1_000_000, onOversized }, fakeHost()));
    expect(textOf(limited)).toBe("before\nafter\n");
    expect(total).toBe(50_000_000);
    const host = fakeHost();
    await readAll(openFiles([path], { maxLineBytes: 1_000_000 }, host));
    expect(host.complaints.length).toBe(1);
  });
});

describe("standard input", () => {
  /** A child's standard output as our standard input: `sh` writes into a FIFO that is opened as a plain descriptor. */
  function pipeFrom(script: string): number {
    const path = join(directory(), "fifo");
    execFileSync("mkfifo", [path]);
    spawn("sh", ["-c", `exec > "$0"; ${script}`, path], { stdio: "ignore" });
    return openSync(path, "r");
  }

  test("lines followed by silence come at once, an unfinished one waits", async () => {
    const more = join(directory(), "more");
    execFileSync("mkfifo", [more]);
    // The rest of the line comes only once the first one has been seen here.
    const stdin = pipeFrom(`printf 'one\\ntw'; cat ${more}; sleep 30`);
    const source = openStdin({}, fakeHost({ stdin }));
    expect((await source.read())?.bytes.toString()).toBe("one\n");
    writeFileSync(more, "o\n");
    expect((await source.read())?.bytes.toString()).toBe("two\n");
    source.stop();
    expect(await source.read()).toBeUndefined();
    await source.close();
  });

  test("a slow reader makes the writer wait", async () => {
    const path = join(directory(), "progress");
    const stdin = pipeFrom(
      `i=0; while [ $i -lt 200 ]; do head -c 65535 /dev/zero | tr '\\000' x; echo; i=$((i+1)); echo $i > ${path}; done`,
    );
    const source = openStdin({}, fakeHost({ stdin }));
    const first = await source.read();
    await sleep(700);
    const { readFileSync } = await import("node:fs");
    // One block ahead, a queue of 256 KiB and the pipe itself: far from all 13 MB.
    expect(Number(readFileSync(path, "utf8"))).toBeLessThan(60);
    const rest = await readAll(source);
    expect([first!, ...rest].reduce((sum, block) => sum + block.bytes.length, 0)).toBe(200 * 65_536);
  });

  test("a file is read from where it stands, and left open", async () => {
    const path = join(directory(), "file");
    writeFileSync(path, "one\ntwo\n");
    const { readSync } = await import("node:fs");
    const stdin = openSync(path, "r");
    readSync(stdin, Buffer.alloc(4), 0, 4, null);
    const blocks = await readAll(openStdin({}, fakeHost({ stdin })));
    expect(textOf(blocks)).toBe("two\n");
    expect(blocks[0]?.cursor?.offset).toBe(8);
    closeSync(stdin);
  });

  test("a directory is named", async () => {
    const host = fakeHost({ stdin: openSync(directory(), "r") });
    expect(await readAll(openStdin({}, host))).toEqual([]);
    expect(host.complaints).toEqual(["cannot read standard input: it is a directory"]);
    closeSync(host.standard.stdin);
  });
});

describe("operands", () => {
  test("patterns are expanded in place and sorted; one that matches nothing is named", async () => {
    const root = directory();
    mkdirSync(join(root, "deep/er"), { recursive: true });
    for (const name of [
      "b.log",
      "a.log",
      "c.txt",
      ".hidden.log",
      "deep/d.log",
      "deep/er/e.log",
      "x[1].log",
      "deep/{f}.log",
    ]) {
      writeFileSync(join(root, name), `${name}\n`);
    }
    const found = async (pattern: string) =>
      (await expandGlob(join(root, pattern))).map((p) => p.slice(root.length + 1));
    expect(await found("*.log")).toEqual(["a.log", "b.log", "x[1].log"]);
    expect(await found("**/*.log")).toEqual([
      "a.log",
      "b.log",
      "deep/d.log",
      "deep/er/e.log",
      "deep/{f}.log",
      "x[1].log",
    ]);
    expect(await found("[!a].log")).toEqual(["b.log"]);
    expect(await found("{b,a}.{log,txt}")).toEqual(["a.log", "b.log"]);
    expect(await found("?.txt")).toEqual(["c.txt"]);
    expect(await found("x[1].log")).toEqual(["x[1].log"]);
    expect(await found("deep/\\{f\\}.l*")).toEqual(["deep/{f}.log"]);
    expect(await found("none*")).toEqual([]);
    expect(await found("*")).toEqual(["a.log", "b.log", "c.txt", "x[1].log"]);
    expect(await found(".h*")).toEqual([".hidden.log"]);
    const host = fakeHost();
    const source = await openInputs([join(root, "none*"), join(root, "[ab].log")], {}, host, "ingest");
    expect(textOf(await readAll(source))).toBe("a.log\nb.log\n");
    expect(host.complaints).toEqual([`cannot read ${join(root, "none*")}: no file matches`]);
  });

  test("braces", () => {
    expect(expandBraces("a{b,c{d,e}}f")).toEqual(["abf", "acdf", "acef"]);
    expect(expandBraces("a{b}c{,d}")).toEqual(["a{b}c", "a{b}cd"]);
    expect(expandBraces("a{b,c")).toEqual(["a{b,c"]);
  });

  test("nothing to read: usage", async () => {
    const opening = openInputs([], {}, fakeHost({ stdinIsTerminal: true }), "parse");
    await expect(opening).rejects.toMatchObject({ code: "usage.nothing-to-read", exitCode: 2 });
  });
});
