import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { grokFormat } from "../../../../src/lib/format/patterns/grok/grok.js";
import { readDefinitions } from "../../../../src/lib/format/patterns/grok/grok-definitions.js";
import { builtInDefinitions } from "../../../../src/lib/format/patterns/grok/library/built-in.js";
import { resolveFormat } from "../../../../src/lib/format/registry.js";
import { read } from "../examples.js";

describe("regex:", () => {
  it.each([
    ["^(?<level>[A-Z]+) (?<message>.*)$", "WARN low", { level: "warn", message: "low" }],
    ["(?P<level>\\w+)! (?<rest>.*)", "say LOUD! x", { level: "LOUD", rest: "x" }],
    ["(?i)took (?<took_ms>\\d+)", "it TOOK 00120 ms", { took_ms: 120 }],
    ["(?<status>\\S+) (?<bytes>\\S+) (?<id>\\S+)", "200 - 007", { status: 200, bytes: "-", id: "007" }],
    ["(?<a>x)?(?<message>.*)", "", { message: "" }],
    [
      "\\[(?<timestamp>[^\\]]+)\\] (?<x>.*)",
      "[2 Jan 2024 10:11:12.120] y",
      { timestamp: "2024-01-02T10:11:12.120Z", x: "y" },
    ],
    ["(?<timestamp>\\S+) (?<x>.*)", "soon y", { timestamp_text: "soon", x: "y" }],
    ["(?<duration>.*)", "-0.50", { duration: "-0.50" }],
  ])("%s reads %s", (pattern, line, wanted) => {
    const event = read(resolveFormat(`regex:${pattern}`), line);
    expect(event).toBe(JSON.stringify(wanted).replace('"-0.50"', "-0.50"));
  });

  it("does not try lines over 64 Ki characters", () => {
    const format = resolveFormat("regex:(?<x>a+)");
    expect(read(format, "a".repeat(65_536))).toBeDefined();
    expect(read(format, "a".repeat(65_537))).toBeUndefined();
  });

  it.each([
    ["(?<a>x", 0],
    ["ab[c(?<a>x)", 2],
    ["(?<a>x))", 7],
    ["(?<a>x)**", 8],
    ["(?P<a>x)y(?<b>", 9],
    ["no group", 0],
  ])("points at the fault of %s", (pattern, offset) => {
    try {
      resolveFormat(`regex:${pattern}`);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "usage.syntax", exitCode: 2 });
      expect((error as Error).message).toContain(`\n  ${pattern}\n  ${" ".repeat(offset)}^`);
    }
  });
});

/** The built-in ones, and those of a file. */
function definitions(text: string) {
  return new Map([...builtInDefinitions("legacy"), ...readDefinitions(text, "own.grok")]);
}

