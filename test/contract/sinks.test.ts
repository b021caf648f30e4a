/** What every sink promises (src/lib/pipeline/contract/sink.ts), over every kind of sink. */
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Block } from "../../src/lib/event/block.js";
import type { Sink } from "../../src/lib/pipeline/contract/sink.js";
import type { Output } from "../../src/lib/pipeline/contract/terminal.js";
import { AppendSink } from "../../src/lib/sinks/append/append-sink.js";
import { FileSink, OutputSink, PrintedFile } from "../../src/lib/sinks/file/output.js";
import { StoreSink } from "../../src/lib/sinks/store/store.js";
import { EventView } from "../../src/lib/sinks/view/event-view.js";
import { SummaryTable } from "../../src/lib/sinks/view/pattern-table.js";
import { paletteOf } from "../../src/lib/terminal/colours.js";
import { blocksOf, readFacts, storeOptions } from "../lib/store/support.js";
import { type Settled, watched } from "../support/deliveries.js";
import { temporaryDirectory } from "../support/logpipe.js";
import { FlakyRemote } from "./ends/flaky-remote.js";

interface Kind {
  readonly name: string;
  open(directory: string): Promise<Sink>;
  /** What anybody can read of it: each event's `n`. Undefined: it is printed to a reader that may be slow or gone. */
  readonly stored?: (directory: string) => Promise<readonly number[]>;
}

const FILE = "out";
const inFile = async (directory: string) => {
  const path = join(directory, FILE);
  return existsSync(path)
    ? [...readFileSync(path, "utf8").matchAll(/n[":= ]+(\d+)/g)].map(([, n]) => Number(n))
    : [];
};
const looksOf = (output: Output) => ({ palette: paletteOf(output), zone: "UTC", fields: undefined });

const kinds: readonly Kind[] = [
  { name: "a file", open: (directory) => FileSink.open(join(directory, FILE)), stored: inFile },
  {
    name: "an appended file",
    open: (directory) => AppendSink.open({ path: join(directory, FILE), syncDelayMs: 2 }),
    stored: inFile,
  },
  {
    name: "a printer into a file",
    open: (directory) => PrintedFile.open(join(directory, FILE), async (stdout) => new OutputSink(stdout)),
    stored: inFile,
  },
  {
    name: "a store",
    open: (directory) => StoreSink.open(storeOptions(join(directory, "logs"))),
    stored: async (directory) => {
      const facts = await readFacts(join(directory, "logs"));
      return facts.map((fact) => Number(/\bn\W+(\d+)/.exec(String(fact))?.[1]));
    },
  },
  {
    name: "a remote",
    open: async (directory) => {
      const send = async (body: string) => {
        // The last of those under way is answered first.
        for (let ticks = 4 - (Number(/\d+(?=\})/.exec(body)) % 4); ticks > 0; ticks--)
          await new Promise(setImmediate);
        appendFileSync(join(directory, FILE), body);
        return { status: 200 };
      };
      return new FlakyRemote({ send });
    },
    stored: inFile,
  },
];
const printers = [
  { name: "standard output", open: (output: Output) => new OutputSink(output) },
  { name: "a view", open: (output: Output) => new EventView(output, looksOf(output)) },
  { name: "a table of patterns", open: (output: Output) => new SummaryTable(output) },
];

const at = (offset: number) => ({ stream: "file", offset });
const block = (n: number, settled: Settled[] = []) =>
  watched(blocksOf([`{"timestamp":"2026-11-20T10:00:00Z","n":${n}}`], at(n + 1))[0]!, settled);
const storedIn = (settled: readonly Settled[]) =>
  settled.flatMap(({ cursor, outcome }) => (outcome.kind === "stored" ? [cursor.offset] : []));

describe.each(kinds)("sink: $name", ({ open, stored }) => {
  it("settles each block once, as stored once it is there", async () => {
    const directory = temporaryDirectory();
    const sink = await open(directory);
    const settled: Settled[] = [];
    const missing: number[] = [];
    for (let n = 0; n < 20; n++) {
      await sink.write(block(n, settled));
      if (n % 7 === 6) await sink.flush();
      if (n % 5 !== 0) continue;
      const known = storedIn(settled);
      const there = new Set(known.length === 0 ? [] : await stored!(directory));
      missing.push(...known.filter((offset) => !there.has(offset - 1)));
    }
    await sink.close();
    expect(missing).toEqual([]);
    expect(storedIn(settled).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
    expect(settled).toHaveLength(20);
    expect((await stored!(directory)).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, n) => n),
    );
  });

  it("takes nothing away that an earlier run has acknowledged, or says beforehand that it would", async () => {
    const directory = temporaryDirectory();
    const first = await open(directory);
    await first.write(block(0));
    await first.close();
    const second = await open(directory);
    if (second.replaces !== undefined) {
      await second.abandon!();
      expect(await stored!(directory)).toEqual([0]);
      return;
    }
    await second.write(block(1));
    await second.close();
    expect((await stored!(directory)).toSorted((a, b) => a - b)).toEqual([0, 1]);
  });

  it("leaves what was there as it was when the run fails, and nothing beside it", async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, FILE), '{"n":7}\n');
    const sink = await open(directory);
    const settled: Settled[] = [];
    if (sink.abandon === undefined) return void (await sink.close());
    await sink.write(block(0, settled));
    await sink.abandon();
    expect(settled).toEqual([]);
    expect(readFileSync(join(directory, FILE), "utf8")).toBe('{"n":7}\n');
    expect(readdirSync(directory)).toEqual([FILE]);
  });
});

describe.each(printers)("sink: $name", ({ open }) => {
  const output = (write: () => Promise<boolean>): Output =>
    ({ write, isTerminal: false, hasColour: false, columns: 80 }) as Output;
  const record = (settled: Settled[]) => {
    const made = new Block(
      Buffer.from('{"timestamp":"2026-11-20T10:00:00Z","count":1,"share":1,"pattern":"x","message":"x"}\n'),
    );
    made.cursor = at(1);
    return watched(made, settled);
  };

  it("has stored what the reader has taken", async () => {
    let texts = 0;
    const sink = open(output(async () => ++texts > 0));
    const settled: Settled[] = [];
    expect(await sink.write(record(settled))).toBe(true);
    await sink.close();
    expect(storedIn(settled)).toEqual([1]);
    expect(texts).toBeGreaterThan(0);
  });

  it("has not stored what a reader who has gone did not take", async () => {
    const sink = open(output(async () => false));
    const settled: Settled[] = [];
    await sink.write(record(settled));
    await sink.close();
    expect(storedIn(settled)).toEqual([]);
  });

  it("fails with what the output says, and has stored nothing", async () => {
    const sink = open(output(() => Promise.reject(new Error("no space"))));
    const settled: Settled[] = [];
    await expect(sink.write(record(settled)).then(() => sink.close())).rejects.toThrow("no space");
    expect(storedIn(settled)).toEqual([]);
  });
});
