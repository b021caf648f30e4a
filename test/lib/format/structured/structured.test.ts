import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventWriter, quote } from "../../../../src/lib/event/writer.js";
import type { Format } from "../../../../src/lib/format/format.js";
import { splitCsv, splitTsv } from "../../../../src/lib/format/structured/cells.js";
import { cri } from "../../../../src/lib/format/structured/cri.js";
import { csv } from "../../../../src/lib/format/structured/csv.js";
import { docker } from "../../../../src/lib/format/structured/docker.js";
import { journald } from "../../../../src/lib/format/structured/journald.js";
import { json } from "../../../../src/lib/format/structured/json.js";
import { logfmt } from "../../../../src/lib/format/structured/logfmt.js";
import { tsv } from "../../../../src/lib/format/structured/tsv.js";
import { cases, NOW_MS, read } from "../examples.js";

const timestamp = "2026-11-21T10:00:00Z";

describe("json", () => {
  it("passes canonical events byte for byte", () => {
    const text = fc.string({ unit: "binary" });
    const rest = fc.dictionary(
      fc.constantFrom("a", "b", "status", "é", "x.y", "source"),
      fc.jsonValue({ maxDepth: 2 }),
    );
    fc.assert(
      fc.property(text, rest, fc.constantFrom(0, 1, 2), (message, others, indent) => {
        const event = { timestamp, level: "info", message, service: "s", host: "h", ...others };
        const line = JSON.stringify(event, null, indent).replaceAll("\n", " ");
        expect(read(json, line)).toBe(line);
      }),
    );
  });

  it("takes an object over several lines, should it come as one", () => {
    expect(read(json, '{\n"a":1,\r\n"msg":"x"\n}')).toBe('{"a":1,"message":"x"}');
    expect(read(json, '{\n"a":1}')).toBe('{ "a":1}');
  });
});

describe("logfmt", () => {
  cases(logfmt, [
    ["a=1", { a: 1 }],
    ["a=1 ", { a: 1 }],
    ["a=1\tb=2", { a: 1, b: 2 }],
    [" a=1", undefined],
    ["a = 1", undefined],
    ["=1", undefined],
    ["a=1 =2", undefined],
    ['a="b"c', undefined],
    ['a="b" c', { a: "b", c: true }],
    ["a=1 b c", undefined],
    ["a=1 done.", undefined],
    ["a", undefined],
    ["", undefined],
    ["a=x=y b=q?r=s", { a: "x=y", b: "q?r=s" }],
    ['a="x\\ny\\u00e9\\x41\\U0001f600"', { a: "x\nyéA😀" }],
    ['a="x\\ny\\q"', { a: "x\\ny\\q" }],
    ["a=1 b=2 a=3", { a: 3, b: 2 }],
    [
      "a=01 b=1_000 c=0x1f d=+1 e=.5 f=NaN g=1.",
      { a: "01", b: "1_000", c: "0x1f", d: "+1", e: ".5", f: "NaN", g: "1." },
    ],
    ["a=True b=nil c=null d=false", { a: "True", b: "nil", c: null, d: false }],
    ['a="1" b="true"', { a: "1", b: "true" }],
    [
      "msg=404 trace_id=0012 span_id=12 service=7",
      { message: "404", trace_id: "0012", span_id: "12", service: "7" },
    ],
    ["time=1763719200.5 level=50", { timestamp: "2025-11-21T10:00:00.5Z", level: "error" }],
    [
      "user.name=bob @id=1 http/code=2 tag#x=y",
      { "user.name": "bob", "@id": 1, "http/code": 2, "tag#x": "y" },
    ],
    ["pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh rhost=1.2.3.4", undefined],
    ["Started session for user=bob", undefined],
    ["https://example.org/a=1", { "https://example.org/a": 1 }],
  ]);

  it("passes a literal that is JSON as it stands", () => {
    expect(read(logfmt, 'a="\\ud83d\\ude00"')).toBe('{"a":"\\ud83d\\ude00"}');
  });

  it("keeps every digit", () => {
    expect(read(logfmt, "a=9223372036854775807 b=1.0 c=-0 d=1E5")).toBe(
      '{"a":9223372036854775807,"b":1.0,"c":-0,"d":1E5}',
    );
  });

  it("reads back whatever is written with JSON's quoting", () => {
    const key = fc
      .stringMatching(/^[a-z][a-z0-9_.]{0,8}[a-z0-9]$/)
      .filter((name) => !/\d{5}/.test(name))
      .filter((name) => !/^(?:__proto__|msg|text|log|app|ts|lvl)$/.test(name));
    fc.assert(
      fc.property(fc.dictionary(key, fc.string({ unit: "binary" }), { minKeys: 1 }), (pairs) => {
        const line = Object.entries(pairs).map(([name, value]) => `${name}=${quote(value)}`);
        const event = read(logfmt, line.join(" "));
        expect(Object.values(JSON.parse(event!)).sort()).toEqual(Object.values(pairs).sort());
      }),
    );
  });
});

