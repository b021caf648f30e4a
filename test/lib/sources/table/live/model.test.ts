import fc from "fast-check";
import { expect, test } from "vitest";
import { compactFiles } from "../../../../../src/lib/store/maintain/compact.js";
import { deleteEvents } from "../../../../../src/lib/store/maintain/delete.js";
import { openBench } from "../../../store/maintain/support.js";
import { temporaryDirectory } from "../../../store/support.js";
import { eventOf, liveSource, Memory, newTable, readLive, recover, Writer } from "./support.js";

/** What may happen to a table and its reader. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("append" as const), writer: fc.nat(1) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("roll" as const), writer: fc.nat(1) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("store" as const), writer: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("abandon" as const), writer: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("recover" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("compact" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete" as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("read" as const),
      blocks: fc.integer({ min: 1, max: 8 }),
      unsettled: fc.nat(3),
    }),
  },
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class Model {
  readonly directory: string;
  readonly kept = new Memory();
  readonly given: string[] = [];
  readonly written: string[] = [];
  readonly #writers: (Writer | undefined)[] = [];

  constructor(directory: string) {
    this.directory = directory;
  }

  async run(one: Step): Promise<void> {
    if (one.kind === "append") {
      const lines = [this.#event(), this.#event()];
      await (await this.#writer(one.writer)).append(lines);
    } else if (one.kind === "roll") await (await this.#writer(one.writer)).roll();
    else if (one.kind === "store") await (await this.#writer(one.writer)).store();
    else if (one.kind === "abandon") await this.abandon(one.writer);
    else if (one.kind === "recover") await recover(this.directory);
    else if (one.kind === "read") await this.read(one.blocks, one.unsettled);
    else await this.#maintain(one.kind);
  }

  async read(blocks = Number.POSITIVE_INFINITY, unsettled = 0): Promise<void> {
    const lines = this.written.length - this.given.length;
    if (lines === 0) return;
    this.given.push(...(await readLive(liveSource(this.directory, this.kept), { lines, blocks, unsettled })));
  }

  async abandon(n: number): Promise<void> {
    await this.#writers[n]?.abandon();
    this.#writers[n] = undefined;
  }

  async #maintain(kind: "compact" | "delete"): Promise<void> {
    const bench = await openBench(this.directory);
    if (kind === "compact") await compactFiles({ ...bench, targetBytes: 1 << 20 });
    // What was not given yet may come as long as its file is there.
    else if (this.given.length === this.written.length) {
      // It waits for what live writers have not stored.
      for (const writer of this.#writers) await writer?.storeAll();
      await recover(this.directory);
      await deleteEvents({ ...bench, condition: `n % 5 = ${this.written.length % 5}` });
    }
  }

  #event(): string {
    const line = eventOf(this.written.length);
    this.written.push(line);
    return line;
  }

  async #writer(n: number): Promise<Writer> {
    return (this.#writers[n] ??= await Writer.open(this.directory));
  }
}

test("each event is given once, whatever becomes of its segment and of the reader", {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 30 }), async (steps) => {
      const model = new Model(temporaryDirectory());
      model.written.push(eventOf(0));
      await newTable(model.directory, [...model.written]);
      for (const one of steps) await model.run(one);
      await model.read();
      // Whatever would come twice comes before the last.
      await model.abandon(0);
      await model.abandon(1);
      await recover(model.directory);
      await model.run({ kind: "append", writer: 0 });
      await model.read();
      await model.abandon(0);
      expect([...model.given].sort()).toEqual([...model.written].sort());
    }),
    { numRuns: Number(process.env["LIVE_RUNS"] ?? 25) },
  );
});
