import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Block } from "../../../../src/lib/event/block.js";
import { CLAIMS } from "../../../../src/lib/format/normalise/normaliser.js";
import { formatNamed } from "../../../../src/lib/format/registry.js";
import { Parser, type ParserOptions } from "../../../../src/lib/stages/parse/parser.js";
import { runs } from "../../../support/runs.js";

const context = { nowMs: () => Date.UTC(2026, 10, 21), reject: () => {}, count: () => {} };

function parsed(
  format: string,
  input: Buffer,
  hotFormats: ParserOptions["hotFormats"],
  source?: string,
): string {
  const parser = new Parser(formatNamed(format, context), context, {
    keepsRaw: false,
    joinsLines: false,
    containers: [],
    hotFormats,
  });
  const out: string[] = [];
  const labels = source === undefined ? undefined : { source };
  parser.push(new Block(input, labels), (block) => out.push(block.bytes.toString()) > 0);
  return out.join("");
}

const two = (max: number, min = 0) => fc.integer({ min, max }).map((n) => String(n).padStart(2, "0"));
const month = fc.constantFrom(
  "Jan",
  "Feb",
  "Mar",
  "Apr",
  "May",
  "Jun",
  "Jul",
  "Aug",
  "Sep",
  "Oct",
  "Nov",
  "Dec",
  "Mai",
);
const time = fc
  .tuple(
    two(31),
    month,
    fc.integer({ min: 1969, max: 2039 }),
    two(24),
    two(60),
    two(61),
    fc.constantFrom("+0000", "-0700", "+0530", "+1400", "-0030", "+2500"),
  )
  .map(([d, m, y, h, min, s, zone]) => `${d}/${m}/${y}:${h}:${min}:${s} ${zone}`);
const word = fc.oneof(
  fc.constantFrom(
    "-",
    "",
    "192.0.2.1",
    "2001:db8::1",
    "frank",
    "a,",
    "a\\x22b",
    'q\\"q',
    "ü",
    "x y",
    "\t",
    "-x",
    "00",
    "0",
    "7",
    "10.0.0.1,",
  ),
  fc.string({ unit: "grapheme-ascii", maxLength: 40 }),
  fc.string({ unit: "binary", maxLength: 10 }),
);
const status = fc.oneof(
  fc.constantFrom("200", "404", "000", "-", "99", "2000", "099"),
  fc.integer({ min: 100, max: 599 }).map(String),
);
const bytes = fc.oneof(fc.constantFrom("-", "0", "00", "01", "12345678901234567890"), fc.nat().map(String));
const request = fc.oneof(
  word,
  fc
    .tuple(
      fc.constantFrom("GET", "POST", "get", "M-SEARCH", "X"),
      word,
      fc.constantFrom("HTTP/1.1", "HTTP/2.0", "HTTP/", "HTTP/1.x", "FTP/1"),
    )
    .map((p) => p.join(" ")),
);
const line = fc
  .tuple(
    word,
    fc.constantFrom("-", "-", "ident"),
    word,
    time,
    request,
    status,
    bytes,
    word,
    word,
    fc.constantFrom("", "", "", " extra", ' "x"', " ", ' "-"', ' "-" x', ' "192.0.2.1"'),
  )
  .map(
    ([client, ident, user, t, r, s, b, ref, agent, extra]) =>
      `${client} ${ident} ${user} [${t}] "${r}" ${s} ${b} "${ref}" "${agent}"${extra}`,
  );
