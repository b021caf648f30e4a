/** Which number of a date is the day: what one line of a stream shows holds for the others. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { learnLines } from "../../../../../src/lib/stages/parse/memory/learn.js";
import { Memory } from "../../../../../src/lib/stages/parse/memory/memory.js";

const orderOf = (known: string, source = "") => {
  const memory = new Memory();
  memory.load(known);
  memory.use(source);
  return memory.dateOrder;
};
const learn = (lines: readonly string[], known = "") =>
  learnLines(Buffer.from(lines.map((line) => `${line}\n`).join("")), known);

describe("the order of dates", () => {
  it("is learned from a line of the block, and kept", () => {
    const known = learn(["03/04/2026 10:00:01 x", "12/04/2026 10:00:01 x", "13/04/2026 10:00:01 x"]);
    expect(orderOf(known)).toBe("dmy");
    expect(learn(["01/05/2026 10:00:01 x"], known)).toBe(known);
    // The first that was shown counts: what comes later may be a line of another program.
    expect(learn(["04/13/2026 10:00:01 x"], known)).toBe(known);
    expect(orderOf(learn(["04/13/2026, 10:00:01 AM x"]))).toBe("mdy");
    expect(orderOf(learn(["03.04.2026 10:00 x", "30.04.2026 10:00 x"]))).toBe("dmy");
  });

  it("is not learned from what is no date of that kind", () => {
    for (const line of [
      "03/04/2026 10:00:01 x",
      "2026-11-21 10:00:01 13/04/2026",
      "192.0.2.13 10:00:01",
      "26/11/21 10:00:01 INFO x",
      "13/14/2026 10:00:01 x",
      "",
    ])
      expect(learn([line])).toBe("");
  });

  it("is that of the file which an envelope names", () => {
    const envelope = (source: string, raw: string) => JSON.stringify({ source, raw });
    const known = learn([
      envelope("a.log", "03/04/2026 10:00:01 x"),
      envelope("b.log", "04/14/2026 10:00:01 x"),
      envelope("a.log", "14/04/2026 10:00:01 x"),
    ]);
    expect(orderOf(known, '"a.log"')).toBe("dmy");
    expect(orderOf(known, '"b.log"')).toBe("mdy");
    expect(orderOf(known)).toBeUndefined();
  });

  it("never changes what is known of headers, whatever the lines", () => {
    const line = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("13/04/2026 10:00:01", "#Fields: date time", "{", ""),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const known = learn(lines.map((one) => one.replaceAll("\n", " ")));
        const memory = new Memory();
        memory.load(known);
        expect(memory.save()).toBe(known);
      }),
    );
  });
});
