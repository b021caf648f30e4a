/** What is followed and is no UTF-8 text: other encodings, holes, packed copies of any kind. */
import { appendFileSync, truncateSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import { openFollow } from "../../../../src/lib/sources/follow/follow.js";
import type { FollowOptions } from "../../../../src/lib/sources/follow/follow-options.js";
import { readUntil, temporaryDirectories } from "../support/harness.js";
import { fakeHost } from "../support/host.js";

vi.setConfig({ testTimeout: 300_000 });
const directory = temporaryDirectories();

async function follow(patterns: string[], options: FollowOptions = {}) {
  const host = fakeHost();
  const source = await openFollow(patterns, { graceMs: 400, pollMs: 50, ...options }, host);
  return { source, host };
}

/** The lines, while `write` is told how many have come. */
async function linesOf(
  patterns: string[],
  write: (lines: number) => void,
  isEnough: (lines: string[]) => boolean,
  options: FollowOptions = {},
) {
  const { source, host } = await follow(patterns, options);
  const { lines } = await readUntil(source, (all) => {
    write(all.length);
    return isEnough(all);
  });
  return { lines, host };
}

describe("UTF-16 that is followed", () => {
  const utf16 = (text: string) => Buffer.from(text, "utf16le");

  test("each line once, however it is torn, and through a restart", async () => {
    const root = directory();
    const path = join(root, "a.log");
    const checkpoint = join(root, "check.json");
    writeFileSync(path, utf16("\ufeffline 0 \u4e2d\u0a0a\r\n"));
    let written = 1;
    const write = (lines: number) => {
      if (lines !== written || written % 5 === 0) return;
      const bytes = utf16(`line ${written++} \u4e2d\u0a0a\r\n`);
      appendFileSync(path, bytes.subarray(0, 7));
      setTimeout(() => appendFileSync(path, bytes.subarray(7)), 120);
    };
    const got: string[] = [];
    for (let run = 0; run < 3; run++) {
      const before = got.length;
      const { lines } = await linesOf(
        [path],
        (n) => write(before + n),
        (all) => before + all.length === written && written % 5 === 0,
        {
          checkpoint,
        },
      );
      got.push(...lines);
      appendFileSync(path, utf16(`line ${written++} \u4e2d\u0a0a\r\n`));
    }
    expect(got).toEqual(Array.from({ length: got.length }, (_, n) => `line ${n} \u4e2d\u0a0a`));
    expect(got.length).toBe(15);
  });

  test("from the end: from a whole line on", async () => {
    const path = join(directory(), "a.log");
    writeFileSync(path, utf16("\ufefffirst\r\nsecond\r\nunfin"));
    const { source } = await follow([path], { from: "end" });
    setTimeout(() => appendFileSync(path, utf16("ished\r\n")), 300);
    expect((await readUntil(source, (all) => all.length === 1)).lines).toEqual(["unfinished"]);
  });
});

test("a hole that truncation leaves is passed over, and said once", async () => {
  const path = join(directory(), "a.log");
  const file = await open(path, "w");
  await file.write("before 1\nbefore 2\n".repeat(100));
  let isTruncated = false;
  const { lines, host } = await linesOf(
    [path],
    (n) => {
      if (n !== 200 || isTruncated) return;
      isTruncated = true;
      truncateSync(path, 0);
      void file.write("after\n");
    },
    (all) => all.includes("after"),
  );
  await file.close();
  expect(lines.slice(200)).toEqual(["after"]);
  expect(host.notices.filter((text) => text.includes("NUL"))).toEqual([
    "the followed files: 1,800 NUL bytes at the start of lines left out: a hole in the file",
  ]);
});

test.each([
  ["gzip", gzipSync("packed 1\npacked 2\n"), ["packed 1", "packed 2"], []],
  [
    "bzip2",
    Buffer.concat([Buffer.from("425a6839314159265359", "hex"), Buffer.from("\nmore\nof it\n")]),
    [],
    ["bzip2"],
  ],
  ["zip", Buffer.concat([Buffer.from("504b0304", "hex"), Buffer.from("\nmore\nof it\n")]), [], ["a zip"]],
] as const)(
  "a file that is %s only after it was found is not followed as lines",
  async (_, packed, wanted, named) => {
    const root = directory();
    writeFileSync(join(root, "app.log"), "first\n");
    writeFileSync(join(root, "app.log.1"), "");
    const { source, host } = await follow([join(root, "app.log*")]);
    let seen: readonly string[] = [];
    const isDone = () =>
      host.complaints.length >= named.length && wanted.every((line) => seen.includes(line));
    // Not at once: the empty file has been looked at by then, or else there is nothing to test.
    setTimeout(() => writeFileSync(join(root, "app.log.1"), packed), 400);
    const timer = setInterval(() => isDone() && appendFileSync(join(root, "app.log"), "last\n"), 500);
    const { lines } = await readUntil(source, (all) => {
      seen = all;
      return all.includes("last");
    });
    clearInterval(timer);
    expect(lines.filter((line) => line !== "first" && line !== "last")).toEqual(wanted);
    expect(host.complaints.length).toBe(named.length);
    for (const [n, what] of named.entries()) expect(host.complaints[n]).toContain(what);
  },
);
