import fc from "fast-check";
import { expect, test } from "vitest";
import { SeriesTable } from "../../../../src/lib/stages/detect/series-table.js";
import { SeriesClock } from "../../../../src/lib/stages/detect/watermark.js";

const MAX = 8;
const keys = fc.integer({ min: 0, max: 20 }).map((n) => `k${n}`);

test("is a map that forgets an eighth, least recently used first, saved and loaded at any moment", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(keys, fc.boolean()), { maxLength: 300 }), (uses) => {
      const forgotten: string[] = [];
      const make = () => new SeriesTable(2, MAX, (key) => forgotten.push(key));
      let table = make();
      const model = new Map<string, { uses: number; turn: number }>();
      const lost: string[] = [];
      uses.forEach(([key, isSaving], turn) => {
        if (!model.has(key) && model.size === MAX) {
          const turns = [...model.values()].map((one) => one.turn).sort((a, b) => a - b);
          for (const [name, one] of model) if (one.turn <= turns[MAX / 8]!) lost.push(name);
          for (const name of lost) model.delete(name);
        }
        const known = model.get(key) ?? { uses: 0, turn };
        model.set(key, { uses: known.uses + 1, turn });
        const at = table.use(key);
        table.memory[at]!++;
        table.memory[at + 1] = turn;
        if (!isSaving) return;
        const saved = structuredClone(table.save());
        table = make();
        table.load(saved);
      });
      expect(forgotten).toEqual(lost);
      const found: [string, number, number][] = [];
      table.each((key, at) => found.push([key, table.memory[at]!, table.memory[at + 1]!]));
      expect(found).toEqual([...model].map(([key, one]) => [key, one.uses, one.turn]));
      expect(table.count).toBe(model.size);
    }),
  );
});

test("grows to as many as may be", () => {
  const table = new SeriesTable(3, 5000, () => undefined);
  for (let n = 0; n < 5000; n++) {
    const at = table.use(`k${n}`);
    table.memory[at + 2] = n;
  }
  table.each((key, at) => {
    expect(`k${table.memory[at + 2]}`).toBe(key);
  });
  expect(table.memory.length).toBe(5000 * 4);
});

test("a time far ahead counts once another confirms it", () => {
  const hour = 3_600_000;
  const mark = new SeriesClock();
  expect([mark.take(hour), mark.take(hour / 2), mark.nowMs]).toEqual([true, true, hour]);
  expect([mark.take(1000 * hour), mark.nowMs]).toEqual([false, hour]);
  expect([mark.take(hour + 1), mark.nowMs]).toEqual([true, hour + 1]);
  expect([mark.take(10 * hour), mark.take(10 * hour + 5), mark.nowMs]).toEqual([false, true, 10 * hour + 5]);
});
