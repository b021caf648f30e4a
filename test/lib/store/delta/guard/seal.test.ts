/** The checksum of a commit: what it finds, what it lets pass, and what the versions around a commit know of it. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diskFiles } from "../../../../../src/lib/base/files.js";
import { crc32c, crc32cJoin } from "../../../../../src/lib/base/hash/crc32c.js";
import { encodeActions, type LogAction } from "../../../../../src/lib/store/delta/actions.js";
import { commitWith } from "../../../../../src/lib/store/delta/commit.js";
import { CommitFault, openCommit, sealCommit } from "../../../../../src/lib/store/delta/guard/seal.js";
import { commitPath } from "../../../../../src/lib/store/delta/listing.js";
import { readSnapshot, TableLog } from "../../../../../src/lib/store/delta/snapshot.js";
import { inspectCommits, readOutside } from "../../../../../src/lib/store/inspect/log/commits.js";
import { temporaryDirectory } from "../../support.js";
import { addOf, commits, firstCommit } from "../support.js";

const INFO: LogAction = { commitInfo: { timestamp: 1, operation: "WRITE", engineInfo: "logpipe" } };

function opened(bytes: Buffer, version = 7): readonly LogAction[] | string {
  try {
    return openCommit(bytes, version).actions;
  } catch (error) {
    if (error instanceof CommitFault) return "fault";
    throw error;
  }
}

/** A table whose versions were all committed by us, a file each. */
async function committed(versions: number, first = 0): Promise<string> {
  const table = join(temporaryDirectory(), "logs");
  const log = new TableLog(table);
  for (let n = 0; n < versions; n++)
    await commitWith(log, () => [...(n === 0 ? firstCommit() : [INFO]), addOf(first + n)]);
  return table;
}

