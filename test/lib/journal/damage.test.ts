/** Hostile bytes in every file of a journal: what is sound is delivered, once and in order; the rest is counted. */
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { diskFiles } from "../../../src/lib/base/files.js";
import { writeChecked } from "../../../src/lib/journal/checked-json.js";
import type { Journal } from "../../../src/lib/journal/journal.js";
import { linkJournal, listLinks } from "../../../src/lib/store/wal/feed/link.js";
import { afterDeath, append, drain, openJournal, range, take, temporaryDirectory } from "./support.js";

const SEGMENT_BYTES = 60;

/** A journal with 40 events that died; reader "a" had taken 5, and that was saved. */
async function died(): Promise<string> {
  const directory = temporaryDirectory();
  const journal = await openJournal(directory, { segmentBytes: SEGMENT_BYTES });
  await append(journal, range(0, 40));
  const reader = journal.reader("a");
  await take(reader, 5);
  await reader.close();
  const dead = afterDeath(directory);
  await journal.close();
  return dead;
}

function filesIn(directory: string): string[] {
  const all = readdirSync(directory, { recursive: true }) as string[];
  return all.filter((name) => statSync(join(directory, name)).isFile()).sort();
}

/**
 * A disk that changes bytes tells no time. It matters for locks: one that is not readable and was written just now is
 * waited for, up to a minute, since its owner may live.
 */
function isOld(path: string): void {
  utimesSync(path, new Date("2020-01-01"), new Date("2020-01-01"));
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  if (bytes.length === 0) return;
  bytes[at % bytes.length]! ^= 1 << (at % 8);
  writeFileSync(path, bytes);
  isOld(path);
}

interface Got {
  readonly a: number[];
  readonly b: number[];
  readonly warnings: string[];
  readonly lost: number;
}

async function readAll(directory: string): Promise<Got> {
  const warnings: string[] = [];
  const journal: Journal = await openJournal(directory, { onWarning: (text) => warnings.push(text) });
  await append(journal, [1000]);
  await journal.finish();
  const [a, b] = [await drain(journal.reader("a")), await drain(journal.reader("b"))];
  const { losses, readers } = journal.stats();
  expect(readers.map(({ waitingEvents }) => waitingEvents)).toEqual([0, 0]);
  await journal.close();
  return { a, b, warnings, lost: losses.damagedEvents };
}

const inOrder = (numbers: number[]) => expect(numbers).toEqual([...new Set(numbers)].sort((x, y) => x - y));

test("one flipped bit, in any file, costs at most the block that it is in, and is said", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat(), async (which, at) => {
      const directory = await died();
      const files = filesIn(directory);
      const name = files[which % files.length]!;
      flip(join(directory, name), at);
      const { a, b, warnings, lost } = await readAll(directory);
      inOrder(a);
      inOrder(b);
      expect([a.at(-1), b.at(-1)]).toEqual([1000, 1000]);
      const missing = range(0, 40).filter((n) => !b.includes(n));
      // A newline that is gone joins two lines of an index.
      expect(missing.length, `${name} at ${at}`).toBeLessThanOrEqual(name.endsWith(".commits") ? 2 : 1);
      if (missing.length > 0) expect(warnings.join(), name).toContain("damage");
      if (missing.length > 0 && name.endsWith(".ndjson")) expect(lost).toBeGreaterThan(0);
      // Its own place may be gone with its file: then it begins again.
      expect([0, 1, 5, 6]).toContain(a[0]);
    }),
    { numRuns: 40 },
  );
}, 120_000);

test("a file that is cut off or gone costs what is in it, and is said", async () => {
  for (const kind of ["cut", "gone"] as const) {
    const sample = filesIn(await died());
    for (const [i] of sample.entries()) {
      const directory = await died();
      const path = join(directory, filesIn(directory)[i]!);
      const { size } = statSync(path);
      if (kind === "gone") rmSync(path);
      else {
        truncateSync(path, Math.floor(size / 2));
        isOld(path);
      }
      const { a, b, warnings } = await readAll(directory);
      inOrder(a);
      inOrder(b);
      const missing = range(0, 40).filter((n) => !b.includes(n));
      expect(missing.length, `${kind} ${path}`).toBeLessThanOrEqual(Math.ceil(SEGMENT_BYTES / 8));
      if (missing.length > 0) expect(warnings.join(), `${kind} ${path}`).toMatch(/damage|missing/);
    }
  }
}, 120_000);

test("a segment that changes while the journal is open", async () => {
  const warnings: string[] = [];
  const directory = temporaryDirectory();
  const first = await openJournal(directory, { segmentBytes: SEGMENT_BYTES });
  await append(first, range(0, 40));
  await first.close();
  const writer = join(directory, "_wal", readdirSync(join(directory, "_wal"))[0]!);
  const journal = await openJournal(directory, { onWarning: (text) => warnings.push(text) });
  const b = await take(journal.reader("b"), 10);
  const [, , third] = readdirSync(writer)
    .filter((name) => name.endsWith(".ndjson"))
    .sort();
  flip(join(writer, third!), 3);
  await journal.finish();
  const a = await drain(journal.reader("a"));
  await take(journal.reader("b"), 100, true, b);
  expect(a.length).toBe(39);
  expect(b).toEqual(a);
  expect(warnings.join()).toMatch(/1 event cannot be delivered: 9 bytes are kept in .damaged files/);
  expect(journal.stats()).toMatchObject({ losses: { damagedEvents: 1, lostEvents: 0 } });
  await journal.close();
  const left = readdirSync(writer);
  expect(left.some((name) => name.endsWith(".damaged"))).toBe(true);
  expect(left.some((name) => name.endsWith(".ndjson"))).toBe(false);
});

