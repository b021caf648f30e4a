import fc from "fast-check";
import { afterAll, expect, it, vi } from "vitest";

const before = process.env["TZ"];
afterAll(() => {
  if (before === undefined) delete process.env["TZ"];
  else process.env["TZ"] = before;
});

/** Whole and odd hours, both hemispheres, a jump of half an hour, a day left out, seconds in history. */
const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Africa/Monrovia",
  "Europe/Amsterdam",
];

it.each(ZONES)("the local zone has the rules of the zone that it is: %s", async (zone) => {
  process.env["TZ"] = zone;
  vi.resetModules();
  const { zoneOffsetMs } = await import("../../../../src/lib/base/time/zone.js");
  fc.assert(
    fc.property(fc.integer({ min: -4e12, max: 8e12 }), (ms) => {
      expect(zoneOffsetMs(ms, "local")).toBe(zoneOffsetMs(ms, zone));
    }),
    { numRuns: 500 },
  );
});
