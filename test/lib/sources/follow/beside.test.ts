/** Copies and rotated files that lie beside their log before anything of either is read. */
import { appendFileSync, copyFileSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { type FollowOptions, openFollow } from "../../../../src/lib/sources/follow/follow.js";
import { OriginalNames } from "../../../../src/lib/sources/follow/recognise/originals.js";
import { isNamedAfter } from "../../../../src/lib/sources/identity/siblings.js";
import { readUntil, temporaryDirectories, watch } from "../support/harness.js";
import { fakeHost } from "../support/host.js";
import { stored } from "../support/zstd.js";

vi.setConfig({ testTimeout: 60_000 });
const directory = temporaryDirectories();
const lines = (name: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `${name} line ${from + i} of a log with some text`);
const text = (name: string, from: number, to: number) => `${lines(name, from, to).join("\n")}\n`;

async function once(pattern: string, options: FollowOptions = {}): Promise<string[]> {
  const source = await openFollow([pattern], { isFollowing: false, pollMs: 20, ...options }, fakeHost());
  return (await readUntil(source, () => false)).lines.toSorted();
}

/** What a first look at `app*` gives of these files, and a second run. */
async function first(files: Record<string, string | Buffer>): Promise<string[]> {
  const root = directory();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(root, name), content);
  const checkpoint = join(root, "check.json");
  const found = await once(join(root, "app*"), { checkpoint });
  expect(await once(join(root, "app*"), { checkpoint })).toEqual([]);
  return found;
}

const whole = text("a", 0, 100);

// elastic/beats#39731, open-telemetry/opentelemetry-collector-contrib#40523, fluent/fluentd#1613
test.each<[string, Record<string, string | Buffer>]>([
  ["under a number", { "app.log": whole, "app.log.1": whole }],
  ["under a date, sorted before its log", { "app.log": whole, "app-20261122.log": whole }],
  ["with a tilde or .bak", { "app.log": whole, "app.log~": whole, "app.log.bak": whole }],
  ["that is older than its log", { "app.log": whole, "app.log.1": text("a", 0, 60) }],
  ["that is cut within a line", { "app.log": whole, "app.log.1": whole.slice(0, 700) }],
  ["with gzip", { "app.log": whole, "app.log.1.gz": gzipSync(whole) }],
  [
    "with gzip, of which there is more by now",
    { "app.log": whole, "app.log.gz": gzipSync(text("a", 0, 50)) },
  ],
  [
    "in two members",
    {
      "app.log": whole,
      "app.log.1.gz": Buffer.concat([gzipSync(text("a", 0, 50)), gzipSync(text("a", 50, 100))]),
    },
  ],
  ["of a copy", { "app.log": whole, "app.log.1": whole, "app.log.1.gz": gzipSync(whole) }],
])("a copy %s is not read beside its log at the first look", async (_how, files) => {
  expect(await first(files)).toEqual(lines("a", 0, 100).toSorted());
});

test("a small packed file named as its log is its copy when it holds no other line", async () => {
  expect(await first({ "app.log": "one\ntwo\n", "app.log.gz": gzipSync("one\n") })).toEqual(["one", "two"]);
  expect(await first({ "app.log": "one\ntwo\n", "app.log.gz": gzipSync("one\n2\n") })).toHaveLength(4);
});

const header = `#${"h".repeat(2000)}\n`;

test.each<[string, Record<string, string | Buffer>, number]>([
  ["begins alike", { "app.log": header + text("b", 0, 9), "app.log.1": header + text("a", 0, 9) }, 20],
  [
    "begins alike and is packed",
    { "app.log": header + text("b", 0, 9), "app.log.1.gz": gzipSync(header + text("a", 0, 9)) },
    20,
  ],
  [
    "begins and ends alike",
    {
      "app.log": `${text("a", 0, 50)}odd\n${text("a", 50, 100)}`,
      "app.log.1": `${text("a", 0, 50)}ODD\n${text("a", 50, 100)}`,
    },
    202,
  ],
  ["is longer", { "app.log": text("a", 0, 50), "app.log.1": whole }, 150],
  [
    "was packed under the log's own name, which started over",
    { "app.log": text("b", 0, 20), "app.log.gz": gzipSync(whole) },
    120,
  ],
  ["is small", { "app.log": "one\ntwo\n", "app.log.1": "one\n" }, 3],
  ["is the same as another rotated one, and the log is gone", { "app.1": whole, "app.2": whole }, 200],
  ["has the same lines and another name", { "app.log": whole, "application.log": whole }, 200],
])("a rotated file that %s is read", async (_how, files, count) => {
  expect(await first(files)).toHaveLength(count);
});

test("an archive that is still being written beside its log is no reason to read the log twice", async () => {
  const packed = gzipSync(whole);
  expect(
    await first({ "app.log": whole, "app.log.1.gz": packed.subarray(0, packed.length / 2) }),
  ).toHaveLength(100);
});

test("zstd is compared as well", async () => {
  const packed = stored(Buffer.from(whole));
  expect(await first({ "app.log": whole, "app.log.1.zst": packed })).toHaveLength(100);
});

test("a copy that is there when a follower comes is its log's once that is truncated", async () => {
  const root = directory();
  const path = join(root, "app.log");
  writeFileSync(path, whole);
  copyFileSync(path, `${path}.1`);
  const options = { checkpoint: join(root, "c.json"), pollMs: 20, graceMs: 200 };
  const { result, seen } = watch(
    await openFollow([`${path}*`], options, fakeHost()),
    (found) => found.at(-1) === "end",
  );
  await seen(100);
  truncateSync(path);
  appendFileSync(path, text("b", 0, 10));
  await seen(110);
  appendFileSync(path, "end\n");
  expect((await result).lines.toSorted()).toEqual(
    [...lines("a", 0, 100), ...lines("b", 0, 10), "end"].toSorted(),
  );
});

test("a file that nobody has touched for long is compared as one of now", async () => {
  const root = directory();
  const path = join(root, "app.log");
  writeFileSync(path, whole);
  writeFileSync(`${path}.1`, whole);
  for (const name of [path, `${path}.1`]) utimesSync(name, 1_700_000_000, 1_700_000_000);
  expect(await once(`${path}*`, { checkpoint: join(root, "c.json") })).toHaveLength(100);
});

test("the originals of a name are found among any", () => {
  const part = fc.constantFrom("app", "log", "1", "2", "gz", "20261122", "x");
  const name = fc
    .array(fc.tuple(part, fc.constantFrom(".", "-", "_", "~", "")), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.flat().join(""));
  fc.assert(
    fc.property(
      fc.uniqueArray(name, { maxLength: 20 }),
      name,
      fc.constantFrom("", "./", "/var/log/", "logs/"),
      (all, one, before) => {
        const paths = all.map((other) => before + other);
        const path = `${before}${one}`;
        const wanted = paths.filter((other) => isNamedAfter(other, path) && !isNamedAfter(path, other));
        expect(new OriginalNames(paths).originalsOf(path).toSorted()).toEqual(wanted.toSorted());
      },
    ),
  );
});
