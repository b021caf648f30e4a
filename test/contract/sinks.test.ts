/** What every sink promises (src/lib/stage/sink.ts), over every kind of sink. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FileSink, OutputSink, PrintedFile } from "../../src/lib/engine/output.js";
import { Block } from "../../src/lib/event/block.js";
import type { Position } from "../../src/lib/event/position.js";
import { SummaryTable } from "../../src/lib/patterns/table.js";
import { StoreSink } from "../../src/lib/sink/store.js";
import type { Sink } from "../../src/lib/stage/sink.js";
import type { Output } from "../../src/lib/stage/terminal.js";
import { paletteOf } from "../../src/lib/terminal/colours.js";
import { EventView } from "../../src/lib/terminal/event-view.js";
import { blocksOf, readFacts, storeOptions } from "../lib/table/support.js";
import { temporaryDirectory } from "../support/logpipe.js";

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
];
const printers = [
  { name: "standard output", open: (output: Output) => new OutputSink(output) },
  { name: "a view", open: (output: Output) => new EventView(output, looksOf(output)) },
  { name: "a table of patterns", open: (output: Output) => new SummaryTable(output) },
];

const SOURCE = "file";
const at = (offset: number): Position => ({ source: SOURCE, offset }) as Position;
const block = (n: number) => blocksOf([`{"timestamp":"2026-11-20T10:00:00Z","n":${n}}`], at(n + 1))[0]!;

function acknowledged(sink: Sink): number[] {
  const offsets: number[] = [];
  sink.onDurable = (position) => void offsets.push(position.offset);
  return offsets;
}

describe.each(kinds)("sink: $name", ({ open, stored }) => {
  it("acknowledges in order, and nothing that is not there", async () => {
    const directory = temporaryDirectory();
    const sink = await open(directory);
    const offsets = acknowledged(sink);
    const missing: number[] = [];
    for (let n = 0; n < 20; n++) {
      await sink.write(block(n));
      if (n % 7 === 6) await sink.flush();
      const known = offsets.at(-1) ?? 0;
      if (known > 0 && n % 5 === 0) {
        const there = new Set(await stored!(directory));
        for (let m = 0; m < known; m++) if (!there.has(m)) missing.push(m);
      }
    }
    await sink.close();
    expect(missing).toEqual([]);
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
    expect(offsets.at(-1)).toBe(20);
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
    const offsets = acknowledged(sink);
    if (sink.abandon === undefined) return void (await sink.close());
    await sink.write(block(0));
    await sink.abandon();
    expect(offsets).toEqual([]);
    expect(readFileSync(join(directory, FILE), "utf8")).toBe('{"n":7}\n');
    expect(readdirSync(directory)).toEqual([FILE]);
  });
});

describe.each(printers)("sink: $name", ({ open }) => {
  const output = (write: () => Promise<boolean>): Output =>
    ({ write, isTerminal: false, hasColour: false, columns: 80 }) as Output;
  const record = new Block(
    Buffer.from('{"timestamp":"2026-11-20T10:00:00Z","count":1,"share":1,"pattern":"x","message":"x"}\n'),
    undefined,
    at(1),
  );

  it("acknowledges what the reader has taken", async () => {
    let texts = 0;
    const sink = open(output(async () => ++texts > 0));
    const offsets = acknowledged(sink);
    expect(await sink.write(record)).toBe(true);
    await sink.close();
    expect(offsets).toEqual([1]);
    expect(texts).toBeGreaterThan(0);
  });

  it("acknowledges nothing that a reader who has gone did not take", async () => {
    const sink = open(output(async () => false));
    const offsets = acknowledged(sink);
    await sink.write(record);
    await sink.close();
    expect(offsets).toEqual([]);
  });

  it("fails with what the output says, and acknowledges nothing", async () => {
    const sink = open(output(() => Promise.reject(new Error("no space"))));
    const offsets = acknowledged(sink);
    await expect(sink.write(record).then(() => sink.close())).rejects.toThrow("no space");
    expect(offsets).toEqual([]);
  });
});
