import { describe, expect, it } from "vitest";
import { assuming } from "../../../../src/lib/base/time/assumed.js";
import { scan } from "../../../../src/lib/event/scan.js";
import { mayHaveTime, mayLackTime, withStoredTimes } from "../../../../src/lib/event/time/stored-times.js";

const blockOf = (lines: readonly string[]) => Buffer.from(lines.map((line) => `${line}\n`).join(""));
const stored = (lines: readonly string[], timeField = "timestamp") => {
  const { bytes, ...counts } = withStoredTimes(blockOf(lines), timeField);
  return { lines: bytes.toString().split("\n").slice(0, -1), ...counts };
};

describe("withStoredTimes", () => {
  it("adds the time of results of windows, where there is none, and changes nothing else", () => {
    const lines = [
      '{"window_start":"2026-11-22T10:00:00Z","count":1}',
      '{"window_start":"2026-11-22T10:01:00Z","n":9223372036854775807 } ',
      '{"timestamp":"2026-11-22T09:00:00Z","window_start":"2026-11-22T10:02:00Z"}',
      '{"window_start":5}',
      '{"message":"}"}',
    ];
    expect(stored(lines)).toMatchObject({
      lines: [
        '{"window_start":"2026-11-22T10:00:00Z","count":1,"timestamp":"2026-11-22T10:00:00Z"}',
        '{"window_start":"2026-11-22T10:01:00Z","n":9223372036854775807 ,"timestamp":"2026-11-22T10:01:00Z"} ',
        ...lines.slice(2),
      ],
      withoutTime: 2,
      zoneAssumed: 0,
    });
  });

  it.each([
    ['"@timestamp":"2026-03-01T05:06:07,5+0200"', "2026-03-01T03:06:07.5Z"],
    ['"time":1772338000', "2026-03-01T04:06:40Z"],
    ['"time":"1772338000123"', "2026-03-01T04:06:40.123Z"],
    ['"ts":1772338000.25', "2026-03-01T04:06:40.25Z"],
    ['"Timestamp":"2026-03-01T05:06Z"', "2026-03-01T05:06:00Z"],
    ['"eventTime":"20260301T050607-0330"', "2026-03-01T08:36:07Z"],
    ['"_time":"2026-03-01T05:06:07-03:00[America/Sao_Paulo]"', "2026-03-01T08:06:07Z"],
    ['"t":{"$date":"2026-03-01T05:06:07.008Z"}', "2026-03-01T05:06:07.008Z"],
    ['"instant":{"epochSecond":1772338000,"nanoOfSecond":9}', "2026-03-01T04:06:40.000000009Z"],
    ['"timeUnixNano":"1772338000000000007"', "2026-03-01T04:06:40.000000007Z"],
    ['"time_local":"01/Mar/2026:05:06:07 +0530"', "2026-02-28T23:36:07Z"],
    ['"date":"Sun, 01 Mar 2026 05:06:07 +0900"', "2026-02-28T20:06:07Z"],
    ['"datetime":"2026-03-01 05:06:07 PM JST"', "2026-03-01T08:06:07Z"],
    ['"time":"x","ts":"2026-03-01T05:06:07Z"', "2026-03-01T05:06:07Z"],
  ])("finds the time in %s", (members, time) => {
    expect(stored([`{"i":1,${members}}`]).lines).toEqual([`{"i":1,${members},"timestamp":"${time}"}`]);
  });

  it("puts the time in the place of a value that the store could not keep as one, which stands beside it", () => {
    const odd = ["1772338000123", '"2026-03-01 05:06:07Z"', '"2026-03-01T05:06:07.0000000001Z"', "null"];
    expect(stored(odd.map((value) => `{"timestamp":${value},"i":1}`)).lines).toEqual([
      '{"timestamp":"2026-03-01T04:06:40.123Z","i":1,"timestamp_original":1772338000123}',
      '{"timestamp":"2026-03-01T05:06:07Z","i":1,"timestamp_original":"2026-03-01 05:06:07Z"}',
      '{"timestamp":"2026-03-01T05:06:07.000000000Z","i":1,"timestamp_original":"2026-03-01T05:06:07.0000000001Z"}',
      '{"timestamp":null,"i":1}',
    ]);
    expect(stored(['{"timestamp":null,"ts":1772338000}']).lines).toEqual([
      '{"timestamp":"2026-03-01T04:06:40Z","ts":1772338000}',
    ]);
    expect(stored(['{"timestamp":"soon","ts":1772338000,"timestamp_original":1}']).lines).toEqual([
      '{"timestamp":"2026-03-01T04:06:40Z","ts":1772338000,"timestamp_original":1,"timestamp_original_2":"soon"}',
    ]);
  });

  it("leaves what the store sees by itself, and what is no time", () => {
    const lines = [
      '{"timestamp":"2026-03-01T05:06:07.123456789+01:00","ts":1}',
      '{"timestamp":"soon"}',
      '{"time":"12:00"}',
      '{"date":"2026-03-01"}',
      '{"t":21.5}',
      '{"timestamp":"0000-03-01 05:06:07Z"}',
      "{}",
    ];
    expect(stored(lines)).toEqual({ lines, withoutTime: 6, zoneAssumed: 0, zoneUnread: 0 });
  });

  it("goes by a field that is named, and says what zone was not", () => {
    const lines = ['{"done":"2026-03-01 05:06:07","ts":1772338000}', '{"timestamp":"2026-03-01T05:06:07Z"}'];
    expect(stored(lines, "done")).toEqual({
      lines: [
        '{"done":"2026-03-01 05:06:07","ts":1772338000,"timestamp":"2026-03-01T05:06:07Z"}',
        '{"timestamp":null,"timestamp_original":"2026-03-01T05:06:07Z"}',
      ],
      withoutTime: 1,
      zoneAssumed: 1,
      zoneUnread: 0,
    });
    const inSydney = assuming({ zone: "Australia/Sydney" }, () => stored(lines, "done"));
    expect(inSydney.lines[0]).toContain('"timestamp":"2026-02-28T18:06:07Z"');
    expect(inSydney.zoneAssumed).toBe(0);
    const doubtful = stored(['{"time":"2026-03-01 05:06:07 IST"}']);
    expect(doubtful).toMatchObject({ withoutTime: 1, zoneUnread: 1 });
  });

  it("is asked for only where the store does not see the time", () => {
    const summaryOf = (text: string) => scan(blockOf([text]))[0]!.summary;
    expect(mayLackTime(summaryOf('{"ts":1}'), "timestamp")).toBe(true);
    expect(mayLackTime(summaryOf('{"timestamp":"2026-03-01T05:06:07Z"}'), "timestamp")).toBe(false);
    expect(mayLackTime(summaryOf('{"timestamp":1772338000}'), "timestamp")).toBe(true);
    expect(mayHaveTime(summaryOf('{"message":"x"}'), "timestamp")).toBe(false);
    expect(mayHaveTime(summaryOf('{"t":{"$date":1}}'), "timestamp")).toBe(true);
  });
});
