import fc from "fast-check";
import { expect, test } from "vitest";
import { type TableFile, tableFile } from "../../../../src/lib/store/delta/table-file.js";
import { isCompacted, planCompaction } from "../../../../src/lib/store/maintain/plan-compaction.js";
import { LEVEL_TAG } from "../../../../src/lib/store/maintain/rewrite/rewrite-group.js";

const MIB = 1024 * 1024;
const TARGET = 256 * MIB;
let made = 0;

function file(bytes: number, isDone: boolean, date = "2026-11-20", hour = 0): TableFile {
  const timestamp = `${date}T${String(hour).padStart(2, "0")}:00:00.000Z`;
  const bounds = { minValues: { timestamp }, maxValues: { timestamp }, nullCount: {} };
  return tableFile("/table", {
    path: `date=${date}/part-${made++}.parquet`,
    partitionValues: { date },
    size: bytes,
    modificationTime: 0,
    dataChange: true,
    stats: JSON.stringify({ numRecords: 1, ...bounds }),
    ...(isDone ? { tags: { [LEVEL_TAG]: "9" } } : {}),
  });
}

/** What the table has after the plan was carried out, files getting a bit smaller when they are first rewritten. */
function carriedOut(
  files: readonly TableFile[],
  groups: readonly TableFile[][],
  shrink: number,
): TableFile[] {
  const gone = new Set(groups.flat());
  const merged = groups.map((group) => {
    const bytes = group.reduce((sum, one) => sum + one.bytes * (isCompacted(one) ? 1 : shrink), 0);
    return file(bytes, true, group[0]!.date!, new Date(group[0]!.minTimestampMs!).getUTCHours());
  });
  return [...files.filter((one) => !gone.has(one)), ...merged];
}

const someFiles = fc.array(
  fc
    .tuple(
      fc.integer({ min: 1000, max: 300 * MIB }),
      fc.boolean(),
      fc.constantFrom("2026-11-20", "2026-11-21"),
      fc.integer({ min: 0, max: 23 }),
    )
    .map((args) => file(...args)),
  { maxLength: 60 },
);

test("groups are of one partition, no larger than a file should be, and no file is in two", () => {
  fc.assert(
    fc.property(someFiles, (files) => {
      const groups = planCompaction(files, { targetBytes: TARGET });
      expect(new Set(groups.flat()).size).toBe(groups.flat().length);
      for (const group of groups) {
        expect(new Set(group.map((one) => one.date)).size).toBe(1);
        if (group.length === 1) expect(isCompacted(group[0]!)).toBe(false);
        else expect(group.reduce((sum, one) => sum + one.bytes, 0)).toBeLessThan(TARGET / 0.89);
      }
    }),
  );
});

test("carried out again and again a plan comes to its end, with every file compacted", () => {
  fc.assert(
    fc.property(someFiles, fc.double({ min: 0.4, max: 1, noNaN: true }), (files, shrink) => {
      let now = files;
      for (let round = 0; ; round++) {
        expect(round).toBeLessThan(8);
        const groups = planCompaction(now, { targetBytes: TARGET });
        if (groups.length === 0) break;
        now = carriedOut(now, groups, shrink);
      }
      expect(now.every(isCompacted)).toBe(true);
    }),
  );
});

test("trickling flushes with a compaction now and then leave a file or two a day more than there need be", () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: 10_000, max: 20 * MIB }), { maxLength: 40 }), { maxLength: 30 }),
      (runs) => {
        let now: TableFile[] = [];
        for (const sizes of runs) {
          now = [...now, ...sizes.map((bytes, i) => file(bytes, false, "2026-11-20", i % 24))];
          for (;;) {
            const groups = planCompaction(now, { targetBytes: TARGET });
            if (groups.length === 0) break;
            now = carriedOut(now, groups, 0.85);
          }
          const bytes = now.reduce((sum, one) => sum + one.bytes, 0);
          // Files that were full at half the target are never touched again.
          expect(now.length).toBeLessThanOrEqual(Math.ceil(bytes / (TARGET / 2)) + 2);
        }
      },
    ),
  );
});

test("a large file is not written again for a few bytes more", () => {
  const large = file(120 * MIB, true);
  const small = file(MIB, false);
  expect(planCompaction([large, small], { targetBytes: TARGET })).toEqual([[small]]);
  const more = Array.from({ length: 40 }, () => file(MIB, false));
  expect(planCompaction([large, ...more], { targetBytes: TARGET })[0]).toHaveLength(41);
});