test("segments and writers of another journal are left alone, or kept", async () => {
  const directory = await died();
  const other = await died();
  const [theirs] = readdirSync(join(other, "_wal"));
  renameSync(join(other, "_wal", theirs!), join(directory, "_wal", theirs!));
  const { b, warnings } = await readAll(directory);
  expect(b).toEqual([...range(0, 40), 1000]);
  expect(warnings.join()).toContain("is another journal's");
  expect(readdirSync(join(directory, "_wal"))).toEqual([theirs]);
});

test("a segment under another's number is kept, not delivered twice", async () => {
  const directory = await died();
  const writer = join(directory, "_wal", readdirSync(join(directory, "_wal"))[0]!);
  for (const ending of ["ndjson", "commits"])
    writeFileSync(
      join(writer, `${"2".padStart(20, "0")}.${ending}`),
      readFileSync(join(writer, `${"3".padStart(20, "0")}.${ending}`)),
    );
  const { b, warnings } = await readAll(directory);
  inOrder(b);
  expect(range(0, 40).filter((n) => !b.includes(n)).length).toBeLessThanOrEqual(Math.ceil(SEGMENT_BYTES / 8));
  expect(warnings.join()).toContain("damage");
});

test("a journal of another version is refused, and not touched", async () => {
  const directory = await died();
  for (const name of ["journal.json", "journal.copy.json"])
    await writeChecked(diskFiles, join(directory, name), { version: 2, what: "ever" });
  const before = filesIn(directory);
  await expect(openJournal(directory)).rejects.toMatchObject({ code: "journal.version" });
  expect(filesIn(directory)).toEqual(before);
});

test("a lock that is damaged and was written just now is waited for, said, and given up on a signal", async () => {
  const directory = await died();
  writeFileSync(join(directory, "lock-1"), "{");
  const stop = new AbortController();
  const warnings: string[] = [];
  const onWarning = (text: string) => {
    warnings.push(text);
    stop.abort();
  };
  await expect(openJournal(directory, { onWarning, signal: stop.signal })).rejects.toMatchObject({
    code: "journal.locked",
  });
  expect(warnings.join()).toContain("is damaged: waiting up to a minute");
});

test("a place of which both slots are damaged begins again, with all that is there", async () => {
  const directory = await died();
  const path = join(directory, "readers", "a.place");
  for (const at of [3, 259]) if (statSync(path).size > at) flip(path, at);
  const { a, warnings } = await readAll(directory);
  expect(a).toEqual([...range(0, 40), 1000]);
  expect(warnings.join()).toContain("begins again");
});

test("lines of an index that are there twice deliver nothing twice", async () => {
  const directory = await died();
  const writer = join(directory, "_wal", readdirSync(join(directory, "_wal"))[0]!);
  for (const name of readdirSync(writer).filter((one) => one.endsWith(".commits"))) {
    const lines = readFileSync(join(writer, name), "utf8").split("\n").slice(0, -1);
    writeFileSync(join(writer, name), `${lines.flatMap((line) => [line, line]).join("\n")}\n`);
  }
  const { a, b } = await readAll(directory);
  expect(b).toEqual([...range(0, 40), 1000]);
  expect(a).toEqual([...range(5, 40), 1000]);
});

test("the link of a table holds with either copy of what names the journal; a damaged one is told", async () => {
  const damages = { "journal.json": true, "journal.copy.json": true, "tables/a.json": false };
  for (const [name, isFound] of Object.entries(damages))
    for (const kind of ["flip", "gone"]) {
      const directory = await died();
      const table = temporaryDirectory();
      mkdirSync(join(table, "_wal"));
      const { id } = JSON.parse(readFileSync(join(directory, "journal.json"), "utf8").slice(9)) as {
        id: string;
      };
      await linkJournal(diskFiles, table, { journal: { directory, id }, reader: "a" });
      if (kind === "gone") rmSync(join(directory, name));
      else writeFileSync(join(directory, name), "{");
      const [link] = await listLinks(diskFiles, table);
      expect(link?.directory !== undefined, `${name} ${kind}`).toBe(isFound);
      if (!isFound) expect(link?.fault).toBeDefined();
    }
});

test("random bytes for any file are no reason to end", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.uint8Array({ maxLength: 400 }), async (which, bytes) => {
      const directory = await died();
      const files = filesIn(directory);
      const path = join(directory, files[which % files.length]!);
      writeFileSync(path, bytes);
      isOld(path);
      const { b } = await readAll(directory);
      inOrder(b);
      expect(range(0, 40).filter((n) => !b.includes(n)).length).toBeLessThanOrEqual(
        Math.ceil(SEGMENT_BYTES / 8),
      );
    }),
    { numRuns: 30 },
  );
}, 120_000);
