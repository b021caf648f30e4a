import { describe, expect, it } from "vitest";
import { type FormatName, resultTarget } from "../../../src/lib/options/result-format.js";

describe("what a name says of its format", () => {
  it.each([
    ["x.csv", "csv", undefined],
    ["dir.d/x.CSV.GZ", "csv", "gzip"],
    ["x.jsonl", "ndjson", undefined],
    ["x.ndjson.zst", "ndjson", "zstd"],
    ["x.log.gz", undefined, "gzip"],
    ["x.parquet", "parquet", undefined],
    ["x.svg", "svg", undefined],
    ["x.txt", "table", undefined],
    ["a.csv/x", undefined, undefined],
    ["x", undefined, undefined],
    ["-", undefined, undefined],
    ["x.out.1", undefined, undefined],
  ])("%s: %s, packed as %s", (name, format, packing) => {
    expect(resultTarget(undefined, name)).toMatchObject({ format, packing, isAsked: false });
  });

  it.each([
    ["x.json", "ndjson"],
    ["x.txt", "csv"],
    ["x.txt", "chart"],
    ["x.log", "csv"],
    ["x", "parquet"],
    ["results.xlsx", "csv"],
  ] as const)("%s can be written as %s", (name, to) => {
    expect(resultTarget(to, name)).toMatchObject({ format: to, isAsked: true });
  });

  it.each([
    ["x.csv", "json", /says csv and --to says json/],
    ["x.ndjson", "json", /says ndjson and --to says json/],
    ["x.svg", "chart", /says svg and --to says chart/],
    ["x.csv.bz2", undefined, /packs as \.bz2/],
    ["x.parquet.gz", undefined, /packed inside/],
    ["x.gz", "arrow", /packed inside/],
    ["x.xlsx", undefined, /writes \.xlsx/],
    ["x.png", undefined, /writes \.png/],
  ] as const)("%s with --to %s is refused", (name, to, reason) => {
    expect(() => resultTarget(to as FormatName | undefined, name)).toThrow(reason);
  });
});
