import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assuming, Guess, takeGuesses } from "../../../../src/lib/base/time/assumed.js";
import { dateOrderEvidence, timeAt, timeOf } from "../../../../src/lib/base/time/read-time.js";
import { LAYOUTS, NUMBERED, two, Wall, YEARLESS } from "./layouts.js";

const nowMs = Date.UTC(2026, 10, 30);
const seconds = fc.integer({ min: Date.UTC(1970, 0, 1) / 1000, max: Date.UTC(2049, 11, 31) / 1000 });
const fractions = fc.oneof(fc.constant(""), fc.stringMatching(/^\.\d{3}$/), fc.stringMatching(/^\.\d{6}$/));
const offsets = fc.constantFrom(
  ["", 0],
  ["Z", 0],
  ["+02:00", 120],
  ["-0730", -450],
  [" +0545", 345],
  [" UTC", 0],
) as fc.Arbitrary<[string, number]>;
const rests = fc.constantFrom("", " x", " INFO x", ": x", "] x", " [12] x", "\tx", " | x", " web1 app: 5");

function rfc3339(second: number, fraction: string): string {
  return `${new Date(second * 1000).toISOString().slice(0, 19)}${fraction}Z`;
}

function agrees(text: string, rest: string, wanted: string): void {
  expect(timeAt(text + rest, 0, nowMs)).toEqual({ end: text.length, timestamp: wanted });
  expect(timeAt(`[${text}] x`, 1, nowMs)).toEqual({ end: text.length + 1, timestamp: wanted });
}

describe("layouts", () => {
  it.each(Object.entries(LAYOUTS))("%s: what is printed is read", (_name, print) => {
    fc.assert(
      fc.property(seconds, fractions, offsets, rests, (second, fraction, [zone, minutes], rest) => {
        const text = print(new Wall(second), fraction, zone);
        const hasZone = text !== print(new Wall(second), fraction, "");
        const hasFraction = text !== print(new Wall(second), "", zone);
        const kept = hasFraction
          ? text.includes(`:${fraction.slice(1, 4)}`) &&
            !text.includes(fraction) &&
            !text.includes(`,${fraction.slice(1)}`)
            ? fraction.slice(0, 4)
            : fraction
          : "";
        const wanted = rfc3339(second - (hasZone ? minutes * 60 : 0), kept);
        agrees(text, rest, wanted);
        expect(assuming({ nowMs }, () => timeOf(text))).toBe(wanted);
      }),
    );
  });

  it.each(Object.entries(NUMBERED))("numbers in the order %s: read where it is said", (order, print) => {
    fc.assert(
      fc.property(seconds, fractions, rests, (second, fraction, rest) => {
        const text = print(new Wall(second), fraction);
        assuming({ dateOrder: order as "mdy" }, () => agrees(text, rest, rfc3339(second, fraction)));
      }),
    );
  });

  it.each(Object.entries(YEARLESS))("%s: the latest year that is at most a day ahead", (_name, print) => {
    const recent = fc.integer({ min: nowMs / 1000 - 360 * 86_400, max: nowMs / 1000 + 86_399 });
    fc.assert(
      fc.property(recent, fractions, rests, (second, fraction, rest) => {
        const text = print(new Wall(second), fraction);
        assuming({ dateOrder: "mdy" }, () => agrees(text, rest, rfc3339(second, fraction)));
        const other = assuming({ year: 2020, dateOrder: "mdy" }, () => timeAt(text, 0, nowMs)?.timestamp);
        expect(other?.slice(0, 4)).toBe("2020");
      }),
    );
  });
});

