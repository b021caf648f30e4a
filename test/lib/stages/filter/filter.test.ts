import fc from "fast-check";
import { describe, expect, it } from "vitest";
import filter from "../../../../src/commands/stages/filter.js";
import { Block } from "../../../../src/lib/event/block.js";
import type { DeadLetter } from "../../../../src/lib/event/dead-letter.js";
import { defaultsOf } from "../../../../src/lib/options/options.js";
import type { Transform } from "../../../../src/lib/pipeline/contract/stage.js";
import { readFilterSettings } from "../../../../src/lib/stages/filter/settings.js";

type Given = Parameters<typeof readFilterSettings>[0];

function givenOf(operands: string[], options: Partial<Given["options"]> = {}): Given {
  return { operands, options: { ...(defaultsOf(filter.options) as Given["options"]), ...options } };
}

interface Ran {
  readonly lines: string[];
  readonly counts: Record<string, number>;
  readonly rejected: string[];
}

/** Blocks end behind the lines of the given numbers; the stage is saved and loaded after each. */
function run(given: Given, lines: readonly string[], cuts: readonly number[] = []): Ran {
  const counts: Record<string, number> = {};
  const rejected: string[] = [];
  const context = {
    nowMs: () => Date.UTC(2026, 10, 22),
    reject: ({ raw }: { raw: Buffer }) => rejected.push(raw.toString()),
    count: (name: string, by = 1) => {
      counts[name] = (counts[name] ?? 0) + by;
    },
  };
  const create = () => filter.create(given as never, context, readFilterSettings(given, 0)) as Transform;
  let transform = create();
  let out = "";
  const ends = [...new Set([...cuts, lines.length])]
    .filter((cut) => cut > 0 && cut <= lines.length)
    .sort((a, b) => a - b);
  let start = 0;
  for (const end of ends) {
    const text = lines
      .slice(start, end)
      .map((line) => `${line}\n`)
      .join("");
    start = end;
    const isWanted = transform.push(new Block(Buffer.from(text)), (block) => {
      out += block.bytes.toString();
      return true;
    });
    if (!isWanted) break;
    const state = structuredClone(transform.save?.());
    transform = create();
    if (state !== undefined) transform.load?.(state);
  }
  return { lines: out.split("\n").slice(0, -1), counts, rejected };
}

const event = fc
  .record(
    {
      n: fc.integer({ min: 0, max: 9 }),
      level: fc.constantFrom("info", "warn", "error", "WARNING", "loud", 30),
      message: fc.constantFrom("read timeout", 'a "quoted" text', "größe", "", "Timeout"),
      user: fc.record({ id: fc.constantFrom("u1", "u2") }),
    },
    { requiredKeys: [] },
  )
  .map((value) => JSON.stringify(value));
const line = fc.oneof(
  { weight: 12, arbitrary: event },
  { weight: 1, arbitrary: fc.constantFrom("no json", "[1]", "") },
);
const lines = fc.array(line, { maxLength: 30 });
const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 6 });

const conditions = fc.constantFrom(
  givenOf(["n > 4"]),
  givenOf(['level == "error" || user.id == "u1"']),
  givenOf([], { level: "warn+" }),
  givenOf(["n < 8"], { grep: ["timeout"], ignoreCase: true }),
  givenOf([], { grep: ['"quoted"', "größe"] }),
  givenOf([], { grepRegex: ["t[a-z]+out"], grep: ["u2"] }),
  givenOf(["has(n)"], { where: ["n != 3"] }),
);
const isEvent = (text: string) => text.startsWith("{");

describe("filter", () => {
  it("and filter --invert together give every event, in order", () => {
    fc.assert(
      fc.property(conditions, lines, cuts, (given, input, at) => {
        const kept = run(given, input, at);
        const dropped = run({ ...given, options: { ...given.options, invert: true } }, input, at);
        expect(merged(input.filter(isEvent), kept.lines, dropped.lines)).toBe(true);
        expect(kept.counts.kept).toBe(input.length === 0 ? undefined : kept.lines.length);
      }),
      { numRuns: 300 },
    );
  });

  it("with lines around gives what a plain search for them gives, wherever blocks end", () => {
    const sizes = fc.record({
      before: fc.nat(4),
      after: fc.nat(4),
      most: fc.option(fc.nat(4), { nil: undefined }),
    });
    fc.assert(
      fc.property(conditions, lines, cuts, sizes, (given, input, at, { before, after, most }) => {
        const options = { ...given.options, beforeContext: before, afterContext: after, maxCount: most };
        const wanted = new Set(wantedPlaces(given, input));
        const events = input.map((text, n) => ({ text, n })).filter(({ text }) => isEvent(text));
        const flags = events.map(({ n }) => wanted.has(n));
        const expected = events.filter((_, n) => isAround(flags, n, before, after, most ?? Infinity));
        expect(run({ ...given, options }, input, at).lines).toEqual(expected.map(({ text }) => text));
      }),
      { numRuns: 500 },
    );
  });

  it("sets aside what is no event, with its bytes", () => {
    const { lines: kept, rejected } = run(givenOf(["n > 0"]), ['{"n":1}', "no json", '{"n":', '{"n":2}']);
    expect(kept).toEqual(['{"n":1}', '{"n":2}']);
    expect(rejected).toEqual(["no json", '{"n":']);
  });

  it("names the right line where only lines with the text are looked at", () => {
    const places: number[] = [];
    const context = {
      nowMs: () => 0,
      count: () => {},
      reject: ({ line: at = -1 }: DeadLetter) => places.push(at),
    };
    const given = givenOf([], { grep: ["x"] });
    const transform = filter.create(given as never, context, readFilterSettings(given, 0));
    const input = '{"a":"x"}\n{"a":"y"}\nbroken x\n{"a":"x"}\n{"a":"x"\n';
    transform.push(new Block(Buffer.from(input)), () => true);
    expect(places).toEqual([2, 4]);
  });

  it("counts the events that an expression says nothing of, and the fields they lack", () => {
    const { counts } = run(givenOf(["latency > 1"]), ['{"latency":2}', '{"latency":"x"}', "{}", "{}"]);
    expect(counts).toEqual({ kept: 1, dropped: 3, without_answer: 3, "without.latency": 2 });
  });

  it("hands on a block of which everything is kept as it is", () => {
    const bytes = Buffer.from('{"n":1}\n{"n":2}\n');
    const given = givenOf(["n > 0"]);
    const context = { nowMs: () => 0, count: () => {}, reject: () => {} };
    const out: Buffer[] = [];
    filter
      .create(given as never, context, readFilterSettings(given, 0))
      .push(new Block(bytes), (block) => out.push(block.bytes) > 0);
    expect(out[0]).toBe(bytes);
  });
});

/** Numbers of the lines that are kept without any lines around them. */
function wantedPlaces(given: Given, input: readonly string[]): number[] {
  return input.flatMap((text, n) => (isEvent(text) && run(given, [text]).lines.length > 0 ? [n] : []));
}

function isAround(
  flags: readonly boolean[],
  n: number,
  before: number,
  after: number,
  most: number,
): boolean {
  const found = flags.flatMap((flag, at) => (flag ? [at] : [])).slice(0, most);
  return found.some((at) => n >= at - before && n <= at + after);
}

/** Whether `all` can be split into the two, each in its order. */
function merged(all: readonly string[], a: readonly string[], b: readonly string[]): boolean {
  if (all.length !== a.length + b.length) return false;
  return [a, b].every((part) => {
    let next = 0;
    for (const text of all) if (text === part[next]) next++;
    return next === part.length;
  });
}
