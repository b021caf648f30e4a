/**
 * What header lines say of those behind them holds wherever the input is cut, for each stream its own, and over a
 * restart.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import parse from "../../../../../src/commands/stages/parse.js";
import { Block } from "../../../../../src/lib/event/block.js";
import { defaultsOf } from "../../../../../src/lib/options/options.js";
import { Aligner } from "../../../../../src/lib/pipeline/chain/aligner.js";
import { frame } from "../../../../../src/lib/pipeline/chain/builtin-stages.js";
import { Chain } from "../../../../../src/lib/pipeline/chain/chain.js";
import { learnHeaders } from "../../../../../src/lib/stages/parse/memory/learn.js";
import { runs } from "../../../../support/runs.js";
import { parsedApart, parsedInTurn } from "../records/support.js";

const W3C = ["#Version: 1.0", "#Fields: date time c-ip cs-method cs-uri-stem sc-status"];
const W3C_LATER = ["#Fields: date time cs-method cs-uri-stem sc-status c-ip"];
const ZEEK = ["#separator \\x09", "#path\tdns", "#fields\tts\tuid\tquery", "#types\ttime\tstring\tstring"];
const ZEEK_LATER = ["#fields\tts\tquery\tuid"];
const ROWS = [
  "2026-11-21 10:00:02 192.0.2.7 GET /cart 200",
  "2026-11-21 10:00:03 GET /cart 500 192.0.2.8",
  "1795255201.5\tCq1mXk\tshop.example",
  "1795255202.5\tshop.example\tCq1mXk",
];
const OTHERS = [
  "2026-11-21 10:00:01 ERROR something broke",
  "java.lang.IllegalStateException: broken",
  "\tat com.example.Shop.main(Shop.java:7)",
  '192.0.2.7 - - [21/Nov/2026:10:00:01 +0000] "GET / HTTP/1.1" 200 5 "-" "-"',
  '{"time":"2026-11-21T10:00:00Z","msg":"#fields"}',
  "# a comment",
  "#fieldsore",
  "",
];
const lines = fc.array(
  fc.constantFrom(W3C, W3C_LATER, ZEEK, ZEEK_LATER, ...[...ROWS, ...OTHERS].map((line) => [line])),
  {
    minLength: 1,
    maxLength: 40,
  },
);
const RUNS = { numRuns: runs(200) };

const text = (all: readonly string[]) => all.map((line) => `${line}\n`).join("");

function cutAt(all: readonly string[], cuts: Iterable<boolean>): string[] {
  const pieces: string[] = [];
  const cut = cuts[Symbol.iterator]();
  let piece = "";
  for (const line of all) {
    piece += `${line}\n`;
    if (cut.next().value !== true) continue;
    pieces.push(piece);
    piece = "";
  }
  return piece === "" ? pieces : [...pieces, piece];
}

describe("a header", () => {
  it("is known behind it wherever the input is cut", () => {
    fc.assert(
      fc.property(lines, fc.infiniteStream(fc.boolean()), (parts, cuts) => {
        const all = parts.flat();
        const whole = parsedInTurn([text(all)]);
        expect(parsedApart([text(all)])).toBe(whole);
        expect(parsedInTurn(cutAt(all, cuts))).toBe(whole);
        expect(parsedApart(cutAt(all, cuts))).toBe(whole);
      }),
      RUNS,
    );
  });

  it("is known where lines come as events of ingest, for each file its own", () => {
    fc.assert(
      fc.property(lines, lines, fc.infiniteStream(fc.boolean()), (a, b, cuts) => {
        const [ofA, ofB] = [a.flat(), b.flat()].map((all, n) => framed(all, `${"ab"[n]}.log`));
        const mixed = mixture(ofA!, ofB!, cuts);
        expect(parsedApart(cutAt(mixed, cuts))).toBe(parsedInTurn([text(mixed)]));
        expect(parsedInTurn(cutAt(mixed, cuts))).toBe(parsedInTurn([text(mixed)]));
      }),
      RUNS,
    );
  });

  it("is not that of another file whose lines come in turn", () => {
    const event = (line: string, source: string) => JSON.stringify({ source, raw: line });
    const mixed = [
      event(W3C[1]!, "a.log"),
      event(ZEEK[2]!, "b.log"),
      event(ROWS[0]!, "a.log"),
      event(ROWS[2]!, "b.log"),
    ];
    const events = parsedApart(mixed.map((line) => `${line}\n`))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events).toEqual([
      {
        timestamp: "2026-11-21T10:00:02Z",
        client_ip: "192.0.2.7",
        method: "GET",
        path: "/cart",
        status: 200,
        source: "a.log",
      },
      { timestamp: "2026-11-21T10:00:01.5Z", uid: "Cq1mXk", query: "shop.example", source: "b.log" },
    ]);
  });
});

interface Piece {
  readonly stream: string;
  readonly text: string;
}

/** Where two streams take turns, a record ends: here none goes on. */
const single = lines.map((parts) => parts.filter((part) => !/^\tat|^java|^$/.test(part[0]!)));