describe("the order of numbers", () => {
  it("is told by a line only where it can be no other, and holds for all lines", () => {
    const orders = fc.constantFrom("mdy", "dmy") as fc.Arbitrary<"mdy" | "dmy">;
    fc.assert(
      fc.property(orders, fc.array(seconds, { minLength: 1, maxLength: 30 }), (order, all) => {
        const lines = all.map((second) => `${NUMBERED[order]!(new Wall(second), "")} x`);
        const found = new Set(lines.map(dateOrderEvidence));
        found.delete(undefined);
        expect([...found].every((one) => one === order)).toBe(true);
        const isSaid = all.some((second) => new Date(second * 1000).getUTCDate() > 12);
        expect(found.size).toBe(isSaid ? 1 : 0);
      }),
    );
  });

  it("is a guess where nobody has said it", () => {
    const read = (line: string) => timeAt(line, 0, nowMs)?.timestamp;
    takeGuesses();
    expect(read("03/04/2026 10:00:01 x")).toBe("2026-03-04T10:00:01Z");
    expect(takeGuesses() & Guess.dateOrder).toBe(Guess.dateOrder);
    expect(read("03.04.2026 10:00:01 x")).toBe("2026-04-03T10:00:01Z");
    expect(takeGuesses() & Guess.dateOrder).toBe(Guess.dateOrder);
    for (const sure of ["13/04/2026 10:00:01 x", "04/13/2026 10:00:01 x", "04/04/2026 10:00:01 x"]) {
      expect(read(sure)?.slice(5, 7)).toBe("04");
      expect(takeGuesses() & Guess.dateOrder).toBe(0);
    }
    assuming({ dateOrder: "dmy" }, () => {
      expect(read("03/04/2026 10:00:01 x")).toBe("2026-04-03T10:00:01Z");
      expect(takeGuesses() & Guess.dateOrder).toBe(0);
    });
  });

  it("of a year in two digits is the one of the nearest year that is past", () => {
    const read = (line: string, latestMs: number) =>
      assuming({ nowMs, latestMs }, () => timeAt(line, 0, nowMs)?.timestamp?.slice(0, 10));
    expect(read("26/11/21 10:00:01 x", nowMs)).toBe("2026-11-21");
    expect(read("21/11/26 10:00:01 x", nowMs)).toBe("2026-11-21");
    expect(read("30/11/26 10:00:01 x", nowMs)).toBe("2026-11-30");
    expect(read("17/06/09 10:00:01 x", Date.UTC(2017, 5, 20))).toBe("2017-06-09");
    expect(read("17/06/09 10:00:01 x", Date.UTC(2010, 5, 20))).toBe("2009-06-17");
    expect(read("06/09/17 10:00:01 x", nowMs)).toBe("2017-06-09");
    expect(read("21.11.26 10:00:01 x", nowMs)).toBe("2026-11-21");
    expect(read("26-11-21 10:00:01 x", nowMs)).toBe("2026-11-21");
  });

  it("is not guessed of single values outside of parse, where nobody would be told", () => {
    expect(timeOf("03/04/2026 10:00:01")).toBeUndefined();
    expect(timeOf("13/04/2026 10:00:01")).toBeUndefined();
    expect(assuming({ dateOrder: "dmy" }, () => timeOf("03/04/2026 10:00:01"))).toBe("2026-04-03T10:00:01Z");
    expect(assuming({ nowMs }, () => timeOf("03/04/2026 10:00:01"))).toBe("2026-03-04T10:00:01Z");
  });
});

