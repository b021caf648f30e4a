/** Queries over tables whose log and data files are in an object store, beside those of a directory. */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { diskFiles } from "../../../../src/lib/base/files.js";
import { openSession } from "../../../../src/lib/query/session.js";
import type { TimeRange } from "../../../../src/lib/query/sql/time-range.js";
import { openStoreTables } from "../../../../src/lib/query/tables/store-tables.js";
import { readSnapshot, TableLog } from "../../../../src/lib/store/delta/snapshot.js";
import { compactFiles, TARGET_BYTES } from "../../../../src/lib/store/maintain/compact.js";
import { withMaintenance } from "../../../../src/lib/store/maintain/rewrite/duckdb-session.js";
import { vacuumTable } from "../../../../src/lib/store/maintain/vacuum.js";
import type { TablePlace } from "../../../../src/lib/store/storage/storage.js";
import { ObjectServer } from "../../../support/objects/server.js";
import { ObjectStorage, objectTable } from "../../../support/objects/storage.js";
import { eventLine } from "../../store/maintain/support.js";
import { OBSERVED_MS, storeLines, storeOptions, temporaryDirectory } from "../../store/support.js";

/** A store with the local table `near`, and the table `far` of the same events in an object store. */
async function makeTables(): Promise<{ store: string; server: ObjectServer; machine: () => TablePlace }> {
  const store = temporaryDirectory();
  mkdirSync(join(store, "near"));
  const server = await ObjectServer.start();
  onTestFinished(() => server.close());
  const machine = () => objectTable(server.url, join(temporaryDirectory(), "far"));
  for (let day = 0; day < 4; day++) {
    const lines = Array.from({ length: 30 }, (_, n) =>
      eventLine("web", day * 86_400 + n, { trace_id: `t${day}-${n}`, n }),
    );
    await storeLines(storeOptions(join(store, "near")), lines);
    const { directory, storage } = machine();
    for (const half of [lines.slice(0, 15), lines.slice(15)])
      await storeLines(storeOptions(directory, { storage }), half);
  }
  return { store, server, machine };
}

async function ask(store: string, far: TablePlace, sql: string, range: TimeRange = {}) {
  const session = await openSession();
  try {
    const elsewhere = new Map([["far", far]]);
    const tables = await openStoreTables(session, { store, sql, range, elsewhere, others: [] });
    try {
      return { rows: (await session.connection.runAndReadAll(tables.sql)).getRowsJson(), ...tables };
    } finally {
      await tables.close();
    }
  } finally {
    session.close();
  }
}

/** Two files of a day become one, and those that were are gone. */
async function replaceFiles(table: TablePlace): Promise<void> {
  const log = new TableLog(table);
  const nowMs = () => OBSERVED_MS;
  await withMaintenance(diskFiles, table.directory, (session) =>
    compactFiles({ files: diskFiles, session, log, nowMs, targetBytes: TARGET_BYTES }),
  );
  await vacuumTable({ files: diskFiles, log, nowMs: () => Date.now() + 86_400_000, graceMs: 0 });
}

test("a table in an object store answers like one in a directory, and brings only the files that it needs", {
  timeout: 300_000,
}, async () => {
  const { store, machine } = await makeTables();
  const far = machine();
  const none = `SELECT (SELECT count(*) FROM near) - (SELECT count(*) FROM far), (SELECT count(*) FROM (FROM near EXCEPT ALL FROM far))`;
  const one =
    "SELECT trace_id, n FROM far WHERE timestamp >= '2026-11-22' AND timestamp < '2026-11-23' AND n >= 28";
  const { rows, uses } = await ask(store, far, `${one} ORDER BY n`);
  expect(rows).toEqual([
    ["t2-28", "28"],
    ["t2-29", "29"],
  ]);
  expect(uses.map(({ name }) => name)).toEqual(["far"]);
  const needed = new Set(uses[0]!.pruned.files.map(({ addPath }) => addPath));
  expect(needed.size).toBe(1);
  const { files } = await readSnapshot(far);
  expect(files.length).toBe(8);
  for (const { path, addPath } of files) expect(existsSync(path)).toBe(needed.has(addPath));
  expect((await ask(store, far, none)).rows).toEqual([["0", "0"]]);
});

test("files that were replaced and vacuumed since the query has read the log are not missed", {
  timeout: 300_000,
}, async () => {
  const { store, server, machine } = await makeTables();
  const { directory } = machine();
  let fetches = 0;
  class LateStorage extends ObjectStorage {
    override async fetch(keys: readonly string[]): Promise<void> {
      if (fetches++ === 0) await replaceFiles(machine());
      await super.fetch(keys);
    }
  }
  const far = { directory, files: diskFiles, storage: new LateStorage(server.url, directory) };
  const { rows } = await ask(store, far, "SELECT count(*), count(DISTINCT trace_id) FROM far");
  expect(rows).toEqual([["120", "120"]]);
  expect(fetches).toBeGreaterThan(1);
});

test("a past version whose files are gone is refused with the reason", { timeout: 300_000 }, async () => {
  const { store, machine } = await makeTables();
  const asOf = { version: 3 };
  expect((await ask(store, machine(), "SELECT count(*) FROM far", { asOf })).rows).toEqual([["60"]]);
  await replaceFiles(machine());
  await expect(ask(store, machine(), "SELECT count(*) FROM far", { asOf })).rejects.toMatchObject({
    code: "store.no-such-version",
  });
});
