/** A table whose log and data files are in an object store: written from several machines, read, kept, and cleaned. */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { diskFiles } from "../../../../src/lib/base/files.js";
import { TableSource } from "../../../../src/lib/sources/table/table-source.js";
import { checkpoint } from "../../../../src/lib/store/delta/checkpoints/checkpoint.js";
import { commitWith } from "../../../../src/lib/store/delta/commit.js";
import { readSnapshot, TableLog } from "../../../../src/lib/store/delta/snapshot.js";
import { Session } from "../../../../src/lib/store/duckdb/duckdb.js";
import { tableHistory } from "../../../../src/lib/store/inspect/history.js";
import { changeTable } from "../../../../src/lib/store/maintain/alter/change-table.js";
import { columnInfo } from "../../../../src/lib/store/maintain/alter/columns.js";
import {
  type CompactOptions,
  compactFiles,
  TARGET_BYTES,
} from "../../../../src/lib/store/maintain/compact.js";
import { deleteEvents } from "../../../../src/lib/store/maintain/delete.js";
import { foretellRetention } from "../../../../src/lib/store/maintain/dry-run/events.js";
import { applyRetention } from "../../../../src/lib/store/maintain/retention.js";
import { changeRules } from "../../../../src/lib/store/maintain/retention-rules.js";
import { withMaintenance } from "../../../../src/lib/store/maintain/rewrite/duckdb-session.js";
import { vacuumTable } from "../../../../src/lib/store/maintain/vacuum.js";
import { prune } from "../../../../src/lib/store/parquet/prune.js";
import { openRelation, type Relation } from "../../../../src/lib/store/read/relation.js";
import type { TablePlace } from "../../../../src/lib/store/storage/storage.js";
import { ObjectServer, type ServerOptions } from "../../../support/objects/server.js";
import { objectTable } from "../../../support/objects/storage.js";
import { uniform } from "../../../support/random.js";
import { addOf, firstCommit } from "../delta/support.js";
import { eventLine } from "../maintain/support.js";
import { factsOf, lineFacts, OBSERVED_MS, storeLines, storeOptions, temporaryDirectory } from "../support.js";

const DAY_MS = 86_400_000;

async function startServer(options: ServerOptions = {}): Promise<ObjectServer> {
  const server = await ObjectServer.start({ pageSize: 7, ...options });
  onTestFinished(() => server.close());
  return server;
}

/** A machine that has nothing of the table yet. */
function machine(server: ObjectServer): TablePlace {
  return objectTable(server.url, join(temporaryDirectory(), "logs"));
}

const store = (table: TablePlace, lines: readonly string[]) =>
  storeLines(storeOptions(table.directory, { storage: table.storage }), lines);

async function withRelation<T>(
  table: TablePlace,
  work: (session: Session, relation: Relation) => Promise<T>,
  asOf?: { version: number },
): Promise<T> {
  const tempDirectory = temporaryDirectory();
  const session = await Session.open({ memoryBytes: 512 * 1024 * 1024, threads: 2, tempDirectory });
  const rows = (sql: string) => session.rows(sql);
  const log = new TableLog(table);
  const relation = await openRelation(table.directory, {
    tempDirectory,
    rows,
    log,
    ...(asOf === undefined ? {} : { asOf }),
  });
  try {
    return await work(session, relation);
  } finally {
    await relation.close();
    session.close();
  }
}

/** All events, as any machine sees them that has only the address. */
const readAll = (table: TablePlace, asOf?: { version: number }) =>
  withRelation(
    table,
    async (session, relation) => {
      await relation.fetch();
      return factsOf(session, relation);
    },
    asOf,
  );

const linesOf = (service: string, from: number, count: number) =>
  Array.from({ length: count }, (_, n) =>
    eventLine(service, from + n * 1000, { trace_id: `${service}-${from + n}`, n }),
  );
const factsOfLines = (lines: readonly string[]) => lines.map(lineFacts).sort();

/** About a third of the requests is refused, and a third of the others done and not answered. */
function unreliable(seed: number): ServerOptions {
  const next = uniform(seed);
  return { trouble: () => (next() < 0.3 ? "busy" : next() < 0.3 ? "lost" : undefined) };
}

test("of writers on several machines that commit at once each commit is there, once", {
  timeout: 300_000,
}, async () => {
  const server = await startServer(unreliable(3));
  await commitWith(new TableLog(machine(server)), () => firstCommit());
  const [writers, each] = [4, 6];
  const versions = await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      const log = new TableLog(machine(server));
      const own: (number | undefined)[] = [];
      for (let n = 0; n < each; n++)
        own.push(
          await commitWith(log, ({ version }) => [
            { commitInfo: { timestamp: OBSERVED_MS, operation: "WRITE", engineInfo: "logpipe" } },
            { txn: { appId: `writer ${writer}`, version: n } },
            addOf(writer * each + n, { tags: { after: String(version) } }),
          ]),
        );
      return own;
    }),
  );
  expect(versions.flat().sort((a, b) => a! - b!)).toEqual(
    Array.from({ length: writers * each }, (_, n) => n + 1),
  );
  const snapshot = await readSnapshot(machine(server));
  expect(snapshot.version).toBe(writers * each);
  expect(snapshot.files.length).toBe(writers * each);
  expect([...snapshot.txns.values()]).toEqual(Array(writers).fill(each - 1));
});

