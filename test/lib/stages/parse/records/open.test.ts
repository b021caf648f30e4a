import fc from "fast-check";
import { expect, it } from "vitest";
import { splitCsv } from "../../../../../src/lib/format/structured/cells.js";
import { entryAsJson, lengthOfEntry } from "../../../../../src/lib/format/structured/journal/export.js";
import { PlainLines } from "../../../../../src/lib/stages/parse/records/carrier.js";
import { recordBoundary } from "../../../../../src/lib/stages/parse/records/cut.js";
import { entryFrom, rowBoundary, rowFrom } from "../../../../../src/lib/stages/parse/records/open.js";

const cell = fc.oneof(
  fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", " ", "é"), maxLength: 8 }),
  fc.constantFrom("", "\n", '"', '\n\n"'),
);
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

it("a row ends where its quotes are closed, whatever is within", () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 }),
      (rows) => {
        const text = rows.map((row) => `${row.map(quoted).join(",")}\n`).join("");
        const bytes = Buffer.from(text);
        expect(rowBoundary(bytes)).toBe(bytes.length);
        const carrier = new PlainLines(bytes, []);
        let at = 0;
        for (const row of rows) {
          const line = carrier.lineAt(at)!;
          const record = rowFrom(carrier, line) ?? { lines: [line], text: line.text };
          expect(splitCsv(record.text)?.map((one) => one.text)).toEqual(row);
          at = record.lines.at(-1)!.next;
        }
        expect(at).toBe(bytes.length);
      },
    ),
  );
});

it("a block is cut behind a row, never within", () => {
  const bytes = Buffer.from('1,"a\nb"\n2,"c\n');
  expect(rowBoundary(bytes)).toBe(8);
  expect(rowBoundary(Buffer.from('1,"a\nb\n'))).toBe(0);
});

const value = fc.oneof(
  fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
  fc
    .constantFrom("text", "", "a\nb", "\n\n", "__CURSOR=x\n\n__CURSOR=y", "2026-11-21 10:00:00 text\n")
    .map((text) => Buffer.from(text)),
);

function exported(fields: readonly (readonly [string, Buffer])[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([name, data]) => {
      if (!data.includes(0x0a) && data.every((byte) => byte >= 0x20 && byte < 0x7f))
        return [Buffer.from(`${name}=`), data, Buffer.from("\n")];
      const length = Buffer.alloc(8);
      length.writeUInt32LE(data.length);
      return [Buffer.from(`${name}\n`), length, data, Buffer.from("\n")];
    }),
  );
}

it("an entry of the journal holds what was written, and a block is cut behind entries only", () => {
  fc.assert(
    fc.property(fc.array(fc.array(value, { maxLength: 4 }), { minLength: 1, maxLength: 4 }), (entries) => {
      const texts = entries.map((values, n) =>
        exported([
          ["__CURSOR", Buffer.from(`s=${n}`)],
          ["__REALTIME_TIMESTAMP", Buffer.from("1795255201123456")],
          ...values.map((data, i) => [`FIELD_${i}`, data] as const),
        ]),
      );
      for (const [n, text] of texts.entries()) {
        const event = JSON.parse(entryAsJson(text)!) as Record<string, unknown>;
        for (const [i, data] of entries[n]!.entries()) {
          const got = event[`FIELD_${i}`];
          expect(Buffer.from(got as string).equals(data)).toBe(true);
        }
        expect(lengthOfEntry(Buffer.concat([text, Buffer.from("\n")]), 0)).toBe(text.length);
      }
      const all = Buffer.concat(texts.flatMap((text) => [text, Buffer.from("\n")]));
      expect(recordBoundary(all, [])).toBe(all.length);
      const carrier = new PlainLines(all, []);
      const first = entryFrom(carrier, carrier.lineAt(0)!);
      expect(first?.text).toBe(entryAsJson(texts[0]!));
      const cut = all.subarray(0, all.length - 1);
      expect(recordBoundary(cut, [])).toBeLessThanOrEqual(all.length - 1 - texts.at(-1)!.length);
    }),
  );
});