describe("texts that were changed", () => {
  /** The numbers that a time in UTC may show: each in full, in two digits of the year, on a clock of twelve hours. */
  function shown(time: string): ReadonlySet<number> {
    const [y, m, d, h, mi, s] = time.match(/\d+/g)!.map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const wall = new Wall(Date.parse(time) / 1000);
    return new Set([y, y % 100, m, d, h, h % 12 === 0 ? 12 : h % 12, mi, s, Number(wall.ordinal)]);
  }

  it("say what they say: no number in them is cut, dropped or made up", () => {
    const names = Object.keys(LAYOUTS).filter((name) => !/compact|digits|MySQL|ordinal|ISO/.test(name));
    const changes = fc.array(
      fc.tuple(fc.nat(40), fc.constantFrom("", ..."0123456789 -/.:,TZ+[]aAmMpP'x日"), fc.nat(1)),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...names), seconds, fractions, changes, (name, second, fraction, all) => {
        let text = `${LAYOUTS[name]!(new Wall(second), fraction, "")} x`;
        for (const [at, by, cut] of all) text = text.slice(0, at) + by + text.slice(at + cut);
        takeGuesses();
        const found = timeAt(text, 0, nowMs);
        if (found?.timestamp === undefined || found.timestamp < "1000") return;
        const taken = text.slice(0, found.end);
        expect(text.charAt(found.end)).not.toMatch(/[0-9A-Za-z]/);
        // A zone may have come about, or a leap second.
        if (
          /[+-]\d\d:?\d\d|[+-]\d{3}(?!\d)|[+-]\d\d(?: |$)|(?<!\d)60(?!\d)|[A-Z]{2,5}[+-]| (?!UTC|[AP]M)[A-Z]{3,5}(?: |$)/.test(
            taken.slice(10),
          )
        )
          return;
        // So may a layout without separators.
        if (/T\d{4}|[^.,:\d]\d{5}|^\d{5}/.test(taken)) return;
        const [, digits = ""] = /\.(\d+)Z$/.exec(found.timestamp) ?? [];
        const numbers = shown(found.timestamp);
        for (const number of taken.match(/\d+/g) ?? []) {
          if (number.length > 4 || !numbers.has(Number(number))) expect(number.slice(0, 9)).toBe(digits);
        }
      }),
      { numRuns: 20_000 },
    );
  }, 300_000);

  it("has only days that exist", () => {
    const number = (max: number) => fc.integer({ min: 0, max });
    fc.assert(
      fc.property(number(9999), number(14), number(33), number(25), number(61), (y, m, d, h, s) => {
        const date = new Date(Date.UTC(2000, m - 1, d, h, 0, Math.min(s, 59)));
        date.setUTCFullYear(y);
        const isReal =
          new Date(Date.UTC(y + 400, m - 1, d, h)).getUTCMonth() === m - 1 &&
          m >= 1 &&
          m <= 12 &&
          d >= 1 &&
          h <= 23 &&
          s <= 60 &&
          y >= 1;
        const year = String(y).padStart(4, "0");
        for (const text of [
          `${year}-${two(m)}-${two(d)} ${two(h)}:00:${two(s)} x`,
          `${year}.${two(m)}.${two(d)} ${two(h)}:00:${two(s)} x`,
        ])
          expect(timeAt(text, 0, nowMs)?.timestamp !== undefined).toBe(isReal && !(m > 12));
      }),
      { numRuns: 3000 },
    );
  });

  it("never throws, and ends in the line, whatever the line", () => {
    const part = fc.oneof(
      fc.string({ unit: "binary", maxLength: 8 }),
      fc.constantFrom(
        "2026",
        "-",
        "/",
        ".",
        ":",
        " ",
        "Nov",
        "21",
        "Sat, ",
        "T",
        "10:00:01",
        "PM",
        "+0100",
        "UTC",
        "[",
        "]",
        "年",
        "@4",
        "'70",
      ),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 16 }), fc.nat(12), (parts, at) => {
        const line = parts.join("");
        const found = timeAt(line, at, nowMs);
        if (found === undefined) return;
        expect(found.end).toBeGreaterThan(at);
        expect(found.end).toBeLessThanOrEqual(line.length);
        if (found.timestamp !== undefined) expect(Number.isNaN(Date.parse(found.timestamp))).toBe(false);
      }),
      { numRuns: 20_000 },
    );
  }, 300_000);

  it("takes no longer than the line is long", () => {
    const long = 1_000_000;
    const hostile = [
      "1",
      "1.",
      "1:",
      "11/",
      "2026-",
      "Nov ",
      "Sat, ",
      " ",
      "2026-11-21 10:00:01.1",
      "+",
      "[",
      "A",
      "日",
    ];
    for (const piece of hostile) {
      for (const head of [
        "",
        "2026-11-21 10:00:01",
        "2026-11-21 10:00:01.",
        "Nov 21 10:00:01 ",
        "11/21/2026 ",
      ]) {
        const line = head + piece.repeat(long / piece.length);
        for (let at = 0; at < 8; at++) timeAt(line, at, nowMs);
        dateOrderEvidence(line);
      }
    }
  }, 300_000);
});
