/** What users of other followers have reported, as histories of our own. */
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  renameSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test, vi } from "vitest";
import { type FollowOptions, openFollow } from "../../../../src/lib/sources/follow/follow.js";
import { readUntil, temporaryDirectories, watch } from "../support/harness.js";
import { fakeHost } from "../support/host.js";

vi.setConfig({ testTimeout: 300_000 });
const directory = temporaryDirectories();
const lines = (name: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `2026-11-22 ${name} ${from + i}`);
const text = (name: string, from: number, to: number) => `${lines(name, from, to).join("\n")}\n`;

async function once(patterns: string[], checkpoint: string, options: FollowOptions = {}): Promise<string[]> {
  const all = { isFollowing: false, checkpoint, pollMs: 20, ...options };
  const source = await openFollow(patterns, all, fakeHost());
  return (await readUntil(source, () => false)).lines;
}

// vectordotdev/vector#7990, open-telemetry/opentelemetry-collector-contrib#37772, #40523
test("three days down: the pattern has the packed logs in it, of which only what was not read comes", async () => {
  const root = directory();
  const [path, checkpoint] = [join(root, "test.log"), join(root, "c.json")];
  writeFileSync(path, text("a", 0, 60));
  expect(await once([`${path}*`], checkpoint)).toEqual(lines("a", 0, 60));
  writeFileSync(`${path}.2.gz`, gzipSync(text("a", 0, 90)));
  writeFileSync(`${path}.1.gz`, gzipSync(text("b", 0, 40)));
  unlinkSync(path);
  writeFileSync(path, text("c", 0, 10));
  const wanted = [...lines("a", 60, 90), ...lines("b", 0, 40), ...lines("c", 0, 10)];
  expect((await once([`${path}*`], checkpoint)).toSorted()).toEqual(wanted.toSorted());
});

// open-telemetry/opentelemetry-collector-contrib#46105
test("a log of a few bytes, appended to, packed and started over at once, while it is followed", async () => {
  const root = directory();
  const path = join(root, "test.log");
  writeFileSync(path, "Log line 1\nLog line 2\n");
  const options = { checkpoint: join(root, "c.json"), graceMs: 200, pollMs: 20 };
  const source = await openFollow([`${path}*`], options, fakeHost());
  const { result, seen } = watch(source, (found) => found.includes("end"));
  await seen(2);
  appendFileSync(path, "Log line 3\nLog line 4\n");
  writeFileSync(`${path}.gz`, gzipSync("Log line 1\nLog line 2\nLog line 3\nLog line 4\n"));
  unlinkSync(path);
  writeFileSync(path, "Log line 5\nLog line 6\n");
  await seen(6);
  appendFileSync(path, "end\n");
  expect((await result).lines.toSorted()).toEqual([...[1, 2, 3, 4, 5, 6].map((n) => `Log line ${n}`), "end"]);
});

// open-telemetry/opentelemetry-collector-contrib#46496, vectordotdev/vector#2890
test("two programs that write the same lines are two logs, whenever the second begins", async () => {
  const root = directory();
  const [messages, syslog] = [join(root, "messages"), join(root, "syslog")];
  const same = text("kernel: booting", 0, 80);
  writeFileSync(messages, same);
  const source = await openFollow([join(root, "*")], { pollMs: 20 }, fakeHost());
  const { result, seen } = watch(source, (found) => found.length >= 161);
  await seen(80);
  writeFileSync(syslog, same);
  await seen(160);
  appendFileSync(syslog, "only here\n");
  expect((await result).lines.filter((line) => line === "only here")).toHaveLength(1);
});

// fluent/fluent-bit#1875, #4895, #8025
test("deleted and recreated under its name, with a text as long, while nothing runs", async () => {
  const root = directory();
  const [path, checkpoint] = [join(root, "a.log"), join(root, "c.json")];
  for (const word of ["hello", "again", "thing"]) {
    writeFileSync(path, `${word}\n`);
    expect(await once([path], checkpoint)).toEqual([word]);
    unlinkSync(path);
  }
});

