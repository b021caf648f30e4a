import { describe, expect, it } from "vitest";
import { otherTextOf } from "../../../../../src/lib/stages/parse/unparsed/other-text.js";

describe("what lines are that are no events", () => {
  it.each<[string, string]>([
    ["CSV", "time,level,text\n2026-02-03,info,a\n"],
    ["CSV", '\ufeff"user name","id"\r\n"a, b",1\r\nc,2\r\n'],
    ["CSV", "a,b\n1,2\n3,4\ncut"],
    ["TSV", "time\tlevel\n2026\tinfo\n"],
    ["a JSON array", '[{"a":1},{"a":2}]\n'],
    ["a JSON array", '[\n  {"a":1}\n]\n'],
    ["a JSON array", "\n [\n"],
    ["JSON over several lines", '{\n  "a": 1\n}\n'],
    ["JSON over several lines", "{\r\n}\r\n"],
  ])("is %s: %j", (name, text) => {
    expect(otherTextOf(Buffer.from(text))?.name).toBe(name);
  });

  it.each([
    "",
    '{"a":1}\n{"a":2}\n',
    '{"a":1,"b":2}\n',
    "[main] started, and ready\n[main] done, at last\n",
    "[2026-02-03 10:00:00] a, b\n[2026-02-03 10:00:00] c, d\n",
    "Dear all,\nhere, as promised, is it.\nBye,\n",
    "time,level\n",
    "1,2\n3,4\n",
    "{ broken\n",
    "plain words\nplain words\n",
  ])("is not told of %j", (text) => {
    expect(otherTextOf(Buffer.from(text))).toBeUndefined();
  });
});
