import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkJson } from "../../../../../src/lib/json/members.js";
import {
  type CastType,
  castEnricher,
  castJson,
  readCasts,
} from "../../../../../src/lib/stages/enrich/fields/cast.js";
import { enriched } from "../support.js";

const NOW_MS = Date.UTC(2026, 10, 21);

describe("castJson", () => {
  it.each<[CastType, string, string | undefined]>([
    ["int", '"200"', "200"],
    ["int", '" 0042 "', "42"],
    ["int", '"+7"', "7"],
    ["int", '"-0"', "0"],
    ["int", "9223372036854775807", "9223372036854775807"],
    ["int", '"92233720368547758070000000000"', "92233720368547758070000000000"],
    ["int", "1.0", "1"],
    ["int", "1.5", undefined],
    ["int", "1e3", "1000"],
    ["int", "true", "1"],
    ["int", '"12ms"', undefined],
    ["int", '""', undefined],
    ["int", "null", undefined],
    ["int", "[1]", undefined],
    ["float", '"0.250"', "0.250"],
    ["float", '".5"', "0.5"],
    ["float", '"1e-3"', "1e-3"],
    ["float", "3", "3"],
    ["float", '"NaN"', undefined],
    ["float", '"0x10"', undefined],
    ["bool", '"Yes"', "true"],
    ["bool", "0", "false"],
    ["bool", '"maybe"', undefined],
    ["bool", "2", undefined],
    ["string", "1.0", '"1.0"'],
    ["string", '{"a":1}', '"{\\"a\\":1}"'],
    ["string", '"x"', '"x"'],
    ["time", '"2026-11-21 10:00:00+02:00"', '"2026-11-21T08:00:00Z"'],
    ["time", "1763719200123", '"2025-11-21T10:00:00.123Z"'],
    ["time", '"yesterday"', undefined],
    ["time", "true", undefined],
  ])("%s of %s is %s", (type, raw, json) => {
    expect(castJson(raw, type, NOW_MS)).toBe(json);
  });

  it("reads numbers with many zeros in front, up to a thousand characters", () => {
    expect(castJson(`"${"0".repeat(999)}7"`, "int", NOW_MS)).toBe("7");
    expect(castJson(`"${"0".repeat(1000)}"`, "int", NOW_MS)).toBe("0");
    expect(castJson(`"${"0".repeat(1001)}"`, "int", NOW_MS)).toBeUndefined();
    expect(castJson(`"${"0".repeat(999)}x"`, "float", NOW_MS)).toBeUndefined();
  });

  it("gives valid JSON or nothing, for any value and type", () => {
    const types = fc.constantFrom<CastType>("int", "float", "bool", "string", "time");
    const raw = fc
      .oneof(fc.jsonValue(), fc.string(), fc.double().map(String))
      .map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(raw, types, (text, type) => {
        const json = castJson(text, type, NOW_MS);
        if (json !== undefined) expect(checkJson(json)).toBeUndefined();
        if (json !== undefined && type !== "string") expect(castJson(json, type, NOW_MS)).toBe(json);
      }),
    );
  });
});

describe("castEnricher", () => {
  it("leaves what it cannot cast, counts it, and reaches into objects", () => {
    let failures = 0;
    const casts = readCasts(["status=int", "o.ok=bool"]).map((cast) =>
      castEnricher(
        cast,
        () => NOW_MS,
        () => failures++,
      ),
    );
    expect(enriched('{"status":"200","x":1,"o":{"n":1.0,"ok":"yes"}}', ...casts)).toBe(
      '{"status":200,"x":1,"o":{"n":1.0,"ok":true}}',
    );
    expect(enriched('{"status":"OK"}', ...casts)).toBe('{"status":"OK"}');
    expect(failures).toBe(1);
  });

  it("refuses unknown types", () => {
    expect(() => readCasts(["a=integer"])).toThrow('unknown type "integer"');
    expect(() => readCasts(["=int"])).toThrow("no field before");
  });
});
