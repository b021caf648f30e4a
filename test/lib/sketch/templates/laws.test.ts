import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { templateFromText } from "../../../../src/lib/sketch/templates/saved.js";
import { sourceOffsets, TemplateShape } from "../../../../src/lib/sketch/templates/shape.js";
import { current } from "../../../../src/lib/sketch/templates/template.js";
import { TemplateMiner } from "../../../../src/lib/sketch/templates/templates.js";
import { variableValues } from "../../../../src/lib/sketch/templates/values.js";
import { mined, read, texts } from "./mining.js";

const word = fc.constantFrom(
  "open",
  "close",
  "user",
  "ann",
  "bob",
  "eve",
  "joe",
  "kim",
  "failed",
  "from",
  "on",
  "disk",
);
const value = fc.oneof(
  fc.nat(99_999).map(String),
  fc.constantFrom(
    "192.0.2.7",
    "10.0.0.1",
    "0x7f",
    "/etc/x",
    "/var/y",
    "a.b.c",
    "x.y.z",
    "12ms",
    "blk_5",
    "web1a",
    "db2-b",
    "utf8",
    "true",
    "()",
    "k=",
  ),
);
const text = fc
  .array(fc.oneof({ weight: 3, arbitrary: word }, { weight: 1, arbitrary: value }), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => parts.join(" "));
const log = fc.array(text, { maxLength: 120 });

describe("laws", () => {
  it("gives the same for the same texts, and every text a template that is alive or has a successor", () => {
    fc.assert(
      fc.property(log, (lines) => {
        const miner = new TemplateMiner();
        const found = read(miner, lines);
        expect(texts(mined(lines))).toEqual(texts(miner));
        const alive = new Set(miner.templates());
        for (const template of found) expect(alive.has(current(template)!)).toBe(true);
        const total = miner.templates().reduce((sum, { count }) => sum + count, 0);
        expect(total).toBe(lines.length);
        const ids = miner.templates().map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  it("goes on after save and load as if nothing had been, at any cut", () => {
    fc.assert(
      fc.property(
        log,
        fc.array(fc.nat(120), { maxLength: 4 }),
        fc.constantFrom(10, 5000),
        (lines, cuts, max) => {
          const whole = new TemplateMiner(max);
          const ids = read(whole, lines).map(({ id, text: own }) => `${id} ${own}`);
          let miner = new TemplateMiner(max);
          const pieces: string[] = [];
          lines.forEach((line, n) => {
            if (cuts.includes(n)) {
              const saved = JSON.parse(JSON.stringify(miner.save()));
              miner = new TemplateMiner(max);
              miner.load(saved);
            }
            pieces.push(...read(miner, [line]).map(({ id }) => id));
          });
          expect(pieces).toEqual(ids.map((id) => id.slice(0, 12)));
          expect(miner.save()).toEqual(whole.save());
        },
      ),
    );
  });

  it("finds at its turn the template that it finds when asked again", () => {
    fc.assert(
      fc.property(log, (lines) => {
        const miner = new TemplateMiner();
        const found = read(miner, lines);
        const again = read(miner, lines);
        expect(again.map(current)).toEqual(found.map(current));
      }),
    );
  });

  it("merges: all texts are counted, what one miner knew both know, ids are unique, and templates fit as before", () => {
    fc.assert(
      fc.property(log, log, (one, two) => {
        const merged = mined(one);
        merged.merge(mined(two));
        const together = mined([...one, ...two]);
        expect(merged.texts).toBe(together.texts);
        const total = merged.templates().reduce((sum, { count }) => sum + count, 0);
        expect(total).toBe(one.length + two.length);
        const ids = merged.templates().map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        const before = merged.size;
        read(merged, [...one, ...two]);
        expect(merged.size).toBe(before);
        expect(merged.size).toBeLessThanOrEqual(together.size + 3);
      }),
    );
  });

  it("merges texts whose variables are known by their form to exactly what all together give", () => {
    const plain = fc.array(
      fc
        .tuple(fc.constantFrom("open file", "disk full at", "sent to port"), fc.nat())
        .map((parts) => parts.join(" ")),
      { maxLength: 50 },
    );
    fc.assert(
      fc.property(plain, plain, (one, two) => {
        const merged = mined(one);
        merged.merge(mined(two));
        const both = mined([...one, ...two]);
        expect(texts(merged).sort()).toEqual(texts(both).sort());
        expect(merged.templates().map(({ id }) => id)).toEqual(both.templates().map(({ id }) => id));
      }),
    );
  });

  it("gives the values of the variables as they stand in the text", () => {
    fc.assert(
      fc.property(log, (lines) => {
        const miner = mined(lines);
        const found = read(miner, lines);
        found.forEach((template, n) => {
          const values = variableValues(template, Buffer.from(lines[n]!));
          expect(values).toHaveLength(template.variables.length);
          for (const own of values) expect(lines[n]).toContain(own);
        });
      }),
    );
  });

  it("reads a printed template as one that fits the same texts", () => {
    fc.assert(
      fc.property(log, (lines) => {
        const miner = mined(lines);
        const known = new TemplateMiner();
        for (const { id, order, text: own } of miner.templates())
          known.adopt(templateFromText(id, order, own));
        const before = known.created;
        read(known, lines);
        expect(known.created).toBe(before);
      }),
    );
  });
});

describe("shapes", () => {
  it("are the same for texts that differ in numbers only, and never for texts of other pieces", () => {
    const shape = new TemplateShape();
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: "grapheme" })), (own) => {
        const bytes = Buffer.from(own);
        shape.read(bytes, 0, bytes.length);
        const key = `${shape.hashLow} ${shape.hashHigh}`;
        const known = seen.get(key);
        if (known !== undefined) expect(shape.toString()).toBe(known);
        seen.set(key, shape.toString());
        expect(sourceOffsets(shape.toString(), bytes).at(-1)).toBe(bytes.length);
      }),
      { numRuns: 2000 },
    );
  });
});