// elastic/beats#39731, #45300
test("copied and truncated twice and packed, with a restart: nothing is lost, nothing comes twice", async () => {
  const root = directory();
  const [path, checkpoint] = [join(root, "app.log"), join(root, "c.json")];
  writeFileSync(path, text("a", 0, 50));
  const found = await once([`${path}*`], checkpoint);
  for (const name of ["b", "c"]) {
    if (name === "c") renameSync(`${path}.1.gz`, `${path}.2.gz`);
    copyFileSync(path, `${path}.1`);
    truncateSync(path, 0);
    appendFileSync(path, text(name, 0, 50));
    writeFileSync(`${path}.1.gz`, gzipSync(text(name === "b" ? "a" : "b", 0, 50)));
    unlinkSync(`${path}.1`);
  }
  found.push(...(await once([`${path}*`], checkpoint)), ...(await once([`${path}*`], checkpoint)));
  expect(found.toSorted()).toEqual(["a", "b", "c"].flatMap((name) => lines(name, 0, 50)).toSorted());
});

// vectordotdev/vector#643
test("empty files are not one another, and short ones that say the same are read each", async () => {
  const root = directory();
  const checkpoint = join(root, "c.json");
  for (const name of ["a", "b", "c"]) writeFileSync(join(root, `${name}.log`), "");
  expect(await once([join(root, "*.log")], checkpoint)).toEqual([]);
  for (const name of ["a", "b", "c"]) appendFileSync(join(root, `${name}.log`), "starting\n");
  writeFileSync(join(root, "d.log"), "starting\n");
  expect(await once([join(root, "*.log")], checkpoint)).toEqual(Array(4).fill("starting"));
});

// fluent/fluent-bit#2110
test("the log of a container: a symbolic link to a file that is rotated elsewhere, while nothing runs", async () => {
  const root = directory();
  const checkpoint = join(root, "c.json");
  const pod = join(root, "pods", "web");
  mkdirSync(pod, { recursive: true });
  mkdirSync(join(root, "containers"));
  const [real, link] = [join(pod, "0.log"), join(root, "containers", "web.log")];
  symlinkSync(real, link);
  writeFileSync(real, text("a", 0, 100));
  expect(await once([join(root, "containers", "*.log")], checkpoint)).toEqual(lines("a", 0, 100));
  appendFileSync(real, text("a", 100, 150));
  writeFileSync(`${real}.20261122-082034.gz`, gzipSync(text("a", 0, 150)));
  unlinkSync(real);
  writeFileSync(real, text("b", 0, 30));
  const found = await once([join(root, "containers", "*.log")], checkpoint);
  expect(found.toSorted()).toEqual([...lines("a", 100, 150), ...lines("b", 0, 30)].toSorted());
});

// fluent/fluent-bit#1330, with names as they are typed
test("rotated while nothing runs, following relative names", async () => {
  const root = directory();
  const before = process.cwd();
  process.chdir(root);
  try {
    writeFileSync("app.log", "one\ntwo\n");
    expect(await once(["app.log*"], "c.json")).toEqual(["one", "two"]);
    copyFileSync("app.log", "app.log.1");
    truncateSync("app.log", 0);
    appendFileSync("app.log", "three\n");
    expect(await once(["app.log*"], "c.json")).toEqual(["three"]);
  } finally {
    process.chdir(before);
  }
});

// Lines that differ only before what all of them end with.
test("a rotated file that is the shorter one, alike in its first line and its last bytes, is read", async () => {
  const root = directory();
  const [path, checkpoint] = [join(root, "app.log"), join(root, "c.json")];
  const line = (n: number) => `{"n":${n},"pad":"${"x".repeat(400)}"}`;
  const content = (...numbers: number[]) => `{"opened":true}\n${numbers.map(line).join("\n")}\n`;
  writeFileSync(path, content(1, 2, 3));
  expect(await once([`${path}*`], checkpoint)).toHaveLength(4);
  writeFileSync(`${path}.1`, content(4));
  writeFileSync(`${path}.2`, content(5));
  const found = await once([`${path}*`], checkpoint);
  expect(found.filter((text) => text.startsWith('{"n"'))).toEqual([line(4), line(5)]);
});
