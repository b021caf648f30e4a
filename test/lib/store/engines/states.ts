/** Tables in the states that our operations leave: what every other engine must read as we do. */
import { assert } from "../../../../src/lib/base/assert.js";
import { diskFiles } from "../../../../src/lib/base/files.js";
import { checkpoint as makeCheckpoint } from "../../../../src/lib/store/delta/checkpoints/checkpoint.js";
import { listLog } from "../../../../src/lib/store/delta/listing.js";
import { TableLog } from "../../../../src/lib/store/delta/snapshot.js";
import { LocalStorage } from "../../../../src/lib/store/storage/local.js";
import { alter, checkpoint, compact, erase, type Place, vacuum } from "../../../support/maintenance.js";
import { DAY_MS, openSession } from "../delta/support.js";
import { OBSERVED_MS, storeLines, storeOptions } from "../support.js";

export interface State {
  readonly name: string;
  /** Makes the table. Resolves with the events that must be in it. */
  build(table: string): Promise<readonly string[]>;
}

const LINES: readonly string[] = [
  '{"timestamp":"2026-11-21T10:00:00.123456789Z","service":"api","status":200,"took":1.5,"message":"plain"}',
  '{"timestamp":"2026-11-21T23:59:59.999999Z","service":"api","status":"200","took":-0.25,"ok":true}',
  '{"timestamp":"2026-11-22T00:00:00Z","service":"wörker \\u0007","status":null,"ok":false,"nested":{"a":[1,{"b":null}]}}',
  '{"service":"no time","big":123456789012345678901234567890,"id":9007199254740993}',
  '{"timestamp":"yesterday","service":"a time that is none","id":-9223372036854775808}',
  '{"timestamp":"2026-11-21T10:00:01Z","":"empty key","Service":"case","date":"2001-01-01","took":1e300}',
  '{"timestamp":"1969-12-31T23:59:59.5Z","message":"before the epoch","service":""}',
];

/** Numbered lines, so that no two rows are equal by chance. */
function linesOf(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const line = LINES[i % LINES.length]!;
    return `${line.slice(0, -1)},"number":${first + i}}`;
  });
}

const flushed: State = {
  name: "flushed once",
  build: async (table) => {
    const lines = linesOf(0, 70);
    await storeLines(storeOptions(table), lines);
    return lines;
  },
};

const grown: State = {
  name: "many small files whose columns grew",
  build: async (table) => {
    const lines = Array.from({ length: 12 }, (_, i) => [
      `{"timestamp":"2026-11-2${i % 5}T10:00:00Z","number":${i},"key_${i}":${i % 3 === 0 ? i : `"${i}"`},"mixed":${[1, 1.5, '"x"', "true"][i % 4]}}`,
    ]);
    for (const batch of lines) await storeLines(storeOptions(table), batch);
    return lines.flat();
  },
};

const capped: State = {
  name: "more keys than columns",
  build: async (table) => {
    const lines = Array.from(
      { length: 40 },
      (_, i) => `{"timestamp":"2026-11-21T10:00:00Z","number":${i},"key_${i}":${i}}`,
    );
    await storeLines(storeOptions(table, { maxColumns: 10 }), lines);
    return lines;
  },
};

/** Later than everything: tombstones and commits have outlived their time. */
const LATER_MS = OBSERVED_MS + 90 * 86_400_000;

/** Several small files, then what was done to them. */
function after(name: string, work: (place: Place) => Promise<unknown>, isLeft = (_n: number) => true): State {
  return {
    name,
    build: async (table) => {
      const lines = linesOf(0, 63);
      for (let i = 0; i < lines.length; i += 21) {
        await storeLines(storeOptions(table), lines.slice(i, i + 21));
      }
      await work({ table, files: diskFiles, nowMs: OBSERVED_MS });
      return lines.filter((_, n) => isLeft(n));
    },
  };
}

const shortened = async (place: Place) => {
  await compact(place);
  await checkpoint({ ...place, nowMs: LATER_MS });
  await storeLines(storeOptions(place.table), []);
};

const partitioned: State = {
  name: "partitioned by a key, too",
  build: async (table) => {
    // As a partition empty text is NULL to every other engine: "Partition Value Serialization" of the protocol.
    const lines = linesOf(0, 70).map((line) => line.replace('"service":""', '"service":"no longer empty"'));
    const odd = '{"timestamp":"2026-11-21T10:00:00Z","service":"a/b c=%:","number":70}';
    const long = `{"timestamp":"2026-11-21T10:00:00Z","service":"${"é".repeat(300)}","number":71}`;
    await storeLines(storeOptions(table, { partitionBy: ["date", "service"] }), [...lines, odd, long]);
    return [...lines, odd, long];
  },
};

const checkpointed: State = {
  name: "after checkpoints and the clean-up of its log",
  build: async (table) => {
    const lines = Array.from({ length: 5 }, (_, i) => linesOf(i * 10, 10));
    const session = await openSession();
    for (const batch of lines) {
      await storeLines(storeOptions(table), batch);
      const log = new TableLog(table);
      await makeCheckpoint({ session, log, nowMs: Date.now() + 40 * DAY_MS });
    }
    const { commits } = await listLog(new LocalStorage(table, diskFiles));
    assert(commits[0] === 3, "the log was not cleaned");
    return lines.flat();
  },
};

const structured: State = {
  name: "regular objects, and some that are not",
  build: async (table) => {
    const lines = Array.from({ length: 30 }, (_, n) => {
      const odd =
        n === 7 ? `,"http":{"status":"x"}` : `,"http":{"method":"GET","status":${n},"ok":${n % 2 === 0}}`;
      return `{"timestamp":"2026-11-21T10:00:00Z","number":${n}${odd}}`;
    });
    await storeLines(storeOptions(table), lines);
    return lines;
  },
};

/** One entry an operation. */
export const STATES: readonly State[] = [
  flushed,
  grown,
  capped,
  structured,
  partitioned,
  checkpointed,
  after("compacted", compact),
  after(
    "with events deleted",
    (place) => erase(place, "number % 3 = 1"),
    (n) => n % 3 !== 1,
  ),
  after("compacted, with a checkpoint", shortened),
  after(
    "with everything done to it and vacuumed",
    async (place) => {
      await erase(place, "number < 10");
      await shortened(place);
      await alter(place, { action: "set", key: "number", type: "string" });
      await alter(place, { action: "set", key: "number", type: "integer" });
      await vacuum({ ...place, nowMs: LATER_MS }, 0);
    },
    (n) => n >= 10,
  ),
];
