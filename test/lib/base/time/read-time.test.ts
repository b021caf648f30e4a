import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assuming } from "../../../../src/lib/base/time/assumed.js";
import {
  anyTime,
  commonLogTime,
  ctimeTime,
  epochTime,
  isoTime,
  klogTime,
  rfc3164Time,
  rfc3339FromParts,
  timeOf,
  utcMs,
  zoneMinutesOf,
} from "../../../../src/lib/base/time/read-time.js";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (n: number) => String(n).padStart(2, "0");
const seconds = fc.integer({ min: -62_135_510_400, max: 253_402_214_399 });
const zones = fc.integer({ min: -14 * 60, max: 14 * 60 });
const fractions = fc.stringMatching(/^\d{0,9}$/);
const zoneText = (minutes: number, colon: string) =>
  `${minutes < 0 ? "-" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}${colon}${two(Math.abs(minutes) % 60)}`;
const expected = (second: number, fraction: string) =>
  `${new Date(second * 1000).toISOString().slice(0, 19)}${fraction === "" ? "" : `.${fraction}`}Z`;
const local = (second: number, zone: number) => new Date((second + zone * 60) * 1000);

describe("properties against Date", () => {
  it("isoTime undoes every way of writing a moment", () => {
    fc.assert(
      fc.property(
        seconds,
        zones,
        fractions,
        fc.constantFrom("T", " ", "t"),
        fc.constantFrom(":", ""),
        fc.constantFrom("", " "),
        (second, zone, fraction, between, colon, gap) => {
          const wall = local(second, zone).toISOString();
          const digits = fraction === "" ? "" : `,${fraction}`;
          const text = `${wall.slice(0, 10)}${between}${wall.slice(11, 19)}${digits}`;
          expect(isoTime(text + gap + zoneText(zone, colon))).toBe(expected(second, fraction));
          expect(assuming({ zone: zoneText(zone, colon) }, () => isoTime(text))).toBe(
            expected(second, fraction),
          );
        },
      ),
    );
  });

  it("commonLogTime, ctimeTime and timeOf agree with Date", () => {
    fc.assert(
      fc.property(seconds, zones, fractions, (second, zone, fraction) => {
        const wall = local(second, zone);
        const [day, month, year] = [
          wall.getUTCDate(),
          MONTHS[wall.getUTCMonth()]!,
          wall.toISOString().slice(0, 4),
        ];
        const clock = wall.toISOString().slice(11, 19);
        const digits = fraction === "" ? "" : `.${fraction}`;
        const offset = zoneText(zone, "");
        expect(commonLogTime(`${two(day)}/${month}/${year}:${clock}${digits} ${offset}`)).toBe(
          expected(second, fraction),
        );
        expect(timeOf(`Mon, ${day} ${month} ${year} ${clock}${digits} ${offset}`)).toBe(
          expected(second, fraction),
        );
        expect(ctimeTime(`Mon ${month} ${String(day).padStart(2)} ${clock}${digits} ${offset} ${year}`)).toBe(
          expected(second, fraction),
        );
      }),
    );
  });

  it("epochTime keeps every digit in every unit", () => {
    const counts = fc.bigInt({ min: 100_000_000n, max: 9_999_999_999n });
    fc.assert(
      fc.property(counts, fc.integer({ min: 0, max: 999_999_999 }), (second, nanos) => {
        const nine = String(nanos).padStart(9, "0");
        const at = Number(second);
        expect(epochTime(`${second}`)).toBe(expected(at, ""));
        expect(epochTime(`${second}.${nine}`)).toBe(expected(at, nine));
        expect(epochTime(`${second}${nine.slice(0, 3)}`, "ms")).toBe(expected(at, nine.slice(0, 3)));
        expect(epochTime(`${second}${nine.slice(0, 6)}`)).toBe(expected(at, nine.slice(0, 6)));
        expect(epochTime(`${second}${nine}`)).toBe(expected(at, nine));
      }),
    );
  });

  it("accepts exactly the days that Date has", () => {
    const part = (max: number) => fc.integer({ min: -1, max });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9999 }),
        part(14),
        part(33),
        part(26),
        part(62),
        part(62),
        (y, mo, d, h, mi, s) => {
          const date = new Date(utcMs(y, mo, d, h, mi, Math.min(s, 59)));
          const isReal =
            date.getUTCMonth() === mo - 1 &&
            date.getUTCDate() === d &&
            date.getUTCHours() === h &&
            date.getUTCMinutes() === mi;
          expect(rfc3339FromParts(y, mo, d, h, mi, s) !== undefined).toBe(
            isReal && s >= 0 && s <= 60 && date.getUTCFullYear() === y && y >= 1,
          );
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("never throws and answers nothing or RFC 3339, whatever the text", () => {
    const hostile = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.stringMatching(/^[0-9]{1,4}[-/: .,TZ+]{1,3}[0-9A-Za-z :.,+-]{0,40}$/),
      fc.stringMatching(/^[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8}.{0,8}$/),
    );
    fc.assert(
      fc.property(hostile, fc.integer({ min: 0, max: 4e12 }), (text, nowMs) => {
        const time = anyTime(text, nowMs);
        if (time === undefined) return;
        expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/);
        expect(Number.isNaN(Date.parse(time))).toBe(false);
      }),
      { numRuns: 1000 },
    );
  }, 300_000);

  it("gives RFC 3164 the latest year that is at most a day ahead", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(1972, 0, 1), max: Date.UTC(2090, 0, 1) }),
        fc.integer({ min: -363 * 86_400, max: 86_399 }),
        (nowMs, offset) => {
          const second = Math.floor(nowMs / 1000) + offset;
          const date = new Date(second * 1000);
          const isLeapDay = date.getUTCMonth() === 1 && date.getUTCDate() === 29;
          fc.pre(!isLeapDay);
          const day = String(date.getUTCDate()).padStart(2);
          const clock = date.toISOString().slice(11, 19);
          expect(rfc3164Time(`${MONTHS[date.getUTCMonth()]} ${day} ${clock}`, nowMs)).toBe(
            expected(second, ""),
          );
          const digits = `${two(date.getUTCMonth() + 1)}${two(date.getUTCDate())}`;
          expect(klogTime(`${digits} ${clock}.000123`, nowMs)).toBe(expected(second, "000123"));
        },
      ),
    );
  });
});