describe("a commit with a checksum", () => {
  it("says what went in, in order, whatever that is", () => {
    fc.assert(
      fc.property(commits, (list) => {
        for (const actions of list) {
          const { bytes } = sealCommit(7, actions, undefined);
          const found = openCommit(bytes, 7);
          expect(found.actions.slice(1)).toEqual(JSON.parse(JSON.stringify(actions.slice(1))));
          expect(found.isSealed).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("with one byte changed, cut at any byte, a line lost, doubled or moved, is none", () => {
    const { bytes } = sealCommit(7, [INFO, addOf(1), { txn: { appId: "wal:a", version: 3 } }, addOf(2)], {
      crc32c: "0123abcd",
    });
    const whole = opened(bytes);
    for (let at = 0; at < bytes.length; at++) {
      for (const bit of [1, 4, 64]) {
        const bad = Buffer.from(bytes);
        bad[at]! ^= bit;
        // White space between lines or members is no change.
        expect(["fault", whole], `byte ${at}`).toContainEqual(opened(bad));
      }
      expect(["fault", whole], `cut at ${at}`).toContainEqual(opened(bytes.subarray(0, at)));
    }
    const lines = bytes.toString().trimEnd().split("\n");
    const joined = (some: readonly string[]) => Buffer.from(some.map((line) => `${line}\n`).join(""));
    for (let i = 0; i < lines.length; i++) {
      expect(opened(joined(lines.toSpliced(i, 1))), `without line ${i}`).toBe("fault");
      expect(opened(joined(lines.toSpliced(i, 0, lines[i]!))), `line ${i} twice`).toBe("fault");
      if (i > 0) expect(opened(joined(lines.with(i, lines[i - 1]!).with(i - 1, lines[i]!)))).toBe("fault");
    }
  });

  it("is the same when a program has written its JSON in another spelling", () => {
    const { bytes } = sealCommit(7, [INFO, addOf(1, { tags: { note: "\u00e9\u{1f600}" } })], undefined);
    const respelled = bytes
      .toString()
      .trimEnd()
      .split("\n")
      .map((line) =>
        JSON.stringify(JSON.parse(line), null, 1)
          .replaceAll("\n", " ")
          .replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`),
      );
    expect(opened(Buffer.from(respelled.join("\r\n")))).toEqual(opened(bytes));
  });

  it("of another version is none", () => {
    const { bytes } = sealCommit(8, [INFO, addOf(1)], undefined);
    expect(opened(bytes, 8)).not.toBe("fault");
    expect(opened(bytes, 7)).toBe("fault");
  });

  it("of an older logpipe and of other engines is believed, but not when its own counts say otherwise", () => {
    const metrics = { numAddedFiles: "1", numRemovedFiles: "1" };
    const info = { commitInfo: { operation: "OPTIMIZE", operationMetrics: metrics, engineInfo: "logpipe" } };
    const remove: LogAction = { remove: { path: "a.parquet", dataChange: false } };
    expect(opened(encodeActions([info, remove, addOf(1)]))).toHaveLength(3);
    expect(opened(encodeActions([info, remove]))).toBe("fault");
    const spark = { commitInfo: { ...info.commitInfo, engineInfo: "Apache-Spark/4.0" } };
    expect(opened(encodeActions([spark, remove]))).toHaveLength(2);
    expect(opened(encodeActions([addOf(1)]))).toHaveLength(1);
    expect(opened(encodeActions([{ txn: { appId: "wal:a", version: 1 } }, addOf(1)]))).toBe("fault");
  });
});

describe("versions know each other", () => {
  const change = (path: string, edit: (text: string) => string) =>
    writeFileSync(path, edit(readFileSync(path, "utf8")));

  it("a commit of another table under the same version is found", async () => {
    const [table, other] = [await committed(4), await committed(4, 20)];
    writeFileSync(commitPath(table, 2), readFileSync(commitPath(other, 2)));
    await expect(readSnapshot(table)).rejects.toThrow("versions 1 and 2 of its log do not belong together");
    expect((await readSnapshot(table, diskFiles, { version: 1 })).files).toHaveLength(2);
    const { broken } = await inspectCommits(
      diskFiles,
      table,
      [0, 1, 2, 3],
      await readOutside(diskFiles, table),
    );
    expect(broken.map(({ version }) => version)).toEqual([2]);
  });

  it("so is a commit of another engine that was changed once we had written after it", async () => {
    const table = await committed(2);
    const foreign = [{ commitInfo: { operation: "WRITE", engineInfo: "other" } }, addOf(50), addOf(51)];
    writeFileSync(commitPath(table, 2), encodeActions(foreign));
    await commitWith(new TableLog(table), () => [INFO, addOf(3)]);
    expect((await readSnapshot(table)).files).toHaveLength(5);
    change(commitPath(table, 2), (text) => text.split("\n").slice(0, 2).join("\n"));
    await expect(readSnapshot(table)).rejects.toThrow("versions 2 and 3 of its log do not belong together");
  });

  it("the newest that lost its first lines, or all of them, is missed", async () => {
    const table = await committed(3);
    const whole = readFileSync(commitPath(table, 2));
    change(commitPath(table, 2), (text) => text.split("\n").slice(1).join("\n"));
    await expect(readSnapshot(table)).rejects.toThrow("version 2 of its log is broken");
    rmSync(commitPath(table, 2));
    await expect(readSnapshot(table)).rejects.toThrow("version 2 had been committed");
    await expect(commitWith(new TableLog(table), () => [INFO, addOf(9)])).rejects.toThrow();
    writeFileSync(commitPath(table, 2), whole);
    expect((await readSnapshot(table)).version).toBe(2);
  });

  it("a log that is gone as a whole is no empty table", async () => {
    const table = await committed(3);
    renameSync(join(table, "_delta_log"), join(table, "elsewhere"));
    await expect(readSnapshot(table)).rejects.toThrow("its log is gone");
    mkdirSync(join(table, "_delta_log"));
    await expect(readSnapshot(table)).rejects.toThrow("its log is gone");
  });

  it("an older note, a broken one, or none tells less and nothing wrong", async () => {
    const table = await committed(3);
    const note = join(table, "_log_copies", "newest");
    const older = readFileSync(note);
    await commitWith(new TableLog(table), () => [INFO, addOf(3)]);
    for (const bytes of [older, older.subarray(0, 100), Buffer.alloc(512), Buffer.alloc(0)]) {
      writeFileSync(note, bytes);
      expect((await readSnapshot(table)).version).toBe(3);
    }
    rmSync(join(table, "_log_copies"), { recursive: true });
    expect((await readSnapshot(table)).version).toBe(3);
  });

  it("a log that is followed is checked version by version, too", async () => {
    const table = await committed(2);
    const log = new TableLog(table);
    await log.refresh();
    await commitWith(new TableLog(table), () => [INFO, addOf(2), addOf(3)]);
    change(commitPath(table, 2), (text) => text.split("\n").slice(0, 2).join("\n"));
    await expect(log.refresh()).rejects.toThrow("version 2 of its log is broken");
  });
});

it("the checksum of two parts is that of both together", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 5000 }), (a, b) => {
      expect(crc32cJoin(crc32c(a), crc32c(b), b.length)).toBe(crc32c(Buffer.concat([a, b])));
    }),
  );
});