test("a table is written, read, compacted, deleted from and vacuumed by machines that share nothing else", {
  timeout: 300_000,
}, async () => {
  const server = await startServer();
  const [a, b, c] = [machine(server), machine(server), machine(server)];
  const lines = [linesOf("web", 0, 150), linesOf("db", 7, 150), linesOf("web", 200_000, 50)];
  await Promise.all([store(a, lines[0]!), store(b, lines[1]!)]);
  await store(a, lines[2]!);
  const all = lines.flat();
  expect(await readAll(c)).toEqual(factsOfLines(all));
  // Nothing of it is on the machine for good, and the object store has nothing but log and data.
  rmSync(c.directory, { recursive: true });
  expect(await readAll(c)).toEqual(factsOfLines(all));
  const kinds = new Set([...server.objects.keys()].map((key) => key.replace(/[/=].*/, "")));
  expect([...kinds].sort()).toEqual(["_delta_log", "_log_copies", "date"]);

  const log = new TableLog(c);
  const nowMs = () => OBSERVED_MS;
  const before = (await log.refresh()).files;
  await withMaintenance(diskFiles, c.directory, async (session) => {
    const job = { files: diskFiles, session, log, nowMs };
    const report = await compactFiles({ ...job, targetBytes: TARGET_BYTES });
    expect(report.filesIn).toBe(before.length);
    await deleteEvents({ ...job, condition: "service = 'db' AND n < 40" });
    expect((await checkpoint({ session, log, nowMs: OBSERVED_MS })).version).toBe(
      (await log.refresh()).version,
    );
  });
  const left = factsOfLines(all.filter((line) => !/"service":"db".*"n":([0-9]|[1-3][0-9])\}/.test(line)));
  expect(left.length).toBe(all.length - 40);
  expect(await readAll(machine(server))).toEqual(left);
  expect(await readAll(a)).toEqual(left);

  // A filter of ids is read where it is, and only files that may have the value come to the machine.
  const d = machine(server);
  await withRelation(d, async (session, relation) => {
    const condition = {
      kind: "compare",
      column: "trace_id",
      operator: "=",
      type: "string",
      value: "db-57",
      text: "db-57",
      isExact: true,
    } as const;
    const pruned = await prune(d.storage, relation.snapshot, condition as never);
    expect(pruned.files.length).toBeLessThan(relation.files.length);
    expect(pruned.byBloom + pruned.byStatistics).toBeGreaterThan(0);
    await relation.fetch(pruned.files);
    const sql = `SELECT count(*)::INT FROM (${relation.over(pruned.files)}) WHERE trace_id = 'db-57'`;
    expect(await session.rows(sql)).toEqual([[1]]);
    for (const file of relation.files) expect(existsSync(file.path)).toBe(pruned.files.includes(file));
  });

  // The past is there until it is vacuumed; then it says so.
  const { version } = await log.refresh();
  const copied = before.map(({ path }) => path);
  expect(copied.every((path) => existsSync(path))).toBe(true);
  expect((await tableHistory(d, 3)).map((entry) => entry.version)).toEqual([
    version,
    version - 1,
    version - 2,
  ]);
  expect(await readAll(d, { version: version - 2 })).not.toEqual(left);
  const later = () => Date.now() + 30 * DAY_MS;
  const vacuumed = await vacuumTable({ files: diskFiles, log, nowMs: later, graceMs: 0 });
  expect(vacuumed.files).toBeGreaterThanOrEqual(before.length);
  expect(copied.some((path) => existsSync(path))).toBe(false);
  const needed = new Set((await log.refresh()).files.map(({ addPath }) => addPath));
  const data = [...server.objects.keys()].filter((key) => key.endsWith(".parquet") && key.startsWith("date"));
  expect(new Set(data)).toEqual(needed);
  expect(await readAll(machine(server))).toEqual(left);
  await expect(readAll(machine(server), { version: 1 })).rejects.toMatchObject({ code: "ENOENT" });
});

