import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compactFiles } from "../../../../src/lib/store/maintain/compact.js";
import { maintainTable } from "../../../../src/lib/store/maintain/maintain.js";
import { mayContain } from "../../../../src/lib/store/parquet/bloom.js";
import { LocalStorage } from "../../../../src/lib/store/storage/local.js";
import { runs } from "../../../support/runs.js";
import { lineFacts, readFacts, temporaryDirectory } from "../support.js";
import { eventLine, filesBelow, openBench, storeBatches } from "./support.js";

const TARGET = { targetBytes: 1 << 28 };

const odd = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ maxLength: 20 }),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.integer(), { maxLength: 3 }),
  fc.record({ k: fc.integer(), s: fc.string({ maxLength: 3 }) }),
);
const event = fc
  .tuple(
    fc.constantFrom("a", "b", "c\u{1f600}"),
    fc.integer({ min: 0, max: 3 * 86_400 }),
    fc.dictionary(fc.constantFrom("status", "user", "trace_id", "tags", "Mixed"), odd, { maxKeys: 4 }),
  )
  .map(([service, second, more]) => eventLine(service, second, more));

test("any events come out of compaction as they went in, and a second run changes nothing", {
  timeout: 300_000,
}, async () => {
  const batches = fc.array(fc.array(event, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(batches, fc.constantFrom(1, 4000, 1 << 28), async (given, targetBytes) => {
      const directory = temporaryDirectory();
      await storeBatches(directory, given);
      const bench = await openBench(directory);
      await compactFiles({ ...bench, targetBytes });
      expect(await readFacts(directory)).toEqual(given.flat().map(lineFacts).sort());
      const { version } = await bench.log.refresh();
      expect(await compactFiles({ ...bench, targetBytes })).toMatchObject({ filesIn: 0 });
      expect((await bench.log.refresh()).version).toBe(version);
      bench.session.close();
    }),
    { numRuns: runs(8, 3) },
  );
});

test("ten small flushes over three days become a file a day", async () => {
  const directory = temporaryDirectory();
  const lines = Array.from({ length: 300 }, (_, i) =>
    eventLine("a", (i * 3 * 86_400) / 300, { trace_id: `t${i}` }),
  );
  await storeBatches(
    directory,
    Array.from({ length: 10 }, (_, i) => lines.filter((_line, n) => n % 10 === i)),
  );
  const bench = await openBench(directory);
  expect((await bench.log.refresh()).files).toHaveLength(30);
  const seen: number[] = [];
  await compactFiles({ ...bench, ...TARGET, onProgress: ({ filesDone }) => seen.push(filesDone) });
  expect(seen).toEqual([0, 10, 20]);
  const { files } = await bench.log.refresh();
  expect(files.map((file) => file.rows)).toEqual([100, 100, 100]);
  const first = files.find((file) => file.date === "2026-11-20")!;
  expect(await mayContain(new LocalStorage(directory, bench.files), first, "trace_id", "t7")).toBe(true);
  expect(await mayContain(new LocalStorage(directory, bench.files), first, "trace_id", "t150")).toBe(false);
});

test("two at once and a writer beside them lose and double nothing", { timeout: 300_000 }, async () => {
  const directory = temporaryDirectory();
  const batch = (n: number) => Array.from({ length: 20 }, (_, i) => eventLine("a", n * 1000 + i, { n }));
  const early = [0, 1, 2, 3, 4, 5].map(batch);
  const late = [6, 7, 8].map(batch);
  await storeBatches(directory, early);
  const [one, two] = [await openBench(directory), await openBench(directory)];
  const [first, second] = await Promise.all([
    compactFiles({ ...one, ...TARGET }),
    compactFiles({ ...two, ...TARGET }),
    storeBatches(directory, late),
  ]);
  expect(first.filesIn + second.filesIn).toBe(6);
  expect(await readFacts(directory)).toEqual([...early, ...late].flat().map(lineFacts).sort());
});

test("a run that was stopped leaves what it did", async () => {
  const directory = temporaryDirectory();
  const lines = [0, 1, 2, 3].map((i) => eventLine("a", i * 86_400));
  await storeBatches(directory, [lines]);
  const bench = await openBench(directory);
  let asked = 0;
  const report = await compactFiles({ ...bench, ...TARGET, isStopped: () => asked++ > 2 });
  expect(report.filesIn).toBeGreaterThan(0);
  expect(report.filesIn).toBeLessThan(4);
  expect(await readFacts(directory)).toEqual(lines.map(lineFacts).sort());
});

const DRIVER = fileURLToPath(new URL("./kill-driver.mjs", import.meta.url));
/** LOGPIPE_TEST_KILLS=500 for the long run. */
const KILLS = Number(process.env["LOGPIPE_TEST_KILLS"] ?? 12);

async function runAndKill(directory: string, afterMs: number): Promise<void> {
  const child = spawn(process.execPath, [DRIVER, directory], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = new Promise<void>((resolve) => child.on("close", () => resolve()));
  await new Promise<void>((resolve) => {
    child.stdout.once("data", () => resolve());
    child.on("close", () => resolve());
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), afterMs);
  await closed;
  clearTimeout(timer);
  expect(child.exitCode ?? child.signalCode).toBe("SIGKILL");
}

test(`killed at ${KILLS} moments, all events are there and the next run tidies up`, {
  timeout: 1_800_000,
}, async () => {
  const directory = temporaryDirectory();
  const stored: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const fresh = [0, 1].map((part) =>
      Array.from({ length: 50 }, (_, i) =>
        eventLine("a", kill * 7000 + part * 100 + i, { kill, trace_id: `${kill}-${i}` }),
      ),
    );
    await storeBatches(directory, fresh);
    stored.push(...fresh.flat());
    await runAndKill(directory, Math.random() * 400);
    expect(await readFacts(directory)).toEqual(stored.map(lineFacts).sort());
  }
  const bench = await openBench(directory);
  const nowMs = Date.now() + 30 * 86_400_000;
  await maintainTable({ ...bench, ...TARGET, nowMs: () => nowMs });
  await maintainTable({ ...bench, ...TARGET, nowMs: () => nowMs + 30 * 86_400_000 });
  expect(await readFacts(directory)).toEqual(stored.map(lineFacts).sort());
  const { files } = await bench.log.refresh();
  const parquet = filesBelow(directory).filter((path) => path.endsWith(".parquet"));
  expect(parquet).toEqual(files.map((file) => file.add.path).sort());
  expect(readdirSync(join(directory, "_work"))).toEqual([]);
});

test("events of the same service and moment keep the order in which they came", async () => {
  const directory = temporaryDirectory();
  const lines = Array.from({ length: 20_000 }, (_, n) => eventLine(`s${n % 3}`, Math.floor(n / 500), { n }));
  await storeBatches(directory, [lines]);
  const bench = await openBench(directory);
  const reversed = async (path: string) =>
    bench.session.rowsJson(
      `SELECT count(*) FROM (SELECT n, lag(n) OVER (PARTITION BY service, timestamp ORDER BY file_row_number) AS before FROM read_parquet('${path}', hive_partitioning = false)) WHERE n < before`,
    );
  await compactFiles({ ...bench, ...TARGET });
  const [file] = (await bench.log.refresh()).files;
  expect(await reversed(file!.path)).toEqual([["0"]]);
});