describe("docker", () => {
  const time = '"time":"2026-11-21T10:00:00Z"';
  cases(docker, [
    [`{"stream":"stdout",${time},"log":"a\\r\\n"}`, { timestamp, stream: "stdout", message: "a" }],
    [`{"log":"\\n","stream":"stderr",${time}}`, { timestamp, stream: "stderr", message: "" }],
    [`{"log":"a\\n\\n","stream":"stderr",${time}}`, { timestamp, stream: "stderr", message: "a\n" }],
    [`{"log":"","stream":"stdout",${time}}`, { timestamp, stream: "stdout", message: "", partial: true }],
    [`{"log":1,"stream":"stdout",${time}}`, undefined],
    [`{"log":"a","stream":"both",${time}}`, undefined],
    ['{"log":"a","stream":"stdout","time":5}', undefined],
    [`{"log":"a","stream":"stdout","stream":"stdout",${time}}`, undefined],
  ]);

  it("leaves what the program wrote as it is, lone surrogates too", () => {
    expect(read(docker, `{"log":"{\\"a\\":1}\\ud800\\n","stream":"stdout",${time}}`)).toBe(
      '{"timestamp":"2026-11-21T10:00:00Z","stream":"stdout","message":"{\\"a\\":1}\\ud800"}',
    );
  });
});

describe("cri", () => {
  cases(cri, [
    ["2026-11-21T10:00:00Z stdout F ", { timestamp, stream: "stdout", message: "" }],
    ["2026-11-21T10:00:00Z stdout F", { timestamp, stream: "stdout", message: "" }],
    [
      "2026-11-21T10:00:00Z stderr P:x:y a b",
      { timestamp, stream: "stderr", message: "a b", partial: true, tags: "x:y" },
    ],
    ["2026-11-21T10:00:00Z stdout Full", undefined],
    ["2026-11-21T10:00:00Z stdout  F x", undefined],
    ["2026-11-21 10:00:00Z stdout F x", undefined],
    ["2026-02-30T10:00:00Z stdout F x", undefined],
  ]);
});

describe("journald", () => {
  const time = '"__REALTIME_TIMESTAMP":"1763719200000001"';
  const at = "2025-11-21T10:00:00.000001Z";
  cases(journald, [
    [`{${time}}`, { timestamp: at }],
    [`{${time},"MESSAGE":null,"PRIORITY":"9"}`, { timestamp: at, MESSAGE: null, PRIORITY: "9" }],
    [`{${time},"MESSAGE":["a","b"]}`, { timestamp: at, MESSAGE: ["a", "b"] }],
    [`{${time},"MESSAGE":[255,65]}`, { timestamp: at, message: "\ufffdA", MESSAGE: [255, 65] }],
    [`{${time},"MESSAGE":[256]}`, { timestamp: at, MESSAGE: [256] }],
    [`{${time},"MESSAGE":[ ]}`, { timestamp: at, message: "" }],
    [`{${time},"message":"own","MESSAGE":"m"}`, { timestamp: at, message: "own", MESSAGE: "m" }],
    ['{"__REALTIME_TIMESTAMP":5,"MESSAGE":"m"}', undefined],
    [`{"x":${'"__REALTIME_TIMESTAMP"'}}`, undefined],
  ]);
});

describe("tables", () => {
  const rows = (format: Format, lines: readonly string[]) => {
    const parser = format.create({ nowMs: () => NOW_MS });
    return lines.map((line) => read({ create: () => parser }, line));
  };

  it("skip the header of the next file, and wait for a header", () => {
    expect(rows(csv, ["", "a,b", "1,2", "a,b", "3,4"])).toEqual([
      undefined,
      "skip",
      '{"a":1,"b":2}',
      "skip",
      '{"a":3,"b":4}',
    ]);
  });

  it("name nameless and doubled columns so that no cell is lost", () => {
    expect(rows(csv, ["a,a,a_2,, a ", "1,2,3,4,5,6"])[1]).toBe(
      '{"a":1,"a_2":2,"a_2_2":3,"column_4":4,"a_3":5,"extra":["6"]}',
    );
    expect(rows(csv, ["extra,b", "1,2,3"])[1]).toBe('{"extra":1,"b":2,"extra_cells":["3"]}');
  });

  it("split what RFC 4180 joins", () => {
    const cell = fc.string({ unit: "grapheme" }).map((text) => text.replace(/[\r\n]/g, " "));
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1 }), (cells) => {
        const line = cells
          .map((text) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text))
          .join(",");
        expect(splitCsv(line)?.map(({ text }) => text)).toEqual(cells);
      }),
    );
  });

  it("split what is joined by tabs", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" }), { minLength: 1 }), (cells) => {
        const names: Record<string, string> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };
        const line = cells.map((text) => text.replace(/[\\\t\n\r]/g, (c) => names[c]!)).join("\t");
        expect(splitTsv(line).map(({ text }) => text)).toEqual(cells);
      }),
    );
  });

  it("read tabs without quoting", () => {
    expect(rows(tsv, ["a\tb", '"x\ty"'])[1]).toBe('{"a":"\\"x","b":"y\\""}');
  });
});

describe("long lines", () => {
  it("are read as short ones are", () => {
    const long = `${"x".repeat(5_000_000)}\\"${"é".repeat(100_000)}`;
    expect(read(json, `{"msg":"${long}"}`)).toBe(`{"message":"${long}"}`);
    expect(read(logfmt, `msg="${long}"`)).toBe(`{"message":"${long}"}`);
    const event = new EventWriter();
    expect(json.create({ nowMs: () => NOW_MS }).parse(`{"a":${"[".repeat(5_000_000)}`, event)).toBe(false);
  });
});
