import fc from "fast-check";
import { expect, it } from "vitest";
import { CsvEvents } from "../../../../../src/lib/query/inputs/csv/csv-events.js";

const cell = fc.oneof(
  fc.string({ unit: fc.constantFrom("a", "é", '"', ",", ";", "\n", "\r\n", " ", "1", "😀"), maxLength: 6 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
);
const table = fc
  .integer({ min: 2, max: 5 })
  .chain((columns) => fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { maxLength: 8 }));

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function eventsOf(
  blocks: readonly string[],
  separator: "," | "\t" = ",",
): { events: unknown[]; csv: CsvEvents } {
  const csv = new CsvEvents(separator);
  const bytes = [...blocks.map((block) => csv.push(Buffer.from(block))), csv.end()];
  const lines = Buffer.concat(bytes).toString().split("\n").slice(0, -1);
  return { events: lines.map((line) => JSON.parse(line)), csv };
}

/** Blocks of whole lines, as sources cut them. */
function cutAt(text: string, places: readonly number[]): string[] {
  const lines = text.match(/[^\n]*\n/g) ?? [];
  const blocks: string[] = [];
  let from = 0;
  for (const place of [...places.map((n) => n % (lines.length + 1)), lines.length].sort((a, b) => a - b)) {
    blocks.push(lines.slice(from, place).join(""));
    from = place;
  }
  return blocks;
}

it("gives every quoted cell back, wherever blocks are cut", () => {
  fc.assert(
    fc.property(
      table,
      fc.constantFrom(",", ";", "\t", "|"),
      fc.array(fc.nat(), { maxLength: 4 }),
      (rows, mark, cuts) => {
        const columns = rows[0]?.length ?? 2;
        const names = Array.from({ length: columns }, (_, n) => `c${n}`);
        const text = [names, ...rows].map((row) => `${row.map(quoted).join(mark)}\n`).join("");
        const { events, csv } = eventsOf(cutAt(text, cuts));
        expect(events).toEqual(
          rows.map((row) => Object.fromEntries(row.map((value, n) => [`c${n}`, value]))),
        );
        expect(csv.report().filter((line) => !line.includes("would fit"))).toEqual([]);
      },
    ),
  );
});

it("drops no row and no text of lines that are anything, and reads them the same however they are cut", () => {
  const line = fc.string({ unit: fc.constantFrom("a", "b", '"', ",", " ", "7"), maxLength: 12 });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 10 }), fc.array(fc.nat(), { maxLength: 4 }), (lines, cuts) => {
      const text = ["x,y", ...lines].map((one) => `${one}\n`).join("");
      const whole = eventsOf([text]);
      const cut = eventsOf(cutAt(text, cuts));
      expect(cut.events).toEqual(whole.events);
      expect(cut.csv.report()).toEqual(whole.csv.report());
      const letters = (of: string) => of.match(/[ab7]/g)?.length ?? 0;
      expect(letters(JSON.stringify(whole.events.map((event) => Object.values(event as object))))).toBe(
        letters(lines.join("\n")),
      );
    }),
  );
});
