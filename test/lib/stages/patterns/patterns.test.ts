import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Block } from "../../../../src/lib/event/block.js";
import type { DeadLetter } from "../../../../src/lib/event/dead-letter.js";
import { readBaseline } from "../../../../src/lib/stages/patterns/baseline.js";
import { type PatternOptions, Patterns } from "../../../../src/lib/stages/patterns/patterns.js";

const DEFAULTS: PatternOptions = {
  field: "message",
  timeField: "timestamp",
  isAnnotating: false,
  hasVariables: false,
  top: undefined,
  isNewOnly: false,
  newSinceMs: undefined,
  baseline: undefined,
  max: 1000,
};

interface Outcome {
  readonly output: string;
  readonly rejected: readonly DeadLetter[];
  readonly counts: Readonly<Record<string, number>>;
}

function run(
  input: string | readonly (string | Buffer)[],
  options: Partial<PatternOptions> = {},
  isReloading = false,
): Outcome {
  const rejected: DeadLetter[] = [];
  const counts: Record<string, number> = {};
  const context = {
    nowMs: () => 0,
    reject: (letter: DeadLetter) => rejected.push(letter),
    count: (name: string, by = 1) => {
      counts[name] = (counts[name] ?? 0) + by;
    },
  };
  const output: Buffer[] = [];
  const emit = (block: Block) => output.push(block.bytes) > 0;
  const make = () => new Patterns({ ...DEFAULTS, ...options }, context);
  let stage = make();
  for (const piece of typeof input === "string" ? [input] : input) {
    if (isReloading) {
      const state = structuredClone(stage.save());
      stage = make();
      stage.load(state);
    }
    stage.push(new Block(Buffer.from(piece)), emit);
  }
  stage.end(emit);
  return { output: Buffer.concat(output).toString(), rejected, counts };
}

const records = (output: string) =>
  output
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
const event = (message: string, more = "") => `{"message":${JSON.stringify(message)}${more}}\n`;

describe("annotating", () => {
  it("adds two fields and changes nothing else", () => {
    const odd =
      '{ "id":9223372036854775807, "f":1.0,"a":1,"a":2,"message" : "took 5 ms" , "e":"\\u00e9\\ud800" }  \n';
    const { output } = run(odd, { isAnnotating: true });
    expect(output.replace(/,"pattern_id":"[0-9a-f]{12}","pattern":"took <duration>"/, "").trimEnd()).toBe(
      odd.trimEnd(),
    );
  });

  it("passes events without a text as they are, in their place, and counts them", () => {
    const lines = [event("a 1"), '{"level":"info"}\n', '{"message":17}\n', "{}\n", event("a 2")];
    const { output, counts } = run(lines.join(""), { isAnnotating: true });
    expect(output.split("\n").slice(1, 4)).toEqual(['{"level":"info"}', '{"message":17}', "{}"]);
    expect(counts).toEqual({ without_message: 3 });
  });

  it("writes over fields of the same names in their place", () => {
    const { output } = run('{"pattern":1,"message":"a 1","pattern_id":null}\n', { isAnnotating: true });
    expect(output).toMatch(/^\{"pattern":"a <num>","message":"a 1","pattern_id":"[0-9a-f]{12}"\}\n$/);
  });

  it("sees a name that is written with escapes", () => {
    const { output } = run('{"message":"a 1","\\u0070attern":"old"}\n', { isAnnotating: true });
    expect(records(output)[0].pattern).toBe("a <num>");
    expect(output).not.toContain("old");
  });

  it("gives the variables as text, decoded", () => {
    const { output } = run('{"message":"caf\\u00e9 \\"x\\" took 5\\u0020ms for 10.0.0.1"}\n', {
      isAnnotating: true,
      hasVariables: true,
    });
    expect(records(output)[0]).toMatchObject({
      pattern: 'café "x" took <duration> for <ip>',
      variables: ["5 ms", "10.0.0.1"],
    });
  });

  it("makes events of plain lines, without carriage returns", () => {
    const { output } = run('job 7 done\r\n\n{"message":"job 8 done"}\njob 9 done\n', { isAnnotating: true });
    expect(records(output).map(({ message, pattern }) => [message, pattern])).toEqual([
      ["job 7 done", "job <num> done"],
      ["job 8 done", "job <num> done"],
      ["job 9 done", "job <num> done"],
    ]);
  });

  it("gives each event the id that the summary has, or names as a former one", () => {
    const lines = ["ann", "bob", "eve", "joe", "kim"].map((user) =>
      event(`login of ${user} was refused by policy`),
    );
    const annotated = records(run(lines.join(""), { isAnnotating: true }).output);
    const [only, ...others] = records(run(lines.join("")).output);
    expect(others).toEqual([]);
    for (const { pattern_id } of annotated)
      expect([only.pattern_id, ...only.former_ids]).toContain(pattern_id);
    expect(annotated.at(-1)!.pattern_id).toBe(only.pattern_id);
  });
});

