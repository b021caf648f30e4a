import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc32c } from "../../../src/lib/base/hash/crc32c.js";
import { crc32cOf, scan } from "../../../src/lib/event/scan.js";
import { Kind } from "../../../src/lib/event/summary.js";

const block = (...lines: string[]) => Buffer.from(lines.map((line) => `${line}\n`).join(""));
const columnsOf = (...lines: string[]) => scan(block(...lines))[0]!.summary.columns;

/** What JSON.parse says: is the line one JSON object? */
function isObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

describe("scan", () => {
  it("accepts exactly the lines that JSON.parse takes as an object", () => {
    const line = fc.oneof(
      fc.json({ maxDepth: 4 }),
      fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue()).map((v) => JSON.stringify(v)),
      fc
        .tuple(
          fc.dictionary(fc.string(), fc.jsonValue()).map((v) => JSON.stringify(v)),
          fc.nat(),
          fc.constantFrom("", '"', "\\", "{", "}", ",", ":", "0", "e", "-", ".", "u", "\t", "\x01", "null"),
          fc.nat(2),
        )
        .map(
          ([text, at, put, drop]) =>
            text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + drop),
        ),
    );
    fc.assert(
      fc.property(
        fc.array(
          line.filter((l) => !/[\n\r]/.test(l) && l.trim() !== ""),
          { maxLength: 20 },
        ),
        (lines) => {
          const wanted = lines.filter(isObject);
          const results = scan(block(...lines));
          expect(results.map(({ bytes }) => bytes.toString()).join("")).toBe(
            wanted.map((l) => `${l}\n`).join(""),
          );
          expect(results.reduce((sum, { summary }) => sum + summary.events, 0)).toBe(wanted.length);
          expect(results.reduce((sum, { faults }) => sum + faults.length, 0)).toBe(
            lines.length - wanted.length,
          );
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("says of a nested value whether printing its numbers again would bend one", () => {
    const kindsOf = (value: string) => columnsOf(`{"a":${value}}`)[0]!.kinds;
    for (const plain of [
      "1.5",
      "0.12345678901234567",
      "123456789012345678901234567890",
      "-1",
      "1e200",
      "[0,-0.0]",
    ])
      expect(kindsOf(`{"b":[${plain}]}`)).toBe(Kind.object);
    for (const bent of ["0.123456789012345678", "1.000000000000000001", "1e400", "1e-400"]) {
      expect(kindsOf(`{"b":[1,{"c":${bent}}],"d":2}`)).toBe(Kind.object | Kind.bigNumber);
      expect(kindsOf(`["${bent}",${bent}]`)).toBe(Kind.array | Kind.bigNumber);
    }
    expect(kindsOf('{"b":"0.123456789012345678"}')).toBe(Kind.object);
  });

  it("writes -0 with a fraction where it is a field, and nothing else otherwise", () => {
    const lines = [
      '{"a":-0,"b":[-0, 1e-0,-0.5,-01]}',
      '{"a":-0,"-0":"-0 \\"-0","b":[-0 ,1e-0,-0e1,-10,{"c": -0}]}',
      "-0",
      '{"a":-0.0}',
    ];
    const [found] = scan(block(...lines));
    expect(found!.bytes.toString()).toBe(
      '{"a":-0.0,"-0":"-0 \\"-0","b":[-0 ,1e-0,-0e1,-10,{"c": -0}]}\n{"a":-0.0}\n',
    );
    expect(found!.faults.map(({ start }) => start)).toEqual([0, lines[0]!.length + lines[1]!.length + 2]);
    expect(found!.summary).toEqual(scan(found!.bytes)[0]!.summary);
    expect(found!.summary.columns.at(-1)!.kinds).toBe(Kind.array | Kind.bigNumber);
    const value = fc.array(fc.oneof(fc.constant("-0"), fc.json(), fc.double({ noNaN: true }).map(String)));
    fc.assert(
      fc.property(value, (values) => {
        const line = `{"v":[${values.filter((v) => !/Inf/.test(v)).join(",")}]}`;
        const [{ bytes }] = scan(block(line)) as [ReturnType<typeof scan>[number]];
        expect(JSON.parse(bytes.toString())).toEqual(JSON.parse(line));
        expect(bytes.toString().replaceAll("-0.0", "-0").length).toBe(
          `${line}\n`.replaceAll("-0.0", "-0").length,
        );
      }),
    );
  });

  it("names every key with the kinds of its values and how many events have it", () => {
    const columns = columnsOf(
      '{"a":1,"b":"x","c":1.5,"d":null,"e":true,"f":{},"g":[]}',
      '{"a":"1","a\\u0062":-0,"b":12345678901234567890,"c":9223372036854775807}',
      '{"c":-9223372036854775808,"c":1e400,"timestamp":"2026-11-21T10:00:00.123456789Z"}',
      '{"timestamp":"2026-02-30T00:00:00Z"}',
    );
    const byName = Object.fromEntries(columns.map(({ name, kinds, count }) => [name, [kinds, count]]));
    expect(byName).toEqual({
      a: [Kind.integer | Kind.string, 2],
      b: [Kind.string | Kind.bigNumber, 2],
      c: [Kind.double | Kind.integer | Kind.bigNumber | Kind.duplicate, 4],
      d: [Kind.null, 1],
      e: [Kind.boolean, 1],
      f: [Kind.object, 1],
      g: [Kind.array, 1],
      ab: [Kind.bigNumber, 1],
      timestamp: [Kind.timestamp | Kind.nanoseconds | Kind.string, 2],
    });
  });

  it("lists keys in the order of the block, whatever blocks came before", () => {
    const names = (...lines: string[]) => columnsOf(...lines).map(({ name }) => name);
    expect(names('{"order1":1,"order2":2}')).toEqual(["order1", "order2"]);
    expect(names('{"order3":1,"order2":2}', "{", '{"order1":1}')).toEqual(["order3", "order2", "order1"]);
  });

  it("finds the first and last time, whatever their zone and precision", () => {
    const [{ summary }] = scan(
      block(
        '{"timestamp":"2026-11-21T10:00:00Z"}',
        '{"timestamp":"2026-11-21T10:00:00.000000001Z"}',
        '{"timestamp":"2026-11-21T11:59:59+02:00"}',
        '{"timestamp":"yesterday"}',
      ),
    ) as [ReturnType<typeof scan>[0]];
    expect(summary.firstTimestamp).toBe("2026-11-21T11:59:59+02:00");
    expect(summary.lastTimestamp).toBe("2026-11-21T10:00:00.000000001Z");
  });

  it("says where and why a line is refused", () => {
    const [{ faults }] = scan(
      block(
        '{"a":1}',
        '{"a":tru}',
        "[1]",
        '{"a":"\\x"}',
        '{"a":01}',
        '{"a":1} x',
        '{"a":"',
        `{"a":${"[".repeat(600)}`,
      ),
    ) as [ReturnType<typeof scan>[0]];
    expect(faults.map(({ reason, column }) => [reason, column])).toEqual([
      ["malformed JSON", 5],
      ["not a JSON object", 0],
      ["bad escape in a string", 6],
      ["malformed number", 5],
      ["text after the JSON object", 8],
      ["cut-off JSON", 6],
      ["nested deeper than 512", 518],
    ]);
  });

  it("sets lines that are not UTF-8 aside and keeps the others", () => {
    const bytes = Buffer.concat([
      block('{"a":1}'),
      Buffer.from([0x7b, 0xff, 0x7d, 0x0a]),
      block('{"b":2}', "{"),
    ]);
    const [{ bytes: valid, faults }] = scan(bytes) as [ReturnType<typeof scan>[0]];
    expect(valid.toString()).toBe('{"a":1}\n{"b":2}\n');
    expect(faults.map(({ reason }) => reason).sort()).toEqual(["cut-off JSON", "invalid UTF-8"]);
    for (const { start, end } of faults) expect([bytes[start], bytes[end]]).toEqual([0x7b, 0x0a]);
  });

  it("splits a block with more keys than its dictionary holds, and loses none", () => {
    const lines = Array.from({ length: 500 }, (_, i) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: 100 }, (_, j) => [`k${i}_${j}`, j]))),
    );
    const results = scan(block(...lines));
    expect(results.length).toBeGreaterThan(1);
    expect(results.map(({ bytes }) => bytes.toString()).join("")).toBe(block(...lines).toString());
    expect(new Set(results.flatMap(({ summary }) => summary.columns.map(({ name }) => name))).size).toBe(
      50_000,
    );
  });

  it("takes thousands of faulty lines in one block", () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => (i % 2 === 0 ? "bad" : `{"i":${i}}`));
    const results = scan(block(...lines));
    expect(results.reduce((sum, { faults }) => sum + faults.length, 0)).toBe(5000);
    expect(results.reduce((sum, { summary }) => sum + summary.events, 0)).toBe(5000);
  });

  it("computes CRC-32C as RFC 3720 has it", () => {
    expect(crc32cOf(Buffer.from("123456789"))).toBe(0xe3069283);
    expect(crc32cOf(Buffer.alloc(32))).toBe(0x8a9136aa);
    expect(crc32cOf(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
  });

  it("computes the same checksum as the plain way for any length", () => {
    for (const length of [0, 1, 7, 8, 4095, 12_287, 12_288, 12_289, 24_576, 100_003]) {
      const bytes = Buffer.from(Array.from({ length }, (_, i) => (i * 7919) >> 3));
      expect(crc32cOf(bytes)).toBe(crc32c(bytes));
    }
  });

  describe("of events with many keys", () => {
    const event = (count: number, prefix: string) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [`${prefix}${n}`, n])));
    const told = (...lines: string[]) =>
      scan(block(...lines)).map(({ summary, faults }) => ({
        keys: summary.columns.length,
        events: summary.events,
        faults: faults.map(({ reason }) => reason),
      }));

    it.each([32_768, 32_769, 50_000, 65_536])("takes %i of them", (count) => {
      expect(told(event(count, `${count}_`))).toEqual([{ keys: count, events: 1, faults: [] }]);
    });

    it("sets aside one with more, and says why", () => {
      const all = told('{"a":1}', event(65_537, "m"), '{"b":1}');
      expect(all.flatMap(({ faults }) => faults)).toEqual(["more than 65,536 keys"]);
      expect(all.reduce((sum, { events }) => sum + events, 0)).toBe(2);
    });

    it("takes one whatever the blocks before it had", () => {
      for (let n = 0; n < 8; n++) {
        const count = 20_000 + n * 6000;
        expect(told(event(count, `${n}:`))).toEqual([{ keys: count, events: 1, faults: [] }]);
      }
    });

    it("takes several in a block, each with keys of its own", () => {
      const all = told(event(40_000, "p"), event(40_000, "q"), event(65_536, "r"), '{"s":1}');
      expect(all.flatMap(({ faults }) => faults)).toEqual([]);
      expect(all.reduce((sum, { events }) => sum + events, 0)).toBe(4);
      expect(all.reduce((sum, { keys }) => sum + keys, 0)).toBe(145_537);
    });

    it("takes 60,000 members of which keys come again", () => {
      const half = event(30_000, "t").slice(1, -1);
      expect(told(`{${half},${half}}`)).toEqual([{ keys: 30_000, events: 1, faults: [] }]);
    });

    it("sets aside one whose keys are too long together, and says that", () => {
      const long = "k".repeat(1 << 20);
      const of = (count: number) =>
        JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [`${n}${long}`, n])));
      expect(told(of(7))[0]).toMatchObject({ events: 1, faults: [] });
      const all = told(of(9), '{"u":1}');
      expect(all.flatMap(({ faults }) => faults)).toEqual(["keys of more than 8 MiB together"]);
      expect(all.at(-1)).toMatchObject({ keys: 1, events: 1 });
    });
  });
});