/** Two files, read in turns, each with a cursor; begun again behind any of the pieces that came out. */
it("is known to the next run, with streams that take turns", () => {
  fc.assert(
    fc.property(single, single, fc.infiniteStream(fc.boolean()), fc.nat(60), (a, b, cuts, stopAt) => {
      const pieces = turns(cutAt(a.flat(), cuts), cutAt(b.flat(), cuts), cuts);
      const apart = ["a", "b"].map((stream) => eventsOf(pieces.filter((piece) => piece.stream === stream)));
      const first = new Running(new Map(), new Map());
      const saved = first.run(pieces, stopAt);
      const rest = pieces.filter(({ stream }, n) => n >= (saved.offsets.get(stream) ?? 0));
      const second = new Running(saved.known, saved.held);
      second.run(rest, Number.POSITIVE_INFINITY);
      for (const [n, stream] of ["a", "b"].entries())
        expect(sorted((first.out.get(stream) ?? "") + (second.out.get(stream) ?? ""))).toEqual(
          sorted(apart[n]!),
        );
    }),
    RUNS,
  );
});

const sorted = (events: string) => events.split("\n").sort();

function eventsOf(pieces: readonly Piece[]): string {
  const running = new Running(new Map(), new Map());
  running.run(pieces, Number.POSITIVE_INFINITY);
  return [...running.out.values()].join("");
}

class Running {
  readonly out = new Map<string, string>();
  private readonly aligner: Aligner;
  private readonly chain: Chain;
  private readonly offsets = new Map<string, number>();
  private readonly known = new Map<string, string>();
  private readonly held = new Map<string, Buffer>();

  constructor(known: ReadonlyMap<string, string>, held: ReadonlyMap<string, Buffer>) {
    const given = { operands: [], options: defaultsOf(parse.options) };
    this.chain = new Chain([{ declaration: parse, given }], () => Date.UTC(2026, 10, 21, 12));
    this.aligner = new Aligner(parse.align!(given)!);
    this.aligner.load(
      [...held].map(([stream, bytes]) => blockOf(stream, bytes.toString(), 0)),
      known,
    );
  }

  /** Reads pieces until so many blocks have come out. What was saved with the cursors of these. */
  run(pieces: readonly Piece[], most: number) {
    let out = 0;
    for (let read = 0; read < pieces.length && out < most; read++) {
      const { stream, text } = pieces[read]!;
      for (const block of this.aligner.push(blockOf(stream, text, read + 1))) out += this.take(block);
    }
    if (out < most) for (const block of this.aligner.release()) this.take(block);
    return { offsets: this.offsets, known: this.known, held: this.held };
  }

  private take(block: Block): number {
    const { cursor, held, knownBehind } = block;
    const { stream, offset } = cursor!;
    this.offsets.set(stream, offset);
    if (held === undefined) this.held.delete(stream);
    else this.held.set(stream, held);
    if (knownBehind !== undefined) this.known.set(stream, knownBehind);
    const events = this.chain.pushWhole(block).map(({ bytes }) => bytes.toString());
    this.out.set(stream, (this.out.get(stream) ?? "") + events.join(""));
    return 1;
  }
}

function blockOf(stream: string, text: string, offset: number): Block {
  const block = new Block(Buffer.from(text));
  block.origin = { name: `${stream}.log` };
  block.cursor = { stream, offset };
  return block;
}

function turns(a: readonly string[], b: readonly string[], choices: Iterable<boolean>): Piece[] {
  const ofA = a.map((text) => ({ stream: "a", text }));
  const ofB = b.map((text) => ({ stream: "b", text }));
  return mixture(ofA, ofB, choices);
}

function mixture<T>(a: readonly T[], b: readonly T[], choices: Iterable<boolean>): T[] {
  const [left, right] = [[...a], [...b]];
  const choice = choices[Symbol.iterator]();
  const all: T[] = [];
  while (left.length > 0 || right.length > 0) {
    const isLeft = right.length === 0 || (left.length > 0 && choice.next().value === true);
    all.push((isLeft ? left : right).shift()!);
  }
  return all;
}

function framed(all: readonly string[], source: string): string[] {
  const events: string[] = [];
  frame.create({} as never).push(new Block(Buffer.from(text(all)), { source }), ({ bytes }) => {
    events.push(...bytes.toString().trimEnd().split("\n"));
    return true;
  });
  return events;
}

