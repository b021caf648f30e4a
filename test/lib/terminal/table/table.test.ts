import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { paletteOf } from "../../../../src/lib/terminal/colours.js";
import { escapeControls, escapeControlsInLines } from "../../../../src/lib/terminal/escape.js";
import { fitWidths } from "../../../../src/lib/terminal/table/fit.js";
import { Table } from "../../../../src/lib/terminal/table/table.js";
import { cellWidth, fitCells, padCells } from "../../../../src/lib/terminal/table/width.js";

const plain = paletteOf({ hasColour: false });
const shape = [
  { name: "path", isNumeric: false },
  { name: "n", isNumeric: true },
];

function table(columns: number | undefined, paths: (string | null)[], numbers: (string | null)[]): string {
  const made = new Table(shape, { columns, palette: plain });
  const cells = [paths, numbers];
  return made.head(cells) + made.rows(cells, paths.length);
}

describe("tables", () => {
  it("turns few rows into records where columns have no room, and leaves out columns of many", () => {
    const shape = ["time", "number", "a", "b", "c"].map((name, k) => ({
      name,
      isNumeric: k === 1,
      isWhole: k === 0,
    }));
    const row = (n: number) => ["2026-11-22T10:00:00Z", String(n), "x".repeat(90), null, "y"];
    const cellsOf = (count: number) =>
      shape.map((_, k) => Array.from({ length: count }, (__, n) => row(n)[k] ?? null));
    const few = new Table(shape, { columns: 40, palette: plain });
    const records = few.head(cellsOf(2)) + few.rows(cellsOf(2), 2) + few.foot(2);
    expect(records).toContain("-- 2 --\ntime    2026-11-22T10:00:00Z\nnumber  1\na       xxxxx");
    expect(records.match(/x/g)).toHaveLength(180);
    const many = new Table(shape, { columns: 40, palette: plain });
    const text = many.head(cellsOf(100)) + many.rows(cellsOf(100), 100) + many.foot(100);
    expect(text).toContain("2026-11-22T10:00:00Z       7");
    expect(text.replaceAll("\n", " ")).toMatch(/no room for 3 columns: a, b, c/);
    for (const line of `${records}${text}`.split("\n")) expect(line.length).toBeLessThanOrEqual(40);
  });

  it("align numbers right and text left, wide characters included", () => {
    expect(table(undefined, ["/a", "漢字", null], ["1", "1000", null])).toBe(
      ["path     n", "────  ────", "/a       1", "漢字  1000", "          ", ""].join("\n"),
    );
  });

  it("are never cut without a terminal", () => {
    expect(table(undefined, ["x".repeat(500)], ["1"])).toContain("x".repeat(500));
  });

  it("fit the terminal", () => {
    const text = table(20, ["/a/very/long/path/indeed", "漢字".repeat(20)], ["123", "4"]);
    for (const line of text.trimEnd().split("\n")) expect(cellWidth(line)).toBeLessThanOrEqual(20);
    expect(text).toContain("…");
    expect(text).toContain("123");
  });

  it("keep hostile cells in their place", () => {
    const text = table(80, ["a\nb\x1b]0;title\x07\u202e\t\x9b"], ["1"]);
    expect(text).toContain("a\\nb\\x1b]0;title\\x07\\u202e\\t\\x9b");
    expect(text.split("\n").length).toBe(4);
  });

  it("without columns are nothing but their foot", () => {
    const made = new Table([], { columns: 80, palette: plain });
    expect(made.head([]) + made.rows([], 5) + made.foot(5)).toBe("(5 rows)\n");
    expect(made.foot(1)).toBe("(1 row)\n");
    expect(made.foot(1234567)).toBe("(1,234,567 rows)\n");
  });

  it("any widths fit when they can", () => {
    const wanted = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(wanted, fc.integer({ min: 90, max: 250 }), (widths, columns) => {
        const fitted = fitWidths(widths, columns);
        const used = fitted.reduce((sum, width) => sum + width, 0) + 2 * (widths.length - 1);
        expect(used).toBeLessThanOrEqual(Math.max(columns, widths.length * 8 + 2 * (widths.length - 1)));
        fitted.forEach((width, k) => {
          expect(width).toBeLessThanOrEqual(widths[k]!);
          expect(width).toBeGreaterThanOrEqual(Math.min(8, widths[k]!));
        });
      }),
    );
  });
});

describe("cells", () => {
  it("are counted as terminals draw them", () => {
    expect(["abc", "漢字", "e\u0301", "👍🏽", ""].map(cellWidth)).toEqual([3, 4, 1, 2, 0]);
    expect(padCells("漢", 4, "right")).toBe("漢  ");
    expect(padCells("12", 4, "left")).toBe("  12");
    expect(fitCells("漢字漢字", 5)).toBe("漢字…");
    expect(fitCells("abc", 3)).toBe("abc");
    expect(fitCells("abcd", 3)).toBe("ab…");
    expect(fitCells("👨‍👩‍👧‍👦x", 2)).toBe("…");
  });

  it("never take more than they were given", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 40 }),
        fc.integer({ min: 1, max: 30 }),
        (text, width) => {
          const shown = escapeControls(text);
          expect(cellWidth(fitCells(shown, width))).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});

describe("control characters", () => {
  it("are escaped, all of them", () => {
    expect(escapeControls("a\x00\x1b[31m\r\n\t\x7f\x85\u2066z")).toBe(
      "a\\x00\\x1b[31m\\r\\n\\t\\x7f\\x85\\u2066z",
    );
    expect(escapeControlsInLines("a\r\nb\tc\rd\x1b")).toBe("a\nb\tc\\rd\\x1b");
    expect(escapeControls("plain é漢👍")).toBe("plain é漢👍");
  });

  it("never come through", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(
          /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(escapeControls(text)),
        ).toBe(false);
      }),
    );
  });
});