describe("lines that are no events", () => {
  it("are set aside when they begin like one", () => {
    const { rejected, output } = run(`${event("a 1")}{"broken":\n${event("a 2")}`);
    expect(rejected.map(({ line, raw }) => [line, raw.toString()])).toEqual([[1, '{"broken":']]);
    expect(records(output)[0].count).toBe(2);
  });

  it("have their place in the block also behind plain lines", () => {
    const { rejected } = run(`plain 1\nplain 2\n${event("a")}{"x"\nplain 3\n`);
    expect(rejected.map(({ line }) => line)).toEqual([3]);
  });

  it("of bytes that are not UTF-8 are set aside as events, and taken as plain lines", () => {
    const bad = Buffer.concat([Buffer.from('{"message":"'), Buffer.from([0xff]), Buffer.from('"}\n')]);
    expect(run([bad]).rejected).toHaveLength(1);
    const plain = Buffer.concat([Buffer.from("value "), Buffer.from([0xff, 0x31]), Buffer.from("\n")]);
    const { output } = run([plain], { isAnnotating: true, hasVariables: true });
    expect(records(output)[0].message).toBe("value \ufffd1");
  });
});

describe("the summary", () => {
  it("has counts, shares, times, levels and an example, the most frequent first", () => {
    const at = (second: number) => `,"timestamp":"2026-11-22T10:00:0${second}.5Z"`;
    const lines = [
      event("disk full", at(3)),
      event("got 5", `${at(2)},"level":"warn"`),
      event("got 7", `${at(1)},"level":"info"`),
      event("got 9", ',"level":"info"'),
    ];
    const [most, least] = records(run(lines.join("")).output);
    expect(most).toMatchObject({
      pattern: "got <num>",
      count: 3,
      share: 0.75,
      first_seen: "2026-11-22T10:00:01.500Z",
      last_seen: "2026-11-22T10:00:02.500Z",
      levels: { info: 2, warn: 1 },
      example: "got 5",
    });
    expect(least).toMatchObject({ pattern: "disk full", count: 1 });
    expect(least).not.toHaveProperty("levels");
    expect(records(run(lines.join(""), { top: 1 }).output)).toEqual([most]);
  });

  it("takes the text from `raw` where there is no message, or from another field", () => {
    expect(records(run('{"raw":"line 5"}\n').output)[0].pattern).toBe("line <num>");
    expect(records(run('{"a":{"b":"line 5"},"message":"x"}\n', { field: "a.b" }).output)[0].pattern).toBe(
      "line <num>",
    );
  });

  it("is empty for nothing", () => {
    expect(run("").output).toBe("");
    expect(run("\n\n").output).toBe("");
  });

  it("says what is new since a moment", () => {
    const lines = [
      event("old 1", ',"timestamp":1000000000'),
      event("new 1", ',"timestamp":2000000000'),
      event("old 2", ',"timestamp":2000000001'),
    ];
    const found = records(run(lines.join(""), { newSinceMs: 1_500_000_000_000 }).output);
    expect(found.map(({ pattern, new: isNew }) => [pattern, isNew])).toEqual([
      ["old <num>", false],
      ["new <num>", true],
    ]);
    const only = run(lines.join(""), { newSinceMs: 1_500_000_000_000, isNewOnly: true });
    expect(records(only.output).map(({ pattern }) => pattern)).toEqual(["new <num>"]);
  });

  it("is a baseline for a later one: same ids, what is new, what did not come", () => {
    const users = ["ann", "bob", "eve", "joe"].map((user) => event(`login of ${user} was refused by policy`));
    const first = run(
      [...users, event("disk 5 full"), event("gone for good", ',"timestamp":"2026-11-22T10:00:00Z"')].join(
        "",
      ),
    ).output;
    const later =
      event("login of someone was refused by policy") + event("disk 6 full") + event("a new thing");
    const baseline = readBaseline("known.ndjson", first);
    const found = records(run(later, { baseline }).output);
    const byText = new Map(records(first).map(({ pattern, pattern_id }) => [pattern, pattern_id]));
    expect(found.map(({ pattern, count, new: isNew }) => [pattern, count, isNew])).toEqual([
      ["login of <*> was refused by policy", 1, false],
      ["disk <num> full", 1, false],
      ["a new thing", 1, true],
      ["gone for good", 0, false],
    ]);
    for (const { pattern, pattern_id, new: isNew } of found)
      if (!isNew) expect(pattern_id).toBe(byText.get(pattern));
    expect(found.at(-1)).toMatchObject({ last_seen: "2026-11-22T10:00:00.000Z" });
  });

  it("refuses as a baseline what is none", () => {
    expect(() => readBaseline("x", '{"a":1}\n')).toThrow(/record 1 is no pattern/);
    expect(() => readBaseline("x", "text\n")).toThrow(/record 1 is no pattern/);
    expect(readBaseline("x", "\n")).toEqual([]);
  });

  it("counts what it had to forget", () => {
    const letters = (n: number) => [...String(n)].map((digit) => "abcdefghij"[Number(digit)]).join("");
    const lines = Array.from({ length: 200 }, (_, n) => event(`${letters(n)}x`)).join("");
    const { counts, output } = run(lines, { max: 20 });
    expect(counts.forgotten_patterns).toBeGreaterThan(100);
    expect(records(output).length).toBeLessThanOrEqual(20);
  });
});

