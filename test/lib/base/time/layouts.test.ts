import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assuming, Guess, takeGuesses } from "../../../../src/lib/base/time/assumed.js";
import { dateOrderEvidence, timeAt, timeOf } from "../../../../src/lib/base/time/read-time.js";

const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const nowMs = Date.UTC(2026, 10, 30);
const two = (n: number) => String(n).padStart(2, "0");

/** A wall clock's date and time with what layouts are made of. */
class Wall {
  readonly date: Date;
  constructor(second: number) {
    this.date = new Date(second * 1000);
  }
  get y() {
    return String(this.date.getUTCFullYear());
  }
  get yy() {
    return this.y.slice(2);
  }
  get m() {
    return two(this.date.getUTCMonth() + 1);
  }
  get d() {
    return two(this.date.getUTCDate());
  }
  /** Without a nought. */
  get d1() {
    return String(this.date.getUTCDate());
  }
  get d_() {
    return this.d1.padStart(2);
  }
  get mon() {
    return this.month.slice(0, 3);
  }
  get month() {
    return MONTHS[this.date.getUTCMonth()]!;
  }
  get day() {
    return DAYS[this.date.getUTCDay()]!;
  }
  get clock() {
    return this.date.toISOString().slice(11, 19);
  }
  get clock12() {
    const hour = this.date.getUTCHours();
    return `${hour % 12 === 0 ? 12 : hour % 12}${this.clock.slice(2)}`;
  }
  get half() {
    return this.date.getUTCHours() < 12 ? "AM" : "PM";
  }
  get ordinal() {
    const start = Date.UTC(this.date.getUTCFullYear(), 0, 1);
    return String(Math.floor((this.date.getTime() - start) / 86_400_000) + 1).padStart(3, "0");
  }
}

/** Layouts with a year, and what may stand behind the seconds: `f` a fraction, `z` a zone. */
const LAYOUTS: Readonly<Record<string, (w: Wall, f: string, z: string) => string>> = {
  "RFC 3339": (w, f, z) => `${w.y}-${w.m}-${w.d}T${w.clock}${f}${z}`,
  log4j: (w, f, z) => `${w.y}-${w.m}-${w.d} ${w.clock}${f.replace(".", ",")}${z}`,
  "Go's log": (w, f, z) => `${w.y}/${w.m}/${w.d} ${w.clock}${f}${z}`,
  gin: (w, f) => `${w.y}/${w.m}/${w.d} - ${w.clock}${f}`,
  points: (w, f) => `${w.y}.${w.m}.${w.d} ${w.clock}${f}`,
  Db2: (w, f) => `${w.y}-${w.m}-${w.d}-${w.clock.replaceAll(":", ".")}${f}`,
  "NX-OS": (w, f, z) => `${w.y} ${w.mon} ${w.d_} ${w.clock}${f}${z}`,
  "month's name in ISO": (w, f) => `${w.y}-${w.mon}-${w.d} ${w.clock}${f}`,
  "ordinal date": (w, f, z) => `${w.y}-${w.ordinal}T${w.clock}${f}${z}`,
  compact: (w, f, z) => `${w.y}${w.m}${w.d}T${w.clock.replaceAll(":", "")}${f}${z}`,
  "compact date": (w, f) => `${w.y}${w.m}${w.d}-${w.clock}${f}`,
  digits: (w, f) => `${w.y}${w.m}${w.d}${w.clock.replaceAll(":", "")}${f}`,
  "MySQL of old": (w, f) => `${w.yy}${w.m}${w.d} ${w.clock.replace(/^0/, " ")}${f}`,
  "common log": (w, f, z) => `${w.d}/${w.mon}/${w.y}:${w.clock}${f}${z === "" ? "" : ` ${z.trim()}`}`,
  Tomcat: (w, f) => `${w.d}-${w.mon}-${w.y} ${w.clock}${f}`,
  Oracle: (w, f) => `${w.d}-${w.mon.toUpperCase()}-${w.yy} ${w.clock}${f}`,
  Redis: (w, f) => `${w.d} ${w.mon} ${w.y} ${w.clock}${f}`,
  "RFC 2822": (w, f, z) =>
    `${w.day.slice(0, 3)}, ${w.d1} ${w.mon} ${w.y} ${w.clock}${f}${z === "" ? "" : ` ${z.trim()}`}`,
  "RFC 850": (w, _f, z) => `${w.day}, ${w.d}-${w.mon}-${w.yy} ${w.clock}${z}`,
  ctime: (w, f) => `${w.day.slice(0, 3)} ${w.mon} ${w.d_} ${w.clock}${f} ${w.y}`,
  "date(1)": (w, _f, z) =>
    `${w.day.slice(0, 3)} ${w.mon} ${w.d_} ${w.clock}${z === "" ? " UTC" : ` ${z.trim()}`} ${w.y}`,
  "Ruby's Time": (w, _f, z) =>
    `${w.day.slice(0, 3)} ${w.mon} ${w.d} ${w.clock}${z === "" ? " +0000" : ` ${z.trim()}`} ${w.y}`,
  router: (w, f, z) => `${w.mon} ${w.d_} ${w.y} ${w.clock}${f}${z}`,
  "java.util.logging": (w) => `${w.mon} ${w.d}, ${w.y} ${w.clock12} ${w.half}`,
  "java.util.logging of 9": (w) => `${w.mon} ${w.d1}, ${w.y}, ${w.clock12}\u202f${w.half}`,
  "month in full": (w, f) => `${w.month} ${w.d1}, ${w.y} ${w.clock}${f}`,
  systemd: (w, f) => `${w.day.slice(0, 3)} ${w.y}-${w.m}-${w.d} ${w.clock}${f} UTC`,
  kanji: (w) => `${w.y}年${w.m}月${w.d}日 ${w.clock}`,
  "kanji to the second": (w) => `${w.y}年${w.m}月${w.d}日 ${w.clock.replace(":", "時").replace(":", "分")}秒`,
  "zh-TW": (w) => `${w.y}/${w.m}/${w.d} ${w.half === "AM" ? "上午" : "下午"} ${w.clock12}`,
  "ko-KR": (w) => `${w.y}. ${w.m}. ${w.d}. ${w.half === "AM" ? "오전" : "오후"} ${w.clock12}`,
  "fractions behind a colon": (w, f) =>
    `${w.y}-${w.m}-${w.d} ${w.clock}${f === "" ? "" : `:${f.slice(1, 4).padEnd(3, "0")}`}`,
};

const NUMBERED: Readonly<Record<string, (w: Wall, f: string) => string>> = {
  mdy: (w, f) => `${w.m}/${w.d}/${w.y} ${w.clock}${f}`,
  dmy: (w, f) => `${w.d}/${w.m}/${w.y} ${w.clock}${f}`,
  ymd: (w, f) => `${w.yy}/${w.m}/${w.d} ${w.clock}${f}`,
};

const YEARLESS: Readonly<Record<string, (w: Wall, f: string) => string>> = {
  "RFC 3164": (w, f) => `${w.mon} ${w.d_} ${w.clock}${f}`,
  "Redis of old": (w, f) => `${w.d} ${w.mon} ${w.clock}${f}`,
  logcat: (w, f) => `${w.m}-${w.d} ${w.clock}${f}`,
};

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
          /[+-]\d\d:?\d\d|[+-]\d\d(?: |$)|\b60\b|[A-Z]{2,5}[+-]| (?!UTC|[AP]M)[A-Z]{3,5}(?: |$)/.test(
            taken.slice(10),
          )
        )
          return;
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
  }, 60_000);
});