test("whatever is done to a table, a machine does it that has nothing of its files", {
  timeout: 300_000,
}, async () => {
  const server = await startServer();
  const lines = [...linesOf("web", 0, 100), ...linesOf("db", 100_000, 40)];
  await store(machine(server), lines.slice(0, 120));
  await store(machine(server), lines.slice(120));
  const nowMs = () => OBSERVED_MS;
  const onAnother = <T>(work: (job: Job) => Promise<T>) => {
    const log = new TableLog(machine(server));
    return withMaintenance(diskFiles, log.directory, (session) =>
      work({ files: diskFiles, session, log, nowMs }),
    );
  };
  const columns = await onAnother(async ({ log, session }) => columnInfo(log, session, await log.refresh()));
  expect(columns.find(({ key }) => key === "trace_id")?.values).toBe(140);
  const erased = await onAnother((job) => deleteEvents({ ...job, condition: "service = 'web' AND n < 10" }));
  expect(erased).toMatchObject({ rows: 10 });
  const ageMs = OBSERVED_MS - (Date.UTC(2026, 10, 20) + 100_000_000 + 19_500_000);
  const rules = [{ fields: { service: "db" }, maxAgeMs: ageMs }];
  await onAnother(({ files, log }) => changeRules(files, log, nowMs, () => rules));
  const told = await onAnother(async ({ log, session }) =>
    foretellRetention(log, session, await log.refresh(), OBSERVED_MS),
  );
  expect(told.rows).toBeGreaterThan(10);
  expect(await onAnother((job) => applyRetention(job))).toMatchObject({ rows: told.rows });
  const place = machine(server);
  const changed = await changeTable(
    { files: diskFiles, table: place, nowMs },
    { action: "set", key: "n", type: "string" },
  );
  expect(changed.rewritten).toBeGreaterThan(0);
  await changeTable(
    { files: diskFiles, table: machine(server), nowMs },
    { action: "rename", key: "trace_id", to: "trace" },
  );
  const rows = await withRelation(machine(server), async (session, relation) => {
    await relation.fetch();
    return session.rows(
      `SELECT service, count(*)::INT, typeof(any_value(n)), count(trace)::INT FROM (${relation.sql}) GROUP BY 1 ORDER BY 1`,
    );
  });
  expect(rows).toEqual([
    ["db", 40 - told.rows, "VARCHAR", 40 - told.rows],
    ["web", 90, "VARCHAR", 90],
  ]);
});

type Job = Pick<CompactOptions, "files" | "session" | "log" | "nowMs">;

test("with answers lost and requests refused every event is stored once", { timeout: 300_000 }, async () => {
  const server = await startServer(unreliable(11));
  const machines = [machine(server), machine(server), machine(server)];
  const parts = machines.map((_, n) => linesOf(`s${n}`, n * 10_000, 60));
  await Promise.all(machines.map((table, n) => store(table, parts[n]!)));
  await Promise.all(
    machines.slice(0, 2).map((table) =>
      withMaintenance(diskFiles, table.directory, (session) =>
        compactFiles({
          files: diskFiles,
          session,
          log: new TableLog(table),
          nowMs: () => OBSERVED_MS,
          targetBytes: TARGET_BYTES,
        }),
      ),
    ),
  );
  expect(await readAll(machine(server))).toEqual(factsOfLines(parts.flat()));
});

test("an old log is cleaned behind a checkpoint, and a machine that had followed it goes on", {
  timeout: 300_000,
}, async () => {
  let nowMs = Date.now() - 90 * DAY_MS;
  const server = await startServer({ nowMs: () => nowMs });
  const [writer, follower] = [new TableLog(machine(server)), new TableLog(machine(server))];
  await commitWith(writer, () => firstCommit());
  const append = async (from: number) => {
    for (let n = from; n < from + 12; n++)
      await commitWith(writer, () => [
        { commitInfo: { timestamp: nowMs, operation: "WRITE", engineInfo: "logpipe" } },
        addOf(n),
      ]);
  };
  await append(0);
  expect((await follower.refresh()).version).toBe(12);
  const clean = (log: TableLog) =>
    withMaintenance(diskFiles, log.directory, (session) => checkpoint({ session, log, nowMs: Date.now() }));
  expect((await clean(writer)).removedFiles).toBe(0);
  nowMs = Date.now();
  await append(12);
  expect((await clean(writer)).removedFiles).toBe(12);
  expect(server.objects.has("_delta_log/00000000000000000011.json")).toBe(false);
  for (const log of [follower, new TableLog(machine(server))]) {
    const { version, files } = await log.refresh();
    expect([version, files.length]).toEqual([24, 24]);
  }
});

test("a stream of the table's events comes from the objects", { timeout: 300_000 }, async () => {
  const server = await startServer();
  const lines = linesOf("web", 0, 90);
  await store(machine(server), lines.slice(0, 60));
  await store(machine(server), lines.slice(60));
  const table = machine(server);
  const source = new TableSource({
    tableDirectory: table.directory,
    table,
    name: "logs",
    isFollowing: false,
    from: "start",
  });
  const texts: string[] = [];
  for (let block = await source.read(); block !== undefined; block = await source.read())
    texts.push(block.bytes.toString("utf8"));
  await source.close();
  const found = texts.join("").trimEnd().split("\n");
  expect(found.map((line) => (JSON.parse(line) as { n: number }).n)).toEqual(
    Array.from({ length: 90 }, (_, n) => n),
  );
});
