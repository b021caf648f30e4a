/** Kinds of files, and what can happen to one. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const KINDS = [
  { name: "commit", pattern: /_delta_log\/\d{20}\.json$/, isText: true },
  { name: "checkpoint", pattern: /_delta_log\/.*\.checkpoint\.parquet$/ },
  { name: "last-checkpoint", pattern: /_delta_log\/_last_checkpoint$/, isText: true },
  { name: "copy", pattern: /_log_copies\/\d{20}\.json$/, isText: true },
  { name: "newest", pattern: /_log_copies\/newest$/, isText: true },
  { name: "cache", pattern: /_index\/_snapshots\/.*\.bin$/ },
  { name: "filter", pattern: /_index\/.*\.bloom$/ },
  { name: "parquet", pattern: /part-[^/]*\.parquet$/ },
  { name: "wal-data", pattern: /_wal\/[^/]*\/\d{20}\.ndjson$/, isText: true },
  { name: "wal-index", pattern: /_wal\/[^/]*\/\d{20}\.commits$/, isText: true },
  { name: "wal-aside", pattern: /_wal\/[^/]*\/\d{20}\.aside$/, isText: true },
  { name: "wal-mark", pattern: /_wal\/[^/]*\/acknowledged$/, isText: true },
  { name: "quarantine", pattern: /_quarantine\/.*\.ndjson$/, isText: true },
  { name: "state", pattern: /_state\/[^/]*\/\d+\.state$/ },
  { name: "lock", pattern: /\/lock-\d+$/, isText: true },
];

/** Of Parquet files and their filters those that the newest version has: `query --as-of` looks after the others. */
export function filesOf({ files, live }, { name, pattern }) {
  const isNeeded = (path) =>
    name === "parquet" ? live.has(path) : name !== "filter" || live.has(dataOf(path));
  return files.filter((path) => pattern.test(path) && isNeeded(path));
}

/** The file that a filter is of, by its path in a state. */
function dataOf(path) {
  return path
    .replace("/_index/", "/")
    .replace("store/logs/_tiers/", "")
    .replace(/\.bloom$/, "");
}

/** Does one thing to the file. Says what, and what the file was and is: undefined when it is gone. */
export function mutate(store, { state, kind, path, siblings }, random) {
  const absolute = join(store, "..", path);
  const before = readFileSync(absolute);
  const isText = KINDS.find(({ name }) => name === kind).isText === true;
  const others = siblings.filter((other) => other !== path);
  const able = [...ANY, ...(isText ? TEXT : []), ...(others.length > 0 ? ["replace"] : [])];
  const name = random.of(able);
  const other = name === "replace" ? readFileSync(join(state.root, random.of(others))) : undefined;
  const after = name === "delete" ? undefined : (other ?? CHANGES[name](before, random));
  if (after === undefined) rmSync(absolute);
  else writeFileSync(absolute, after);
  return { name, what: `${path}: ${name}${placeOf(before, after)}`, before, after };
}

const ANY = [
  "bit",
  "bit",
  "bytes",
  "zeros",
  "cut",
  "delete",
  "empty",
  "append",
  "dropBytes",
  "insertBytes",
  "double",
];
const TEXT = ["digit", "digit", "letter", "cutAtLine", "dropLine", "dropFirst", "swapLines", "doubleLine"];

const CHANGES = {
  bit: (bytes, random) => with_(bytes, random, 1, (byte) => byte ^ (1 << random.below(8))),
  bytes: (bytes, random) => with_(bytes, random, 1 + random.below(64), () => random.below(256)),
  zeros: (bytes, random) => with_(bytes, random, 1 + random.below(512), () => 0),
  cut: (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  empty: () => Buffer.alloc(0),
  append: (bytes, random) =>
    Buffer.concat([
      bytes,
      Buffer.from(Array.from({ length: 1 + random.below(40) }, () => random.below(256))),
    ]),
  dropBytes: (bytes, random) => {
    const at = random.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(16))]);
  },
  insertBytes: (bytes, random) => {
    const at = random.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), Buffer.from([random.below(256)]), bytes.subarray(at)]);
  },
  double: (bytes) => Buffer.concat([bytes, bytes]),
  digit: (bytes, random) => replaceOne(bytes, random, /\d/g, () => String(random.below(10))),
  letter: (bytes, random) =>
    replaceOne(bytes, random, /[a-z]/g, () => "abcdefghijklmnopqrstuvwxyz"[random.below(26)]),
  cutAtLine: (bytes, random) => lines(bytes, (all) => all.slice(0, random.below(all.length))),
  dropLine: (bytes, random) => lines(bytes, (all) => all.toSpliced(random.below(all.length), 1)),
  dropFirst: (bytes, random) => lines(bytes, (all) => all.slice(1 + random.below(all.length))),
  doubleLine: (bytes, random) =>
    lines(bytes, (all) => {
      const at = random.below(all.length);
      return all.toSpliced(at, 0, all[at]);
    }),
  swapLines: (bytes, random) =>
    lines(bytes, (all) => {
      const [a, b] = [random.below(all.length), random.below(all.length)];
      return all.with(a, all[b]).with(b, all[a]);
    }),
};

function with_(bytes, random, length, change) {
  const copy = Buffer.from(bytes);
  const at = random.below(bytes.length);
  for (let i = at; i < Math.min(bytes.length, at + length); i++) copy[i] = change(copy[i]);
  return copy;
}

function replaceOne(bytes, random, pattern, change) {
  const text = bytes.toString("latin1");
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return bytes;
  const { index } = random.of(found);
  return Buffer.from(text.slice(0, index) + change() + text.slice(index + 1), "latin1");
}

function lines(bytes, change) {
  const all = bytes.toString("latin1").split("\n").slice(0, -1);
  return Buffer.from(
    all.length === 0
      ? ""
      : change(all)
          .map((line) => `${line}\n`)
          .join(""),
    "latin1",
  );
}

function placeOf(before, after) {
  if (after === undefined) return ` of ${before.length} bytes`;
  let at = 0;
  while (at < Math.min(before.length, after.length) && before[at] === after[at]) at++;
  return ` at byte ${at} of ${before.length}, now ${after.length}`;
}