describe("particular texts", () => {
  const nowMs = Date.UTC(2024, 2, 1, 12);
  it.each([
    ["2024-01-02T10:11:12Z", "2024-01-02T10:11:12Z"],
    ["2024-01-02T10:11:12.100Z", "2024-01-02T10:11:12.100Z"],
    ["2024-01-02T10:11:12.1234567891234Z", "2024-01-02T10:11:12.123456789Z"],
    ["2024-01-02 10:11:12 CET", "2024-01-02T09:11:12Z"],
    ["2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"],
    ["2016-12-31T23:59:60.25Z", "2017-01-01T00:00:00.25Z"],
    ["2017-01-01T08:59:60+09:00", "2017-01-01T00:00:00Z"],
    ["0001-01-01T00:00:00+00:00", "0001-01-01T00:00:00Z"],
    ["2024/01/02 10:11:12", "2024-01-02T10:11:12Z"],
    ["10/Oct/2000:13:55:36 -0700", "2000-10-10T20:55:36Z"],
    ["Oct 11 22:14:15", "2023-10-11T22:14:15Z"],
    ["Feb 29 00:00:00", "2024-02-29T00:00:00Z"],
    ["Oct  1 2021 22:14:15", "2021-10-01T22:14:15Z"],
    ["Wed Oct 11 14:32:52.123456 2000", "2000-10-11T14:32:52.123456Z"],
    ["Wed Oct 11 14:32:52 PDT 2000", "2000-10-11T21:32:52Z"],
    ["Fri, 21 Nov 1997 09:55:06 -0600", "1997-11-21T15:55:06Z"],
    ["21 Nov 97 09:55 GMT", "1997-11-21T09:55:00Z"],
    ["0301 15:04:05.000001", "2024-03-01T15:04:05.000001Z"],
    ["20231231 15:04:05.5", "2023-12-31T15:04:05.5Z"],
    ["1700000000", "2023-11-14T22:13:20Z"],
    ["1700000000123", "2023-11-14T22:13:20.123Z"],
    ["1.700000000125e9", "2023-11-14T22:13:20.125Z"],
    ["02 Jan 2024 10:11:12.123", "2024-01-02T10:11:12.123Z"],
    ["02-Jan-2024 10:11:12", "2024-01-02T10:11:12Z"],
    ["Jan 2, 2024 3:04:05 PM", "2024-01-02T15:04:05Z"],
    ["2024-01-02 10:11:12.5 +0300 MSK m=+0.000000001", "2024-01-02T07:11:12.5Z"],
    ["Tue Jan 02 2024 10:11:12 GMT+0100 (Central European Standard Time)", "2024-01-02T09:11:12Z"],
    ["20240102101112", "2024-01-02T10:11:12Z"],
    ["Jan 2, 2024 12:04:05 am", "2024-01-02T00:04:05Z"],
    ["20240102T101112Z", "2024-01-02T10:11:12Z"],
    ["240102 10:11:12", "2024-01-02T10:11:12Z"],
    ["2024-01-02", "2024-01-02T00:00:00Z"],
    ["2024-01-02 10:11", "2024-01-02T10:11:00Z"],
  ])("%s is %s", (text, time) => {
    expect(anyTime(text, nowMs)).toBe(time);
  });

  it.each([
    "2024-02-30T00:00:00Z",
    "2023-02-29 00:00:00",
    "2024-01-02T24:00:00Z",
    "2024-01-02T25:00:00Z",
    "2024-01-02T10:60:00Z",
    "2024-01-02T10:11:61Z",
    "2024-13-01T00:00:00Z",
    "2024-00-01T00:00:00Z",
    "2024-01-02T10:11:12+25:00",
    "2024-01-02T10:11:12.Z",
    "2024-01-02T10:11:12 XRT",
    "2024-01-02T10:11:12Z ",
    "2024-01/02 10:11:12",
    "9999-12-31T23:59:59-01:00",
    "31/Feb/2000:13:55:36 -0700",
    "10/Foo/2000:13:55:36 -0700",
    "10/Oct/2000:13:55:36.x -0700",
    "Feb 30 00:00:00",
    "Oct 11 25:14:15",
    "Wed Oct 11 14h",
    "02/03/2024 10:11:12",
    "12345678",
    "1.2.3.4",
    "message",
    "1700000000000000000000",
    "-1700000000",
    "13:04:05 PM",
    "Jan 2, 2024 13:04:05 AM",
    "",
  ])("refuses %s", (text) => {
    expect(isoTime(text)).toBeUndefined();
    expect(commonLogTime(text)).toBeUndefined();
    expect(anyTime(text === "2024-01-02T10:11:12Z " ? "x" : text, nowMs)).toBeUndefined();
  });

  it("puts a date of tomorrow in this year and one of the day after in the last", () => {
    expect(rfc3164Time("Jan  1 11:00:00", Date.UTC(2023, 11, 31, 12))).toBe("2024-01-01T11:00:00Z");
    expect(rfc3164Time("Jan  1 13:00:00", Date.UTC(2023, 11, 31, 12))).toBe("2023-01-01T13:00:00Z");
    expect(rfc3164Time("Feb 29 13:00:00", Date.UTC(2023, 11, 31, 12))).toBe("2020-02-29T13:00:00Z");
  });

  it("reads zones", () => {
    expect(["Z", "utc", "+0530", "-07:00", "+02", "+2", "+02000", "XYZ", ""].map(zoneMinutesOf)).toEqual([
      0,
      0,
      330,
      -420,
      120,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