const common = line.map((l) => l.split(/ "(?=[^"]*" "[^"]*"[^"]*$)/)[0]!);
const lines = fc.array(
  fc.oneof(line, line, common, word).map((l) => l.replace(/[\n\r]/g, "")),
  { maxLength: 30 },
);

describe("the kernel for access logs", () => {
  for (const [format, hot] of [
    ["combined", ["combined"]],
    ["common", ["common"]],
    ["auto", ["combined", "common"]],
  ] as const) {
    it(`gives what the ${format} parser alone gives`, () => {
      fc.assert(
        fc.property(lines, (all) => {
          const input = Buffer.from(all.map((l) => `${l}\n`).join(""));
          expect(parsed(format, input, hot)).toBe(parsed(format, input, []));
        }),
        {
          numRuns: runs(1500),
          examples: [[['ab - [ [01/Jan/1969:00:00:00 +0000] "GET / HTTP/1.1" 100 - "-" ""']]],
        },
      );
    });
  }

  it("gives the same with bytes that are not UTF-8, and with a label", () => {
    const good = '192.0.2.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" 200 2326 "-" "agent"\n';
    const bad = Buffer.concat([
      Buffer.from(good),
      Buffer.from(good.replace("agent", "ag\xffent"), "latin1"),
      Buffer.from(good),
    ]);
    expect(parsed("combined", bad, ["combined"])).toBe(parsed("combined", bad, []));
    expect(parsed("auto", bad, ["combined"], 'a"b')).toBe(parsed("auto", bad, [], 'a"b'));
    expect(parsed("auto", bad, ["combined"]).match(/raw_base64/g)).toHaveLength(1);
  });

  it("reads plain lines, so that the tests above test it", () => {
    const good = '192.0.2.1 - - [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" 200 2326 "-" "agent"\n'.repeat(
      100,
    );
    let asked = 0;
    const none = { lastFormat: undefined, parse: () => ++asked < 0 };
    const parser = new Parser(none, context, {
      keepsRaw: false,
      joinsLines: false,
      containers: [],
      hotFormats: ["combined"],
    });
    parser.push(new Block(Buffer.from(good)), () => true);
    expect(asked).toBe(0);
  });
});

describe("the kernel for JSON events", () => {
  const keys = [
    ...CLAIMS.keys(),
    "raw",
    "source",
    "__REALTIME_TIMESTAMP",
    "stream",
    "a",
    "",
    "ü",
    "other",
    "pid",
    "t",
    "c",
  ];
  const key = fc.oneof(
    fc.constantFrom(...keys).map((k) => JSON.stringify(k)),
    fc.string().map((k) => JSON.stringify(k)),
    fc.constantFrom('"lev\\u0065l"'),
  );
  const scalar = fc.oneof(
    fc.constantFrom(
      "30",
      "3",
      "0",
      '"INFO"',
      '"Warning"',
      '"weird"',
      '""',
      '"-"',
      '"x"',
      "null",
      "true",
      "1.0",
      "-0",
      "9223372036854775807",
    ),
    fc.constantFrom(
      "1531171074",
      "1531171074631",
      "1531171074631000",
      "1531171074631000001",
      "1600000000.25",
      "0600000000",
      "1.6e9",
      "160000000000",
      "1600000000.0",
      "9999999999",
      "9999999999999",
    ),
    fc.constantFrom(
      '"2026-11-21T10:00:00Z"',
      '"2026-11-21T10:00:00.123456789Z"',
      '"2026-11-21T10:00:00+01:00"',
      '"2026-11-21 10:00:00"',
      '"2026-02-30T10:00:00Z"',
      '"2026-11-21t10:00:00z"',
      '"10/Oct/2000:13:55:36 -0700"',
      '"1600000000"',
    ),
    fc.jsonValue().map((v) => JSON.stringify(v)),
  );
  const object = fc
    .array(fc.tuple(key, scalar), { maxLength: 3 })
    .map((ms) => `{${ms.map(([k, v]) => `${k}:${v}`).join(",")}}`);
  const gap = fc.constantFrom("", "", "", "", "", "", "", "", " ", "\t");
  const event = fc
    .tuple(
      fc.array(fc.tuple(key, fc.oneof({ weight: 6, arbitrary: scalar }, { weight: 1, arbitrary: object })), {
        maxLength: 6,
      }),
      gap,
      gap,
    )
    .map(([ms, g, h]) => `{${g}${ms.map(([k, v]) => `${k}:${h}${v}`).join(`,${g}`)}}${h}`);
  const events = fc.array(
    fc
      .oneof(
        { weight: 8, arbitrary: event },
        { weight: 1, arbitrary: event.map((e) => e.slice(0, -1)) },
        { weight: 1, arbitrary: word },
      )
      .map((l) => l.replace(/[\n\r]/g, "")),
    { maxLength: 12 },
  );

  for (const format of ["json", "auto"]) {
    it(`gives what the ${format} parser alone gives`, () => {
      fc.assert(
        fc.property(events, fc.boolean(), (all, hasSource) => {
          const input = Buffer.from(all.map((l) => `${l}\n`).join(""));
          const source = hasSource ? "a.log" : undefined;
          expect(parsed(format, input, ["json"], source)).toBe(parsed(format, input, [], source));
        }),
        { numRuns: runs(4000) },
      );
    });
  }

  it("reads plain events of the usual libraries, so that the tests above test it", () => {
    const lines = [
      '{"level":30,"time":1531171074631,"pid":657,"hostname":"box","msg":"hello"}',
      '{"timestamp":"2026-11-21T10:00:00.123Z","level":"info","message":"canonical","tags":{"a":[1]}}',
      '{"level":"info","ts":1600000000.25,"caller":"a.go:1","msg":"zap"}',
      '{"time":"2026-11-21T10:00:00Z","level":"WARN","msg":"slog"}',
    ];
    let asked = 0;
    const none = { lastFormat: undefined, parse: () => ++asked < 0 };
    const parser = new Parser(none, context, {
      keepsRaw: false,
      joinsLines: false,
      containers: [],
      hotFormats: ["json"],
    });
    parser.push(new Block(Buffer.from(lines.map((l) => `${l}\n`).join(""))), () => true);
    expect(asked).toBe(0);
  });
});

describe("a label", () => {
  it("takes the name source, and an event's own goes to event.source, on every path", () => {
    const own = '{"source":"own","message":"x"}\n';
    const wanted = '{"event.source":"own","message":"x","source":"a.log"}\n';
    expect(parsed("auto", Buffer.from(own), ["json"], "a.log")).toBe(wanted);
    expect(parsed("json", Buffer.from(own), [], "a.log")).toBe(wanted);
    expect(parsed("logfmt", Buffer.from("source=own message=x\n"), [], "a.log")).toBe(wanted);
    const envelope = '{"source":"a.log","raw":"source=own message=x"}\n';
    expect(parsed("auto", Buffer.from(envelope), ["json"])).toBe(wanted);
    expect(parsed("auto", Buffer.from(own), ["json"])).toBe(own);
  });
});
