/** The object store stops at any request, and comes back: what was acknowledged is there once. */
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { diskFiles } from "../../../../src/lib/base/files.js";
import { newDelivery } from "../../../../src/lib/event/delivery/delivery.js";
import { StoreSink } from "../../../../src/lib/sinks/store/store.js";
import { readSnapshot, TableLog } from "../../../../src/lib/store/delta/snapshot.js";
import { Session } from "../../../../src/lib/store/duckdb/duckdb.js";
import { compactFiles, TARGET_BYTES } from "../../../../src/lib/store/maintain/compact.js";
import { withMaintenance } from "../../../../src/lib/store/maintain/rewrite/duckdb-session.js";
import { vacuumTable } from "../../../../src/lib/store/maintain/vacuum.js";
import { openRelation } from "../../../../src/lib/store/read/relation.js";
import type { TablePlace } from "../../../../src/lib/store/storage/storage.js";
import { isLong, SEED, sample } from "../../../crash/sample.js";
import { ObjectServer, type Trouble } from "../../../support/objects/server.js";
import { objectTable } from "../../../support/objects/storage.js";
import { eventLine } from "../maintain/support.js";
import {
  blocksOf,
  factsOf,
  lineFacts,
  OBSERVED_MS,
  storeLines,
  storeOptions,
  temporaryDirectory,
} from "../support.js";

const POINTS = isLong ? Number.POSITIVE_INFINITY : 4;

/** A server that from the N-th request on does nothing any more, or does it and does not say so. */
class Failing {
  readonly server: ObjectServer;
  #left = Number.POSITIVE_INFINITY;
  #trouble: Trouble;

  private constructor(start: (trouble: () => Trouble) => ObjectServer) {
    this.server = start(() => (this.#left-- > 0 ? undefined : this.#trouble));
  }

  static async start(): Promise<Failing> {
    let ask: () => Trouble = () => undefined;
    const server = await ObjectServer.start({ trouble: () => ask() });
    onTestFinished(() => server.close());
    return new Failing((trouble) => {
      ask = trouble;
      return server;
    });
  }

  failAfter(requests: number, trouble: Trouble): void {
    this.#left = requests;
    this.#trouble = trouble;
  }

  recover(): void {
    this.#left = Number.POSITIVE_INFINITY;
  }
}

const linesOf = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => eventLine("web", from + n, { trace_id: `t${from + n}` }));

const store = ({ directory, storage }: TablePlace, lines: readonly string[]) =>
  storeLines(storeOptions(directory, { storage }), lines);

async function readAll(table: TablePlace): Promise<string[]> {
  const tempDirectory = temporaryDirectory();
  const session = await Session.open({ memoryBytes: 512 * 1024 * 1024, threads: 2, tempDirectory });
  const rows = (sql: string) => session.rows(sql);
  const relation = await openRelation(table.directory, { tempDirectory, rows, log: new TableLog(table) });
  try {
    await relation.fetch();
    return await factsOf(session, relation);
  } finally {
    await relation.close();
    session.close();
  }
}

const machine = (server: ObjectServer) => objectTable(server.url, join(temporaryDirectory(), "logs"));
const factsOfLines = (lines: readonly string[]) => lines.map(lineFacts).sort();

/** So many requests of the work that succeed before one does not, and how that one fails. */
async function pointsOf(prepare: (failing: Failing) => Promise<void>, work: (table: TablePlace) => unknown) {
  const failing = await Failing.start();
  await prepare(failing);
  const { length: before } = failing.server.requests;
  await work(machine(failing.server));
  const count = failing.server.requests.length - before;
  expect(count).toBeGreaterThan(5);
  const points = Array.from({ length: count }, (_, after) => [
    { after, trouble: "busy" as const },
    { after, trouble: "lost" as const },
  ]);
  return sample(points.flat(), POINTS);
}

/** Resolves with whether the sink said that the lines are stored. */
async function isAcknowledged(
  { directory, storage }: TablePlace,
  lines: readonly string[],
): Promise<boolean> {
  let acknowledged = false;
  const sink = await StoreSink.open(storeOptions(directory, { storage })).catch(() => undefined);
  for (const block of sink === undefined ? [] : blocksOf(lines)) {
    block.delivery = newDelivery(({ kind }) => (acknowledged ||= kind === "stored"));
    await sink!.write(block).catch(() => {});
  }
  await sink?.close().catch(() => {});
  return acknowledged;
}

test("a writer whose store fails loses nothing that it took, and the next one stores it once", {
  timeout: 3_600_000,
}, async () => {
  const [first, second, third] = [linesOf(0, 20), linesOf(100, 20), linesOf(200, 20)];
  const prepare = ({ server }: Failing) => store(machine(server), first).then(() => {});
  let taken = 0;
  for (const { after, trouble } of await pointsOf(prepare, (table) => store(table, second))) {
    const failing = await Failing.start();
    await prepare(failing);
    const table = machine(failing.server);
    failing.failAfter(after, trouble);
    const hasTaken = await isAcknowledged(table, second);
    failing.recover();
    await store(table, third);
    const at = `${trouble} after ${after} requests (LOGPIPE_TEST_SEED=${SEED})`;
    const expected = [...first, ...(hasTaken ? second : []), ...third];
    expect(await readAll(machine(failing.server)), at).toEqual(factsOfLines(expected));
    if (hasTaken) taken++;
  }
  expect(taken).toBeGreaterThan(0);
});

test("upkeep whose store fails leaves the table as it was, and the next run does it", {
  timeout: 3_600_000,
}, async () => {
  const lines = [linesOf(0, 20), linesOf(100, 20), linesOf(200, 20)];
  const prepare = async (failing: Failing) => {
    for (const some of lines) await store(machine(failing.server), some);
  };
  const upkeep = async (table: TablePlace) => {
    const log = new TableLog(table);
    const nowMs = () => OBSERVED_MS;
    await withMaintenance(diskFiles, table.directory, (session) =>
      compactFiles({ files: diskFiles, session, log, nowMs, targetBytes: TARGET_BYTES }),
    );
    await vacuumTable({ files: diskFiles, log, nowMs: () => Date.now() + 86_400_000, graceMs: 0 });
  };
  const all = factsOfLines(lines.flat());
  for (const { after, trouble } of await pointsOf(prepare, upkeep)) {
    const failing = await Failing.start();
    await prepare(failing);
    failing.failAfter(after, trouble);
    await upkeep(machine(failing.server)).catch(() => {});
    failing.recover();
    const at = `${trouble} after ${after} requests (LOGPIPE_TEST_SEED=${SEED})`;
    expect(await readAll(machine(failing.server)), at).toEqual(all);
    await upkeep(machine(failing.server));
    expect(await readAll(machine(failing.server)), at).toEqual(all);
    const { files } = await readSnapshot(machine(failing.server));
    expect(files.length, at).toBe(1);
    const data = [...failing.server.objects.keys()].filter((key) => /^date=.*\.parquet$/.test(key));
    expect(data, at).toEqual(files.map(({ addPath }) => addPath));
  }
});
