import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assuming, Guess, takeGuesses } from "../../../../src/lib/base/time/assumed.js";
import {
  anyTime,
  commonLogTime,
  ctimeTime,
  isoTime,
  klogTime,
  rfc3164Time,
  timeOf,
  zoneMinutesOf,
} from "../../../../src/lib/base/time/read-time.js";
import { momentOf } from "../../../../src/lib/base/time/zone.js";
import { timeOfJson } from "../../../../src/lib/event/time/read.js";

const nowMs = Date.UTC(2026, 2, 10);
const inZone = <T>(zone: string, read: () => T) => assuming({ zone }, read);

describe("zones", () => {
  it.each([
    ["AEDT", 660],
    ["jst", 540],
    ["NST", -210],
    ["CHST", 600],
    ["BRT", -180],
    ["UTC+5:30", 330],
    ["GMT-3", -180],
    ["GMT+0900", 540],
    ["utc-11", -660],
  ])("%s is %i minutes east", (text, minutes) => expect(zoneMinutesOf(text)).toBe(minutes));

  it("letters of several meanings are none, unless the zone of the source is one of them", () => {
    takeGuesses();
    for (const letters of ["IST", "GST", "AMT", "WST"]) {
      expect(isoTime(`2026-03-01 05:06:07 ${letters}`)).toBeUndefined();
      expect(takeGuesses()).toBe(Guess.unreadZone);
    }
    const read = (letters: string) => () => isoTime(`2026-03-01 12:00:00 ${letters}`);
    expect(inZone("Asia/Kolkata", read("IST"))).toBe("2026-03-01T06:30:00Z");
    expect(inZone("Asia/Jerusalem", read("IST"))).toBe("2026-03-01T10:00:00Z");
    expect(inZone("Europe/Dublin", read("IST"))).toBe("2026-03-01T11:00:00Z");
    expect(inZone("America/Lima", read("IST"))).toBeUndefined();
    expect(read("CST")()).toBe("2026-03-01T18:00:00Z");
    expect(inZone("Asia/Shanghai", read("CST"))).toBe("2026-03-01T04:00:00Z");
    expect(inZone("Asia/Manila", read("PST"))).toBe("2026-03-01T04:00:00Z");
    expect(inZone("Australia/Sydney", read("EST"))).toBe("2026-03-01T02:00:00Z");
  });

  it("of a name in brackets and an offset the offset counts; a name alone is a zone", () => {
    expect(isoTime("2026-10-25T02:30:00+01:00[Europe/Berlin]")).toBe("2026-10-25T01:30:00Z");
    expect(isoTime("2026-07-01T12:00[!Europe/Berlin][u-ca=iso8601]")).toBe("2026-07-01T10:00:00Z");
    expect(isoTime("2026-07-01T12:00:00Z[UTC]")).toBe("2026-07-01T12:00:00Z");
    expect(isoTime("2026-07-01T12:00:00[Europe/Nowhere]")).toBeUndefined();
    expect(isoTime(`2026-07-01T12:00:00${"[a]".repeat(60)}`)).toBeUndefined();
  });
});

