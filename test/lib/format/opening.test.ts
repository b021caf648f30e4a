import { describe, expect, it } from "vitest";
import { OPENINGS, openingOf } from "../../../src/lib/format/opening.js";

describe("openingOf", () => {
  it.each([
    ['{"a":1}', "{"],
    ["<13>x", "<"],
    ['"a","b"', '"'],
    ["#Fields: date", "#"],
    ["[2026-11-21] x", "[0"],
    ["[main] x", "["],
    ["\tat x", "blank"],
    [" x", "blank"],
    ["2026-11-21 10:00", "iso"],
    ["2026/11/21", "iso"],
    ["2026.11.21", "iso"],
    ["192.0.2.7 - -", "address"],
    ["1.5 s", "address"],
    ["21/Nov/2026", "day"],
    ["1-2-2026", "day"],
    ["21 Nov 2026", "day"],
    ["10:00:01 x", "clock"],
    ["2 1234 eni", "number"],
    ["1784628001.123", "number"],
    ["20261121T100000Z", "number"],
    ["21", "number"],
    ["Nov 21 10:00:01", "month"],
    ["NOV  1", "month"],
    ["oct 7", "month"],
    ["May", "month"],
    ["Marker x", "upper"],
    ["Sat Nov 21", "weekday"],
    ["Sun, 21 Nov", "weekday"],
    ["Sunday x", "upper"],
    ["level=info", "pair"],
    ["a_b=", "pair"],
    ["kubelet: x=1", "lower"],
    ["ERROR x", "upper"],
    ["-", "other"],
    ["", "other"],
    ["\ud83d\uded1", "other"],
  ])("%j opens with %s", (line, opening) => {
    expect(OPENINGS[openingOf(line)]).toBe(opening);
  });
});
