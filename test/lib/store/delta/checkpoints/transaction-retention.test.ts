/** How long the table keeps what producers have committed: `delta.setTransactionRetentionDuration`. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { LogAction } from "../../../../../src/lib/store/delta/actions.js";
import { checkpoint } from "../../../../../src/lib/store/delta/checkpoints/checkpoint.js";
import { commitWith } from "../../../../../src/lib/store/delta/commit.js";
import { commitPath } from "../../../../../src/lib/store/delta/listing.js";
import { positionActions } from "../../../../../src/lib/store/delta/positions.js";
import { readSnapshot, TableLog } from "../../../../../src/lib/store/delta/snapshot.js";
import type { Session } from "../../../../../src/lib/store/duckdb/duckdb.js";
import { runs } from "../../../../support/runs.js";
import { temporaryDirectory } from "../../support.js";
import { DAY_MS, firstCommit, NOW_MS, openSession } from "../support.js";

const RETENTION = "delta.setTransactionRetentionDuration";
const HOLDER = "0a1b2c3d-0000-4000-8000-000000000001";

/** What a producer may be called; `isKept`: whatever its age, with a retention of ten days. */
const PRODUCERS = [
  { appId: "source:follow/1-2", isKept: false },
  { appId: "source:state:window", isKept: false },
  { appId: "spark-stream", isKept: false },
  { appId: `wal:${HOLDER}`, isKept: true },
  { appId: "quarantine:0a1b2c3d-1", isKept: true },
  { appId: "quarantine-crc32c:0a1b2c3d-1", isKept: true },
] as const;

async function tableWith(
  configuration: Record<string, string>,
  txns: readonly LogAction[],
): Promise<{ table: string; log: TableLog }> {
  const table = join(temporaryDirectory(), "logs");
  // A writer that is there, or died and nobody has taken over.
  mkdirSync(join(table, "_wal", HOLDER), { recursive: true });
  const log = new TableLog(table);
  await commitWith(log, () => firstCommit(configuration));
  if (txns.length > 0) await commitWith(log, () => txns);
  return { table, log };
}

/** What a process knows that comes later: of the snapshot cache, and of the checkpoint alone. */
async function knownLater(session: Session, log: TableLog, nowMs: number): Promise<string[][]> {
  const { version } = await checkpoint({ session, log, nowMs });
  const known: string[][] = [];
  const look = async () => known.push([...(await readSnapshot(log.directory)).txns.keys()].sort());
  await look();
  rmSync(join(log.directory, "_index"), { recursive: true });
  for (let one = 0; one <= version; one++) rmSync(commitPath(log.directory, one), { force: true });
  rmSync(join(log.directory, "_log_copies"), { recursive: true, force: true });
  await look();
  return known.map((names) => names.filter((name) => !name.startsWith("logpipe.held")));
}

test("what no producer has committed for longer than the table says is forgotten, and nothing else", {
  timeout: 300_000,
}, async () => {
  const session = await openSession();
  const ages = fc.tuple(...PRODUCERS.map(() => fc.constantFrom(0, 1, 9, 10, 11, 400, undefined)));
  await fc.assert(
    fc.asyncProperty(ages, async (days) => {
      const { log } = await tableWith(
        { [RETENTION]: "interval 10 days" },
        PRODUCERS.map(({ appId }, i) => {
          const age = days[i];
          return {
            txn: {
              appId,
              version: 2 ** 33 + 2 ** 32 + i,
              ...(age === undefined ? {} : { lastUpdated: NOW_MS - age * DAY_MS }),
            },
          };
        }),
      );
      const wanted = PRODUCERS.filter(({ isKept }, i) => isKept || (days[i] ?? 0) <= 10).map((p) => p.appId);
      for (const known of await knownLater(session, log, NOW_MS)) expect(known).toEqual([...wanted].sort());
    }),
    { numRuns: runs(15, 5) },
  );
});

test("by default, or with a value that is no time, nothing of a source is forgotten", {
  timeout: 300_000,
}, async () => {
  const session = await openSession();
  for (const configuration of [{}, { [RETENTION]: "soon" }, { [RETENTION]: "" }]) {
    const txns = PRODUCERS.map(({ appId }, i) => ({
      txn: { appId, version: 2 ** 33 + 2 ** 32 + i, lastUpdated: NOW_MS - 4000 * DAY_MS },
    }));
    const { log } = await tableWith(configuration, txns);
    for (const known of await knownLater(session, log, NOW_MS))
      expect(known).toEqual(PRODUCERS.map(({ appId }) => appId).sort());
  }
});

test("a producer that commits never expires, and goes on with what it held; one that stopped does", {
  timeout: 300_000,
}, async () => {
  const session = await openSession();
  const { table } = await tableWith({ [RETENTION]: "interval 2 days" }, []);
  const commit = (source: string, offset: number, nowMs: number) => {
    const held = Buffer.from(`line ${offset}`).toString("base64");
    const { txns, held: said } = positionActions([{ source, offset, held }], nowMs);
    return commitWith(new TableLog(table), () => [
      { commitInfo: { timestamp: nowMs, operation: "WRITE", held: said } },
      ...txns,
    ]);
  };
  await commit("follow/stopped", 77, NOW_MS);
  for (let day = 0; day < 12; day++) {
    const nowMs = NOW_MS + day * 1.9 * DAY_MS;
    await commit("follow/active", day, nowMs);
    // Just before the next commit.
    await checkpoint({ session, log: new TableLog(table), nowMs: nowMs + 1.8 * DAY_MS });
    // Without the cache every other time: then the checkpoint is all that there is.
    if (day % 2 === 0) rmSync(join(table, "_index"), { recursive: true });
    const { positions, txns } = await readSnapshot(table);
    expect(positions.get("follow/active")).toEqual({
      source: "follow/active",
      offset: day,
      held: Buffer.from(`line ${day}`).toString("base64"),
    });
    const isForgotten = day * 1.9 + 1.8 > 2;
    expect(positions.has("follow/stopped")).toBe(!isForgotten);
    expect(txns.has("source:follow/stopped")).toBe(!isForgotten);
  }
});
