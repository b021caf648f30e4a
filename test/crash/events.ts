/** Numbered blocks of two events, written to and read from a table: what the crash tests count. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Files } from "../../src/lib/base/files.js";
import { Block } from "../../src/lib/event/block.js";
import { newDelivery } from "../../src/lib/event/delivery/delivery.js";
import { scan } from "../../src/lib/event/scan.js";
import { type StoreOptions, StoreSink } from "../../src/lib/sinks/store/store.js";
import { Session } from "../../src/lib/store/duckdb/duckdb.js";
import { openRelation } from "../../src/lib/store/read/relation.js";

export const NOW_MS = Date.parse("2026-11-21T12:00:00.000Z");
/** Long after all that the tables tell of. */
export const LATER_MS = NOW_MS + 90 * 86_400_000;

export interface WriteOptions {
  readonly table: string;
  readonly files: Files;
  /** The stream of the cursors; a writer goes on behind the cursor that the table has of it. */
  readonly source: string;
  /** Blocks 1 to `blocks`. */
  readonly blocks: number;
  readonly segmentBytes?: number;
  /** Called with each block's number once it is acknowledged. */
  readonly say?: (acknowledged: string) => void;
  readonly more?: Partial<StoreOptions>;
}

/** Writes the blocks that the table does not have yet, waiting for every second one, and closes. */
export async function writeBlocks(options: WriteOptions): Promise<void> {
  const { table, files, source, blocks, segmentBytes = 700, say, more } = options;
  const sink = await StoreSink.open({
    tableDirectory: table,
    segmentBytes,
    flushIntervalMs: 3_600_000,
    maxColumns: 1000,
    nowMs: () => NOW_MS,
    files,
    ...more,
  });
  try {
    const { cursors } = await sink.checkpoints.resume();
    const known = cursors.find(({ cursor }) => cursor.stream === source)?.cursor;
    for (let n = (known?.offset ?? 0) + 1; n <= blocks; n++) {
      const block = blockOf(source, n);
      block.delivery = newDelivery(({ kind }) => {
        if (kind === "stored") say?.(`${source} ${n}`);
      });
      await sink.write(block);
      if (n % 2 === 0) await sink.flush();
    }
  } catch (error) {
    await sink.close().catch(() => {});
    throw error;
  }
  await sink.close();
}

/** Every third block lies across midnight, every fourth has a key that changes its type in the middle. */
export function blockOf(source: string, number: number): Block {
  const lines = [0, 1].map((n) => {
    const day = number % 3 === 0 && n === 1 ? "2026-11-22" : "2026-11-21";
    const mixed = number % 4 === 0 ? `,"mixed":${n === 0 ? "1.5" : '"text"'}` : "";
    return `{"timestamp":"${day}T00:00:0${n}Z","service":"s${number % 2}","source":"${source}","block":${number},"n":${n}${mixed},"key_${number}":"${"x".repeat(50)}"}\n`;
  });
  const [checked] = scan(Buffer.from(lines.join("")));
  const block = new Block(checked!.bytes, undefined, checked!.summary);
  block.cursor = { stream: source, offset: number };
  return block;
}

/** `source number` of a block to its events' numbers in order: "0,1" is a block that is there once, and whole. */
export type Rows = ReadonlyMap<string, string>;

export const WHOLE = "0,1";

/** What a query sees now. */
export async function readBlocks(table: string): Promise<Rows> {
  const scratch = await mkdtemp(join(tmpdir(), "logpipe-read-"));
  const session = await Session.open({ memoryBytes: 512 * 1024 * 1024, threads: 1, tempDirectory: scratch });
  try {
    const relation = await openRelation(table, {
      tempDirectory: scratch,
      rows: (sql) => session.rows(sql),
    });
    try {
      if (!relation.columns.some(({ name }) => name === "block")) return new Map();
      const rows = await session.rows(
        `SELECT source || ' ' || block::VARCHAR, string_agg(replace(n::VARCHAR, '"', ''), ',' ORDER BY n) FROM (${relation.sql}) GROUP BY 1`,
      );
      return new Map(rows as [string, string][]);
    } finally {
      await relation.close();
    }
  } finally {
    session.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * What is wrong when each block from 1 to `blocks` must be there once, or may be missing if it was not acknowledged.
 */
export function blockFaults(rows: Rows, source: string, blocks: number, acknowledged: number): string[] {
  const faults: string[] = [];
  for (let n = 1; n <= blocks; n++) {
    const found = rows.get(`${source} ${n}`);
    if (found === WHOLE || (found === undefined && n > acknowledged)) continue;
    const promise = n <= acknowledged ? "acknowledged" : "not acknowledged";
    faults.push(`block ${source} ${n} (${promise}): events ${found ?? "none"} instead of ${WHOLE}`);
  }
  return faults;
}

/** The newest block of the source that was acknowledged. */
export function newestOf(said: readonly string[], source: string): number {
  return Math.max(0, ...said.filter((s) => s.startsWith(`${source} `)).map((s) => Number(s.split(" ")[1])));
}