describe("assuming", () => {
  it("reads times without a zone as the moment at which clocks there show them", () => {
    const zones = fc.constantFrom(
      "Europe/Paris",
      "America/New_York",
      "Asia/Kathmandu",
      "Australia/Lord_Howe",
      "+03:30",
    );
    const seconds = fc.integer({ min: Date.UTC(1972, 0, 1) / 1000, max: Date.UTC(2037, 0, 1) / 1000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(zones, seconds), { minLength: 1, maxLength: 4 }), (cases) => {
        for (const [zone, second] of cases) {
          const wall = new Date(second * 1000);
          const text = wall.toISOString().slice(0, 19).replace("T", " ");
          const [year, month, day] = [wall.getUTCFullYear(), wall.getUTCMonth() + 1, wall.getUTCDate()];
          const [hour, minute] = [wall.getUTCHours(), wall.getUTCMinutes()];
          const wanted = momentOf({ year, month, day, hour, minute, second: wall.getUTCSeconds() }, zone);
          expect(inZone(zone, () => isoTime(text))).toBe(
            new Date(wanted).toISOString().replace(".000Z", "Z"),
          );
        }
      }),
    );
  });

  it("reads a line as if it stood alone, also where clocks are set at a minute past the hour", () => {
    const changes = fc.constantFrom(
      ["America/St_Johns", Date.UTC(2001, 9, 28)],
      ["America/St_Johns", Date.UTC(2001, 3, 1)],
      ["America/St_Johns", Date.UTC(1988, 3, 3)],
      ["America/Moncton", Date.UTC(2005, 9, 30)],
      ["Asia/Gaza", Date.UTC(2011, 3, 1)],
      ["Europe/Berlin", Date.UTC(2026, 9, 25, 2)],
    ) as fc.Arbitrary<[string, number]>;
    const minutes = fc.array(fc.integer({ min: -70, max: 70 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(changes, minutes, ([zone, ms], all) => {
        const texts = all.map((minute) => new Date(ms + minute * 60_000).toISOString().slice(0, 19));
        const alone = texts.map((text) => inZone(zone, () => isoTime(text)));
        expect(inZone(zone, () => texts.map((text) => isoTime(text)))).toEqual(alone);
      }),
    );
    const both = () => [isoTime("2001-10-28 00:00:30"), isoTime("2001-10-28 00:02:00")];
    expect(inZone("America/St_Johns", both)).toEqual(["2001-10-28T02:30:30Z", "2001-10-28T03:32:00Z"]);
  });

  it("holds for every reader, and is noted as a guess where it is not said", () => {
    const readers = [
      () => isoTime("2026-03-01T05:06:07"),
      () => commonLogTime("01/Mar/2026 05:06:07"),
      () => ctimeTime("Sun Mar  1 05:06:07 2026"),
      () => rfc3164Time("Mar  1 05:06:07", nowMs),
      () => klogTime("0301 05:06:07", nowMs),
      () => anyTime("1 March 2026 05:06:07", nowMs),
      () => timeOf("20260301050607"),
      () => timeOfJson("[2026,3,1,5,6,7]"),
    ];
    for (const read of readers) {
      takeGuesses();
      // What a reader remembers of the text before is of no use under another assumption.
      expect(read()).toBe("2026-03-01T05:06:07Z");
      expect(takeGuesses() & Guess.zone).toBe(Guess.zone);
      expect(inZone("Asia/Tokyo", read)).toBe("2026-02-28T20:06:07Z");
      expect(takeGuesses() & Guess.zone).toBe(0);
      expect(read()).toBe("2026-03-01T05:06:07Z");
      expect(read()).toBe("2026-03-01T05:06:07Z");
      expect(takeGuesses() & Guess.zone).toBe(Guess.zone);
    }
  });

  it("puts dates without a year at most a day after the file was written, or into the year that is said", () => {
    const old = { latestMs: Date.UTC(2021, 0, 2) };
    expect(assuming(old, () => rfc3164Time("Dec 31 23:59:59", nowMs))).toBe("2020-12-31T23:59:59Z");
    expect(assuming(old, () => rfc3164Time("Jan  1 00:00:01", nowMs))).toBe("2021-01-01T00:00:01Z");
    expect(assuming(old, () => klogTime("1231 23:59:59", nowMs))).toBe("2020-12-31T23:59:59Z");
    expect(rfc3164Time("Jan  1 00:00:01", nowMs)).toBe("2026-01-01T00:00:01Z");
    takeGuesses();
    expect(assuming({ year: 2019, zone: "UTC" }, () => rfc3164Time("Dec 31 23:59:59", nowMs))).toBe(
      "2019-12-31T23:59:59Z",
    );
    expect(takeGuesses()).toBe(0);
    expect(assuming({ year: 2019 }, () => rfc3164Time("Feb 29 00:00:00", nowMs))).toBeUndefined();
  });
});

describe("ways of writing", () => {
  it.each([
    ["2026-03-01T05:06Z", "2026-03-01T05:06:00Z"],
    ["2026-03-01 05:06:07,5 PM", "2026-03-01T17:06:07.5Z"],
    ["2026-03-01 12:06:07 a.m.", "2026-03-01T00:06:07Z"],
    ["2026-03-01 00:06:07 AM", "2026-03-01T00:06:07Z"],
    ["2026-03-01 13:06:07 PM JST", "2026-03-01T04:06:07Z"],
    ["20260301T050607.25+0530", "2026-02-28T23:36:07.25Z"],
    ["20260301T0506Z", "2026-03-01T05:06:00Z"],
    ["Mar 1, 2026 5:06:07 PM UTC", "2026-03-01T17:06:07Z"],
    ["2026-03-01 05:06:07.123 +0200 EET m=+0.001", "2026-03-01T03:06:07.123Z"],
  ])("timeOf reads %s", (text, time) => expect(timeOf(text)).toBe(time));

  it.each([
    "2026-03-01",
    "2026-03-01 13:06:07 AM",
    "2026-03-01 00:06:07 PM",
    "03/01/2026 05:06:07",
    "05:06:07",
    "2026-W54-7T05:06:07Z",
    "Mar  1 05:06:07",
    "2026-03-01T05:06:07 XYZ",
    "2026-03-01T05:06:07Z x",
  ])("timeOf refuses %s", (text) => expect(timeOf(text)).toBeUndefined());

  it.each([
    ['{"$date":"2026-03-01T05:06:07Z"}', "2026-03-01T05:06:07Z"],
    ['{"$date":{"$numberLong":"1772341567008"}}', "2026-03-01T05:06:07.008Z"],
    ['{"seconds":1772341567,"nanos":8}', "2026-03-01T05:06:07.000000008Z"],
    ['"/Date(1772341567008+0100)/"', "2026-03-01T05:06:07.008Z"],
    ["[2026, 3, 1, 5, 6, 7, 8000000]", "2026-03-01T05:06:07.008000000Z"],
    ["1.772341567008e9", "2026-03-01T05:06:07.008Z"],
  ])("timeOfJson reads %s", (json, time) => expect(timeOfJson(json)).toBe(time));
});