const line = fc.oneof(
  fc.constantFrom(
    "{}",
    "[1]",
    '{"x":',
    "plain 5 text",
    "",
    '{"message":null}',
    '{"message":"q\\"5\\"","pattern":1}',
  ),
  fc
    .tuple(fc.constantFrom("ann", "bob", "eve", "joe", "5", "10.0.0.1"), fc.constantFrom("in", "out", "up"))
    .map(([who, how]) =>
      event(`user ${who} has logged ${how}`, ',"level":"info","timestamp":"2026-11-22T10:00:00Z"').trimEnd(),
    ),
);

it.each([{ isAnnotating: true }, { isAnnotating: true, hasVariables: true }, {}])(
  "gives the same at any cut, saved and loaded there or not: %j",
  (options) => {
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 60 }),
        fc.array(fc.nat(60), { maxLength: 6 }),
        (lines, cuts) => {
          const whole = run(lines.map((own) => `${own}\n`).join(""), options);
          const pieces: string[] = [""];
          lines.forEach((own, n) => {
            if (cuts.includes(n)) pieces.push("");
            pieces[pieces.length - 1] += `${own}\n`;
          });
          for (const isReloading of [false, true]) {
            const cut = run(pieces, options, isReloading);
            expect(cut.output).toBe(whole.output);
            expect(cut.counts).toEqual(whole.counts);
            expect(cut.rejected.map(({ raw }) => raw.toString())).toEqual(
              whole.rejected.map(({ raw }) => raw.toString()),
            );
          }
        },
      ),
    );
  },
);
