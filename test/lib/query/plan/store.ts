/** A small store of many files, with filters beside some of them and a live end. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { StoreSink } from "../../../../src/lib/sinks/store/store.js";
import { readSnapshot } from "../../../../src/lib/store/delta/snapshot.js";
import { Session } from "../../../../src/lib/store/duckdb/duckdb.js";
import { bloomPath, buildBloom } from "../../../../src/lib/store/parquet/bloom.js";
import { blocksOf, storeLines, storeOptions } from "../../store/support.js";

export const DAYS = ["2026-11-10", "2026-11-11", "2026-11-12", "2026-11-13", "2026-11-14"];
export const LEVELS = ["debug", "info", "warn", "error", "éclair"];
const TAIL = "and a long tail that every message has in common";
export const MESSAGES = [
  `order 1 ${TAIL}`,
  `order 12 ${TAIL}`,
  `order 2 ${TAIL}`,
  `é ${TAIL}`,
  `\u{1f600} ${TAIL}`,
  "\uffee",
];
export const TRACES = Array.from({ length: 24 }, (_, i) => `t-${i}`);

/** One event. What varies with the file makes files differ in their bounds; every 7th lacks what may be absent. */
function line(file: number, i: number): string {
  const n = file * 10 + i;
  const day = DAYS[file % DAYS.length]!;
  const fraction = ["", ".5", ".000001", ".999999999", ".123456789"][i % 5];
  const event: Record<string, unknown> = {
    timestamp: `${day}T${String((file * 3 + i) % 24).padStart(2, "0")}:00:00${fraction}${i % 3 === 0 ? "+02:00" : "Z"}`,
    n,
    level: LEVELS[(file + (i % 2)) % LEVELS.length],
    message: MESSAGES[(file * 2 + (i % 2)) % MESSAGES.length],
    trace_id: TRACES[(file * 5 + i) % TRACES.length],
  };
  if (n % 7 !== 0) event["user_id"] = file % 4 === 1 ? undefined : n;
  if (n % 5 !== 0) event["latency"] = n / 4 - 3;
  if (file % 3 === 0) event["flag"] = n % 2 === 0;
  if (file % 2 === 0) event["status"] = file % 4 === 0 ? 200 + (n % 3) * 150 : String(200 + (n % 3) * 150);
  if (n % 11 === 0) event["ctx"] = { host: `a${n % 3}` };
  if (n % 13 === 0) event["rare"] = LEVELS[n % LEVELS.length];
  const text = JSON.stringify(event);
  return n % 4 === 0 ? text.replace(/}$/, `,"big":90071992547409${90 + (file % 9)}}`) : text;
}

const FILES = 24;

/**
 * Fills `store` with the tables `logs` and `other`; the sink that holds the live end is to be closed when all is done.
 */
export async function makeStore(store: string): Promise<StoreSink> {
  for (const [table, files] of [
    ["logs", FILES],
    ["other", 5],
  ] as const) {
    const options = storeOptions(join(store, table));
    for (let file = 0; file < files; file++)
      await storeLines(
        options,
        Array.from({ length: 10 }, (_, i) => line(file, i)),
      );
    await addFilters(options.tableDirectory);
  }
  const sink = await StoreSink.open(storeOptions(join(store, "logs")));
  for (const block of blocksOf(Array.from({ length: 7 }, (_, i) => line(FILES, i)))) await sink.write(block);
  await sink.flush();
  return sink;
}

async function addFilters(table: string): Promise<void> {
  const session = await Session.open({
    memoryBytes: 2 ** 28,
    threads: 1,
    tempDirectory: join(table, "_spill"),
  });
  const { files, schema } = await readSnapshot(table);
  for (const [i, { add, path, stats }] of files.entries()) {
    if (i % 3 === 2) continue;
    const has = (name: string) => stats?.nullCount[name] !== undefined;
    const wanted = schema.columns.filter(
      ({ name }) => ["trace_id", "user_id", "message", "n", "big"].includes(name) && has(name),
    );
    const to = bloomPath(table, add.path);
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, await buildBloom(session, path, wanted));
  }
  session.close();
}
