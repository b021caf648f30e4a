import { describe, expect, it } from "vitest";
import { scan } from "../../../src/lib/event/scan.js";
import { mayLackTime, withWindowTimes } from "../../../src/lib/event/window-results.js";

const lines = [
  '{"window_start":"2026-11-22T10:00:00Z","count":1}',
  '{"window_start":"2026-11-22T10:01:00Z","n":9223372036854775807 } ',
  '{"timestamp":"2026-11-22T09:00:00Z","window_start":"2026-11-22T10:02:00Z"}',
  '{"window_start":5}',
  '{"message":"}"}',
];
const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));

describe("withWindowTimes", () => {
  it("adds the time that a result is about, where there is none, and changes nothing else", () => {
    expect(withWindowTimes(bytes).toString().split("\n")).toEqual([
      '{"window_start":"2026-11-22T10:00:00Z","count":1,"timestamp":"2026-11-22T10:00:00Z"}',
      '{"window_start":"2026-11-22T10:01:00Z","n":9223372036854775807 ,"timestamp":"2026-11-22T10:01:00Z"} ',
      ...lines.slice(2),
      "",
    ]);
  });

  it("is asked for only where results of windows lack one", () => {
    const summaryOf = (text: string) => scan(Buffer.from(text))[0]!.summary;
    expect(mayLackTime(summaryOf(`${lines[0]}\n`))).toBe(true);
    expect(mayLackTime(summaryOf(`${lines[2]}\n`))).toBe(false);
    expect(mayLackTime(summaryOf(`${lines[4]}\n`))).toBe(false);
  });
});
