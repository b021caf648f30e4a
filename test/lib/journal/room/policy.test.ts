/** Whatever sinks do with what they cannot take: those that block miss nothing, and every event is counted once. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Journal, JournalReader, ReaderOptions } from "../../../../src/lib/journal/journal.js";
import { append, drain, numbered, openJournal, range, take, temporaryDirectory } from "../support.js";

const LIMIT_BYTES = 12_000;
const ROUND = 40;

const policy = fc.record({
  onFull: fc.constantFrom("block", "drop-oldest", "drop-newest"),
  counts: fc.boolean(),
  /** How many it takes after each round, and whether it stores them. */
  takes: fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.boolean()), { minLength: 1, maxLength: 4 }),
});
type Policy = typeof policy extends fc.Arbitrary<infer T> ? T : never;

/** Each counted an event twice once. */
const COUNTED_WRONG: readonly (readonly Policy[])[] = [
  // The next reader begins within a segment that was given up, and is still there.
  [{ onFull: "block", counts: false, takes: [[5, true]] }],
];
const RANDOM_RUNS = 4;

const blocks = ({ counts, onFull }: Pick<ReaderOptions, "counts" | "onFull">) => counts && onFull === "block";

function statsOf(journal: Journal, name: string) {
  return journal.stats().readers.find((reader) => reader.name === name)!;
}

/** Takes so many, or all there is. */
async function takeSome(
  journal: Journal,
  reader: JournalReader,
  name: string,
  most: number,
  isStored: boolean,
) {
  const got: number[] = [];
  const reading = take(reader, most, isStored, got);
  const left = () => statsOf(journal, name).waitingEvents - (isStored ? 0 : got.length);
  await expect.poll(() => got.length >= most || left() <= 0, { interval: 2, timeout: 60_000 }).toBe(true);
  reader.stop();
  await reading;
  return got;
}

async function runOf(policies: readonly Policy[], directory: string, from: number, rounds: number) {
  const readers = policies.map(({ onFull, counts }, i) => ({ name: `r${i}`, counts, onFull }));
  const journal = await openJournal(directory, { readers, limitBytes: LIMIT_BYTES });
  const waitingBefore = readers.map(({ name }) => statsOf(journal, name).waitingEvents);
  const stored = readers.map((): number[] => []);
  const following = readers.map((one, i) =>
    blocks(one) ? take(journal.reader(one.name), Number.POSITIVE_INFINITY, true, stored[i]!) : undefined,
  );
  for (let round = 0; round < rounds; round++) {
    const at = from + round * ROUND;
    for (let n = at; n < at + ROUND; n += 10) await append(journal, range(n, n + 10));
    for (const [i, one] of readers.entries()) {
      if (blocks(one)) continue;
      const [most, isStored] = policies[i]!.takes[round % policies[i]!.takes.length]!;
      const reader = journal.reader(one.name);
      const got = await takeSome(journal, reader, one.name, most, isStored);
      await reader.close();
      if (isStored) stored[i]!.push(...got);
    }
  }
  await journal.finish();
  await Promise.all(following);
  for (const [i, { name }] of readers.entries()) {
    const { waitingEvents, droppedEvents } = statsOf(journal, name);
    const sum = stored[i]!.length + waitingEvents + droppedEvents;
    expect([name, sum]).toEqual([name, waitingBefore[i]! + rounds * ROUND]);
  }
  await journal.close();
  return stored;
}

test("stored, dropped and waiting are what came, for every sink, over runs; who blocks has all of it", async () => {
  const asked: fc.Arbitrary<readonly Policy[]> = fc.array(policy, { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(asked, async (policies) => {
      const directory = temporaryDirectory();
      const stored = policies.map((): number[] => []);
      for (const from of [0, 8 * ROUND]) {
        const more = await runOf(policies, directory, from, 8);
        for (const [i, numbers] of more.entries()) stored[i]!.push(...numbers);
      }
      for (const [i, one] of policies.entries()) {
        if (blocks(one)) expect(stored[i]).toEqual(range(0, 16 * ROUND));
        expect(stored[i]).toEqual([...new Set(stored[i])].sort((a, b) => a - b));
      }
    }),
    { examples: COUNTED_WRONG.map((one) => [one]), numRuns: COUNTED_WRONG.length + RANDOM_RUNS },
  );
}, 600_000);

test("what is for a reader that blocks is written, however full the journal is with others' events", async () => {
  const readers = [
    { name: "newest", counts: true, onFull: "drop-newest" as const },
    { name: "oldest", counts: true, onFull: "drop-oldest" as const },
    { name: "optional", counts: false, onFull: "block" as const },
    { name: "blocks", counts: true, onFull: "block" as const },
  ];
  const journal = await openJournal(temporaryDirectory(), { readers, limitBytes: LIMIT_BYTES });
  await append(journal, range(0, 400), () => [0, 1, 2]);
  const blocking = drain(journal.reader("blocks"));
  const outcomes = await append(journal, range(400, 800), () => [0, 1, 2, 3]);
  expect(outcomes.every(({ kind }) => kind === "stored")).toBe(true);
  await journal.finish();
  expect(await blocking).toEqual(range(400, 800));
  for (const name of ["newest", "oldest", "optional"]) {
    const { droppedEvents } = statsOf(journal, name);
    expect(droppedEvents + (await drain(journal.reader(name))).length).toBe(800);
  }
});

test("a reader that is optional has all that the journal has room for", async () => {
  const readers = [
    { name: "follows", counts: true, onFull: "block" as const },
    { name: "optional", counts: false, onFull: "block" as const },
  ];
  const journal = await openJournal(temporaryDirectory(), { readers, segmentBytes: 500 });
  await append(journal, range(0, 200));
  await journal.finish();
  expect(await drain(journal.reader("follows"))).toEqual(range(0, 200));
  expect(await drain(journal.reader("optional"))).toEqual(range(0, 200));
  await expect.poll(() => journal.stats().segments).toBeLessThanOrEqual(1);
});

test("a transaction larger than the journal ends", async () => {
  const readers = [{ name: "a", counts: true, onFull: "block" as const }];
  const journal = await openJournal(temporaryDirectory(), { readers, limitBytes: LIMIT_BYTES });
  const { checkpoints } = journal.sink;
  checkpoints.begin();
  for (let n = 0; n < 600; n += 4) await Promise.all(range(n, n + 4).map((one) => write(journal, one)));
  await checkpoints.commit({ cursors: [], state: { id: "s", number: 1 } });
  const reading = take(journal.reader("a"), 600);
  await expect(reading).resolves.toEqual(range(0, 600));
});

async function write(journal: Journal, n: number): Promise<void> {
  await journal.sink.write(numbered([n]));
}
