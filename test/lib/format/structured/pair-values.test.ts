import { describe, expect, it } from "vitest";
import { text } from "../../../../src/lib/format/line/line.js";
import { logfmt } from "../../../../src/lib/format/structured/logfmt.js";
import { read } from "../examples.js";

const parsed = (line: string, format = logfmt): Record<string, unknown> | undefined => {
  const event = read(format, line);
  return event === undefined ? undefined : JSON.parse(event);
};

describe("a date and a clock without quotes", () => {
  it.each([
    ["timestamp=2026-11-21 10:00:01 level=ERROR", "2026-11-21T10:00:01Z"],
    ["time=2026-11-21 10:00:01,574 level=ERROR", "2026-11-21T10:00:01.574Z"],
    ["@timestamp=2026/11/21 10:00:01 level=ERROR", "2026-11-21T10:00:01Z"],
    ["level=ERROR ts=2026-11-21 10:00:01 +0100", "2026-11-21T09:00:01Z"],
    ["level=ERROR ts=2026-11-21 10:00:01 PM", "2026-11-21T22:00:01Z"],
    ["time=21 Nov 2026 10:00:01 UTC level=ERROR", "2026-11-21T10:00:01Z"],
    ["time=21/Nov/2026:10:00:01 +0100 level=ERROR", "2026-11-21T09:00:01Z"],
    ["time=2026-11-21 10:00:01, level=ERROR", "2026-11-21T10:00:01Z"],
  ])("are one value: %s", (line, timestamp) => {
    expect(parsed(line)).toEqual({ timestamp, level: "error" });
  });

  it("are one value behind the text of a line, too", () => {
    expect(
      parsed("2026-11-21 10:00:01 INFO done start=2026-11-21 09:00:01 end=2026-11-21 10:00:00.5 n=3", text),
    ).toEqual({
      timestamp: "2026-11-21T10:00:01Z",
      level: "info",
      message: "done",
      start: "2026-11-21 09:00:01",
      end: "2026-11-21 10:00:00.5",
      n: 3,
    });
  });
});

describe("a word without a value", () => {
  it.each([
    "level=info 10 n=1",
    "level=info 10:00:01 n=1",
    "level=info a:b n=1",
    "level=info +0100 n=1",
    "a=1 -5 b=2",
  ])("is no key when it is a number, a clock or the like: %s", (line) =>
    expect(parsed(line)).toBeUndefined(),
  );

  it("leaves level and time of the line", () => {
    expect(parsed("level=warn msg=took 10 seconds id=7", text)).toEqual({
      level: "warn",
      message: "level=warn msg=took 10 seconds id=7",
    });
  });
});

describe("pairs with marks between them", () => {
  it.each([
    ["a=1, b=two, c=3", { a: 1, b: "two", c: 3 }],
    ["a=1; b=true", { a: 1, b: true }],
    ['a="x y", b=2', { a: "x y", b: 2 }],
    ['a=1, b="x, y", c=3', { a: 1, b: "x, y", c: 3 }],
    ["a=1, b=2 c=3", { a: "1,", b: 2, c: 3 }],
    ["a=1,2 b=2", { a: "1,2", b: 2 }],
  ])("%s", (line, event) => expect(parsed(line)).toEqual(event));
});

describe("backslashes in quotes", () => {
  it("may stand before the quote that closes", () => {
    expect(parsed(String.raw`dir="C:\logs\" what="a b" n=1`)).toEqual({
      dir: "C:\\logs\\",
      what: "a b",
      n: 1,
    });
    expect(parsed(String.raw`n=1 dir="C:\logs\"`)).toEqual({ n: 1, dir: "C:\\logs\\" });
    expect(parsed(String.raw`said="so \" n=1`)).toBeUndefined();
  });

  it.each([
    [String.raw`CORP\alice`, String.raw`CORP\alice`],
    [String.raw`CORP\bob smith`, String.raw`CORP\bob smith`],
    [String.raw`CORP\nancy`, String.raw`CORP\nancy`],
    [String.raw`NT AUTHORITY\SYSTEM`, String.raw`NT AUTHORITY\SYSTEM`],
    [String.raw`C:\Program Files\new\app.exe`, String.raw`C:\Program Files\new\app.exe`],
    [String.raw`C:\temp\new`, String.raw`C:\temp\new`],
    [String.raw`cannot open D:\temp\run now`, String.raw`cannot open D:\temp\run now`],
    [String.raw`\\files\new`, String.raw`\\files\new`],
    [String.raw`C:\Users\x`, String.raw`C:\Users\x`],
    [String.raw`\d+\s*\"x\"`, String.raw`\d+\s*"x"`],
    [String.raw`open C:\\temp\\new`, String.raw`open C:\temp\new`],
    [String.raw`\\\\files\\new`, String.raw`\\files\new`],
    [String.raw`CORP\\alice`, String.raw`CORP\alice`],
    [String.raw`a \"b\"\n\tc`, 'a "b"\n\tc'],
    [String.raw`first\nsecond`, "first\nsecond"],
    [String.raw`\u00e9\x41\U0001f600`, "éA😀"],
  ])("%s", (written, meant) => {
    expect(parsed(`k="${written}" n=1`)?.k).toBe(meant);
    expect(parsed(`2026-11-21 10:00:01 INFO done k="${written}" n=1`, text)?.k).toBe(meant);
  });
});