/** Lines with dates of numbers, of which some say what is the day. */
const dated = fc.array(
  fc.constantFrom(
    "03/04/2026 10:00:01 both",
    "21/11/2026 10:00:02 the day first",
    "11/21/2026 10:00:03 the month first",
    "[04/03/2026 10:00:04] both, in brackets",
    '192.0.2.7 - - [21/Nov/2026:10:00:01 +0000] "GET / HTTP/1.1" 200 5 "-" "-"',
    "java.lang.IllegalStateException: broken",
    "\tat com.example.Shop.main(Shop.java:7) 21/11/2026 10:00",
    "app-1  | 21/11/2026 10:00:05 in wrapping",
    '{"time":"2026-11-21T10:00:00Z","msg":"05/06/2026 10:00:00"}',
    "",
    W3C[1]!,
    ROWS[0]!,
  ),
  { minLength: 1, maxLength: 30 },
);

describe("the order of the numbers of dates", () => {
  it("is that of the first line that says it, for the lines from there on, wherever the input is cut", () => {
    fc.assert(
      fc.property(dated, fc.infiniteStream(fc.boolean()), (all, cuts) => {
        const whole = parsedInTurn([text(all)]);
        expect(parsedApart([text(all)])).toBe(whole);
        expect(parsedInTurn(cutAt(all, cuts))).toBe(whole);
        expect(parsedApart(cutAt(all, cuts))).toBe(whole);
        expect(parsedApart(all.map((line) => `${line}\n`))).toBe(whole);
      }),
      RUNS,
    );
  });

  it("is looked for where one of the first 64 lines has such a date", () => {
    const days = (lines: readonly string[]) =>
      parsedApart(lines.map((line) => `${line}\n`))
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).timestamp?.slice(0, 10));
    const both = "03/04/2026 10:00:01 INFO both";
    expect(days([both, both])).toEqual(["2026-03-04", "2026-03-04"]);
    expect(days([both, "21/11/2026 10:00:02 INFO a day", both])).toEqual([
      "2026-03-04",
      "2026-11-21",
      "2026-04-03",
    ]);
    expect(days([both, "11/21/2026 10:00:02 INFO a day", both])).toEqual([
      "2026-03-04",
      "2026-11-21",
      "2026-03-04",
    ]);
    expect(days(["a title", "21/11/2026 10:00:02 INFO a day", both])).toEqual([
      undefined,
      "2026-11-21",
      "2026-04-03",
    ]);
    const titles = (count: number) => Array.from({ length: count }, () => "a title");
    const third = (lines: readonly string[]) => days(lines).at(-1);
    expect(third([...titles(63), "21/11/2026 10:00:02 INFO a day", both])).toBe("2026-04-03");
    expect(third([...titles(64), "21/11/2026 10:00:02 INFO a day", both])).toBe("2026-03-04");
  });

  it("is known to the next block as a short text, and costs nothing where there is none", () => {
    expect(learnHeaders(Buffer.from("03/04/2026 10:00:01 both\n"), undefined)).toBe('{"dates":"open"}');
    expect(learnHeaders(Buffer.from("21/11/2026 10:00:01 a day\n"), '{"dates":"open"}')).toBe(
      '{"dates":"dmy"}',
    );
    expect(learnHeaders(Buffer.from("11/21/2026 10:00:01 a day\n"), '{"dates":"dmy"}')).toBe(
      '{"dates":"dmy"}',
    );
    expect(learnHeaders(Buffer.from("no date\n"), undefined)).toBe('{"dates":63}');
    expect(learnHeaders(Buffer.from("no date\n21/11/2026 10:00:01 a day\n"), '{"dates":2}')).toBe(
      '{"dates":"dmy"}',
    );
    expect(learnHeaders(Buffer.from("no date\n".repeat(63)), '{"dates":63}')).toBe("");
    expect(learnHeaders(Buffer.from("no date\n".repeat(64)), undefined)).toBe("");
  });
});

describe("learn", () => {
  it("keeps what counts of a header, and the last one where they are many", () => {
    const known = learnHeaders(Buffer.from(text([...W3C, "x", ...W3C_LATER])), "");
    expect(JSON.parse(known)).toEqual({
      "": { header: "#fields: date time cs-method cs-uri-stem sc-status c-ip" },
    });
    expect(learnHeaders(Buffer.from(text(OTHERS)), known)).toBe(known);
    expect(learnHeaders(Buffer.from(text(OTHERS)), "")).toBe("");
  });

  it("does not take for a header what is too long, or no header line", () => {
    expect(learnHeaders(Buffer.from(`#Fields: ${"x ".repeat(40_000)}\n`), "")).toBe("");
    expect(
      learnHeaders(Buffer.from("version of-the app has-changed\n#separator of things\n#Fieldset: 7\n"), ""),
    ).toBe("");
  });
});