describe("grok:", () => {
  it.each([
    [
      "%{COMBINEDAPACHELOG}",
      '192.0.2.7 - anna [21/Nov/2026:10:00:01 +0100] "GET /x HTTP/1.1" 200 512 "-" "curl/8"',
      {
        clientip: "192.0.2.7",
        auth: "anna",
        timestamp: "2026-11-21T09:00:01Z",
        verb: "GET",
        request: "/x",
        httpversion: "1.1",
        response: 200,
        bytes: 512,
        agent: "curl/8",
      },
    ],
    [
      "%{IP:client} %{NUMBER:took:float} %{WORD:[http][method]} %{INT:[http][status]:int}",
      "2001:db8::1 0.50 GET +0404",
      {
        client: "2001:db8::1",
        took: "0.50",
        http: { method: "GET", status: 404 },
      },
    ],
    [
      "%{SYSLOGLINE}",
      "Nov  2 10:00:01 web1 cron[31]: (root) CMD (true)",
      {
        timestamp: "2026-11-02T10:00:01Z",
        logsource: "web1",
        program: "cron",
        pid: 31,
        message: "(root) CMD (true)",
      },
    ],
    [
      "(?<queue>[0-9A-F]{10}): (?:%{WORD:word}|%{INT:word})+ %{GREEDYDATA:message}",
      "BEEF012345: a b",
      {
        queue: "BEEF012345",
        word: "a",
        message: "b",
      },
    ],
    ["%{WORD:both} %{WORD:both}", "a b", { both: ["a", "b"] }],
    [
      "^%{LOGLEVEL:level} \\%{WORD:x}|%{LOGLEVEL:level} %{DATA:message}$",
      "Warning x",
      { level: "warn", message: "x" },
    ],
    ["(?>a+)(?<!b)\\h%{SPACE}", "aaa f", undefined],
    ["%{WORD:a:int}", "12x", { a: "12x" }],
  ])("%s reads %s", (pattern, line, wanted) => {
    const event = read(resolveFormat(`grok:${pattern}`), line);
    expect(event).toBe(wanted && JSON.stringify(wanted).replace('"0.50"', "0.50"));
  });

  it.each(["legacy", "ecs"] as const)("compiles every pattern it knows: %s", (names) => {
    const definitions = builtInDefinitions(names);
    for (const name of definitions.keys())
      expect(() => grokFormat(`^%{${name}:x}$`, definitions), name).not.toThrow();
    expect(definitions.size).toBeGreaterThanOrEqual(80);
  });

  it.each([
    [
      "IPV6",
      [
        "::",
        "::1",
        "2001:db8::1",
        "1:2:3:4:5:6:7:8",
        "fe80::1%eth0",
        "::ffff:192.0.2.7",
        "1::",
        "64:ff9b::192.0.2.33",
      ],
      ["1:2:3", ":::", "12345::", "1::2::3", "g::1", "1:2:3:4:5:6:7:8:9"],
    ],
    ["IPV4", ["0.0.0.0", "255.255.255.255", "010.1.2.3"], ["256.1.1.1", "1.2.3", "1.2.3.4.5.6.7.8x"]],
    ["NUMBER", ["1", "-1.5", "+.5", "0012"], ["1.", "x", "--1"]],
    ["QUOTEDSTRING", ['"a \\" b"', "''", "`x`"], ['"a', "a"]],
    ["URI", ["http://user:pw@a.example:80/x/y?z=1", "https://[::1]/"].slice(0, 1), ["http//x", "://x"]],
    [
      "TIMESTAMP_ISO8601",
      ["2024-01-02T10:11:12.123Z", "2024-1-2 10:11", "2024-01-02T10:11:12,5+0100"],
      ["24-01-02 10:11:12", "2024-13-01 10:11"],
    ],
    ["MONTH", ["Jan", "september", "Sept", "Mai", "Dez"], ["Janu", "Mia"]],
    ["UUID", ["123e4567-e89b-12d3-a456-426614174000"], ["123e4567e89b12d3a456426614174000"]],
    ["MAC", ["00:1a:2B:3c:4d:5e", "00-1a-2B-3c-4d-5e", "001a.2b3c.4d5e"], ["00:1a:2B:3c:4d"]],
    ["PATH", ["/usr/lib/x-1.0", "C:\\Windows\\x"], ["usr/lib", ""]],
    ["LOGLEVEL", ["INFO", "warning", "Emergency"], ["INF", "loud"]],
  ])("%s matches what it should", (name, yes, no) => {
    const format = grokFormat(`^%{${name}:x}$`);
    for (const text of yes) expect([text, read(format, text)]).toEqual([text, JSON.stringify({ x: text })]);
    for (const text of no) expect([text, read(format, text)]).toEqual([text, undefined]);
  });

  it("agrees with net.isIPv6", async () => {
    const { isIPv6 } = await import("node:net");
    const format = grokFormat("^%{IPV6:x}$");
    fc.assert(
      fc.property(fc.oneof(fc.ipV6(), fc.stringMatching(/^[0-9a-f:]{2,20}$/), fc.ipV4()), (text) => {
        expect(read(format, text) !== undefined).toBe(isIPv6(text));
      }),
      { numRuns: 1000 },
    );
  }, 300_000);

  it.each([
    ["%{IPP:x}", 'there is no grok pattern "IPP"', 'did you mean "IP"?'],
    ["%{WORD:a:integr}", 'unknown type "integr"', 'did you mean "integer"?'],
    ["%{WORD:[a]} %{WORD:[a][b]}", 'field "a" is both a value and an object', "it is like"],
    ["%{WORD:[a}", '"%{" is never closed', "it is like"],
    ["%{WORD:[a]b}", 'malformed field "[a]b"', "it is like"],
    ["x (%{WORD:a}", "Unclosed group\n  x (%{WORD:a}\n    ^", "it is like"],
    ["x [%{WORD:a}", "Unclosed character class\n  x [%{WORD:a}\n    ^", "it is like"],
    ["x %{WORD:a", '"%{" is never closed\n  x %{WORD:a\n    ^', "it is like"],
    ["x %{}", "write %{NAME} or %{NAME:field}", "it is like"],
    ["\\k<a>%{WORD:a}", "\\k<a> refers to a group that does not come before it", "it is like"],
  ])("refuses %s", (pattern, reason, help) => {
    expect(() => resolveFormat(`grok:${pattern}`)).toThrow(
      expect.objectContaining({
        code: "usage.syntax",
        message: expect.stringContaining(reason),
        help: expect.stringContaining(help),
      }),
    );
  });

  it("refuses patterns that contain themselves", () => {
    expect(() => grokFormat("%{A}", definitions("A x%{B}\nB %{A}"))).toThrow(
      '--format grok: in B (own.grok:2): grok pattern "A" contains itself\n  %{A}\n  ^',
    );
  });

  it("points into the definition that is at fault", () => {
    const own = definitions(
      `# codes\nCODE [A-Z]{3}\nLONG ${"x".repeat(200)}(%{CODE}\nTOP %{CODE:a} %{LONG:b}`,
    );
    expect(() => grokFormat("^%{TOP}$", own)).toThrow(
      `in LONG (own.grok:3): Unclosed group\n  ...${"x".repeat(92)}(%{CODE}\n${" ".repeat(97)}^`,
    );
    expect(() => grokFormat("%{TOPP}", own)).toThrow(
      expect.objectContaining({ help: 'did you mean "TOP"?' }),
    );
  });

  it.each([
    ["%{CODE:code} %{INT:n=\\d{2}}", "ABC-7 123", { code: "ABC-7", n: "12" }],
    ["%{MINE=[a-c]{2}}(?<rest>.*)", "xxbad", { rest: "d" }],
    ["%{ANY:ok:boolean} %{ANY:no:boolean}", "Yes nope", { ok: true, no: "nope" }],
    ["%{ANY:n:long} %{ANY:x:double}", "+07 1.50", { n: 7, x: "1.50" }],
    ["%{ANY:[a][b]:int} %{ANY:[a][c]}", "1 2", { a: { b: 1, c: "2" } }],
    ["(?P<a>x)(?<[b][c]>y)", "xy", { a: "x", b: { c: "y" } }],
    ["(?<q>['\"])%{DATA:text}\\k<q>", 'say "it\'s"', { q: '"', text: "it's" }],
    [
      "%{ANY:@timestamp} %{ANY:m}",
      "2026-11-21T10:00:00+01:00 x",
      { timestamp: "2026-11-21T09:00:00Z", m: "x" },
    ],
    [
      "%{integer:n} %{number:x} %{boolean:b} %{notSpace:w} %{integerStr:s}",
      "7 1.50 TRUE a-b 07",
      { n: 7, x: "1.50", b: true, w: "a-b", s: "07" },
    ],
    ['%{regex("[a-c]{2}:\\d"):x} %{data:rest}', "ab:7 left", { x: "ab:7", rest: "left" }],
    [
      "%{LOGLEVEL:level} %{GREEDYDATA:message}$",
      "ERROR disk\n\tat once",
      { level: "error", message: "disk\n\tat once" },
    ],
    ["%{KEYS}", " b=2 a=1 c=3 b=4", { a: "1", b: "4" }],
    ["^%{DEEP}", "1:2,3,;4:5,", { key: "4", value: "5" }],
    ["(%{ANY:one} ?){2}", "x y z", { one: "y" }],
  ])("with definitions of a file, %s reads %s", (pattern, line, wanted) => {
    const own = definitions(
      "CODE [A-Z]{3}-\\d\nANY \\S+\nKEYS (?: (?:a=%{ANY:a}|b=%{ANY:b}|\\w=\\S+))+\nDEEP (?:(?<key>\\d):(?:(?<value>\\d),)*;?)*",
    );
    expect(read(grokFormat(pattern, own), line)).toBe(JSON.stringify(wanted).replace('"1.50"', "1.50"));
  });
});
