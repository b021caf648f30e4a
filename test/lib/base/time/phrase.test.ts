import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LogpipeError } from "../../../../src/lib/base/errors/index.js";
import { parseTimePhrase } from "../../../../src/lib/base/time/phrase.js";
import { momentOf, parseZone, wallTime, zoneOffsetMs } from "../../../../src/lib/base/time/zone.js";

// A Sunday, 10:15:30.500 in Berlin.
const NOW = "2026-11-22T09:15:30.500Z";

function phrase(text: string, zone = "Europe/Berlin", now = NOW): string {
  const ns = parseTimePhrase(text, "--since", { nowMs: Date.parse(now), zone });
  return new Date(Number(ns / 1_000_000n)).toISOString();
}

describe("time phrases", () => {
  it.each([
    ["now", NOW],
    ["10m", "2026-11-22T09:05:30.500Z"],
    ["-10m", "2026-11-22T09:05:30.500Z"],
    ["1h30m", "2026-11-22T07:45:30.500Z"],
    ["10 minutes ago", "2026-11-22T09:05:30.500Z"],
    ["  10   Minutes AGO ", "2026-11-22T09:05:30.500Z"],
    ["an hour ago", "2026-11-22T08:15:30.500Z"],
    ["1 day ago", "2026-11-21T09:15:30.500Z"],
    ["today", "2026-11-21T23:00:00.000Z"],
    ["yesterday", "2026-11-20T23:00:00.000Z"],
    ["tomorrow", "2026-11-22T23:00:00.000Z"],
    ["yesterday 18:30", "2026-11-21T17:30:00.000Z"],
    ["today at 8:00", "2026-11-22T07:00:00.000Z"],
    ["friday", "2026-11-19T23:00:00.000Z"],
    ["fri", "2026-11-19T23:00:00.000Z"],
    ["sunday", "2026-11-21T23:00:00.000Z"],
    ["last sunday", "2026-11-14T23:00:00.000Z"],
    ["monday 9:05", "2026-11-16T08:05:00.000Z"],
    ["10:00", "2026-11-22T09:00:00.000Z"],
    ["10:30", "2026-11-21T09:30:00.000Z"],
    ["10:15:30.250", "2026-11-22T09:15:30.250Z"],
    ["2026-11-21", "2026-11-20T23:00:00.000Z"],
    ["2026-11-21 10:30", "2026-11-21T09:30:00.000Z"],
    ["2026-11-21T10:30:15", "2026-11-21T09:30:15.000Z"],
    ["2026-11-21T10:30:15Z", "2026-11-21T10:30:15.000Z"],
    ["2026-11-21T10:30:15-05:00", "2026-11-21T15:30:15.000Z"],
    ["2026-11-21t10:30:15z", "2026-11-21T10:30:15.000Z"],
    ["@1700000000", "2023-11-14T22:13:20.000Z"],
    ["@0", "1970-01-01T00:00:00.000Z"],
    ["@-1", "1969-12-31T23:59:59.000Z"],
  ])("%j is %s", (text, expected) => {
    expect(phrase(text)).toBe(expected);
  });

  it("keeps nanoseconds", () => {
    const at = { nowMs: 0, zone: "UTC" };
    expect(parseTimePhrase("2026-11-21T10:00:00.123456789Z", "--since", at) % 1_000_000_000n).toBe(
      123_456_789n,
    );
    expect(parseTimePhrase("@1700000000.000000001", "--since", at)).toBe(1_700_000_000_000_000_001n);
  });

  it.each([
    "",
    "  ",
    "soon",
    "10",
    "10x",
    "25:00",
    "10:60",
    "2026-02-30",
    "2026-13-01",
    "last week",
    "friday 99:99",
    "yesterday x",
    "@",
    "@1e9",
    "last now",
    "2026-11-21T10:30:15+99",
    "ago",
    "-",
  ])("refuses %j and lists the forms", (text) => {
    const run = () => phrase(text);
    expect(run).toThrow(LogpipeError);
    try {
      run();
    } catch (error) {
      expect(error).toMatchObject({ code: "usage.bad-value", exitCode: 2 });
      for (const form of ["10m", "yesterday", "friday", "10:30", "2026-11-21", "@1700000000"]) {
        expect((error as LogpipeError).help).toContain(form);
      }
    }
  });

  it("starts days where the clocks do on the days they change", () => {
    // Berlin: 2026-03-29 02:00 -> 03:00 and 2026-10-25 03:00 -> 02:00.
    expect(phrase("today", "Europe/Berlin", "2026-03-29T20:00:00Z")).toBe("2026-03-28T23:00:00.000Z");
    expect(phrase("yesterday", "Europe/Berlin", "2026-03-30T10:00:00Z")).toBe("2026-03-28T23:00:00.000Z");
    expect(phrase("2026-10-25 02:30", "Europe/Berlin")).toBe("2026-10-25T00:30:00.000Z");
    expect(phrase("2026-03-29 02:30", "Europe/Berlin")).toBe("2026-03-29T01:30:00.000Z");
    expect(phrase("2026-10-26", "Europe/Berlin")).toBe("2026-10-25T23:00:00.000Z");
  });

  it("knows days that have no midnight", () => {
    // Santiago de Chile: 2026-09-06 00:00 -> 01:00.
    expect(phrase("2026-09-06", "America/Santiago")).toBe("2026-09-06T04:00:00.000Z");
    expect(phrase("today", "America/Santiago", "2026-09-06T15:00:00Z")).toBe("2026-09-06T04:00:00.000Z");
  });

  it("takes the same phrases in zones given as offsets", () => {
    expect(phrase("2026-11-21", "+05:30")).toBe("2026-11-20T18:30:00.000Z");
    expect(phrase("today", "UTC")).toBe("2026-11-22T00:00:00.000Z");
  });

  it("never throws anything but usage.bad-value", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-@0-9:T a-z.+]{0,24}$/)), (text) => {
        try {
          parseTimePhrase(text, "--until", { nowMs: Date.parse(NOW), zone: "Europe/Berlin" });
        } catch (error) {
          expect(error).toMatchObject({ code: "usage.bad-value" });
        }
      }),
    );
  });
});

describe("zones", () => {
  it("finds the moment of every wall time that exists", () => {
    const zones = fc.constantFrom(
      "Europe/Berlin",
      "America/New_York",
      "Asia/Kolkata",
      "Pacific/Apia",
      "Australia/Lord_Howe",
      "UTC",
      "-03:30",
    );
    const seconds = fc.integer({ min: -1_000_000_000, max: 4_000_000_000 });
    fc.assert(
      fc.property(zones, seconds, (zone, second) => {
        const wall = wallTime(second * 1000, zone);
        expect(wallTime(momentOf(wall, zone), zone)).toEqual(wall);
      }),
    );
  });

  it("refuses unknown names", () => {
    expect(() => parseZone("Mars/Olympus", "--tz")).toThrow(/not a known time zone/);
    expect(parseZone("local", "--tz")).toBe("local");
    expect(zoneOffsetMs(Date.parse(NOW), "Asia/Kolkata")).toBe(19_800_000);
  });
});
