/**
 * Random sequences of what can happen to a table, against a model in memory. What failed once is kept in kept.json, as
 * short as fast-check could make it, and is tried first.
 */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { LATER_MS } from "../crash/events.js";
import { temporaryDirectory } from "../lib/store/support.js";
import { complaints, recover } from "../support/maintenance.js";
import kept from "./kept.json" with { type: "json" };
import { Model, Real } from "./model.js";
import { Step, type StepData, steps } from "./steps.js";

const KEPT = fileURLToPath(new URL("./kept.json", import.meta.url));
/** LOGPIPE_TEST_RUNS=500 for a long run; LOGPIPE_TEST_SEED repeats one. */
const RUNS = Number(process.env["LOGPIPE_TEST_RUNS"] ?? 6);
const SEED = process.env["LOGPIPE_TEST_SEED"];

for (const [i, sequence] of (kept as StepData[][]).entries()) {
  test(`sequence ${i + 1} of those that failed once`, { timeout: 300_000 }, () =>
    follow(sequence.map((data) => new Step(data))),
  );
}

test(`${RUNS} random sequences`, { timeout: 3_600_000 }, async () => {
  const property = fc.asyncProperty(fc.commands(steps, { maxCommands: 25, size: "max" }), follow);
  const details = await fc.check(property, {
    numRuns: RUNS,
    // A failure is made shorter for ten minutes at most.
    interruptAfterTimeLimit: 600_000 + RUNS * 60_000,
    endOnFailure: process.env["LOGPIPE_TEST_SHRINK"] === "no",
    ...(SEED === undefined ? {} : { seed: Number(SEED) }),
  });
  if (!details.failed) return;
  const failed = [...(details.counterexample?.[0] ?? [])]
    .filter((step) => !("hasRan" in step) || step.hasRan === true)
    .map((step) => JSON.parse(String(step)) as StepData);
  writeFileSync(KEPT, `${JSON.stringify([...kept, failed], undefined, 2)}\n`);
  throw new Error(`${JSON.stringify(failed)}: ${details.errorInstance}`, { cause: details.errorInstance });
});

/** Runs the steps; then everybody goes home, and the table must hold what the model holds. */
async function follow(sequence: Iterable<fc.AsyncCommand<Model, Real>>): Promise<void> {
  const model = new Model();
  const real = new Real(`${temporaryDirectory()}/logs`);
  try {
    await fc.asyncModelRun(() => ({ model, real }), sequence);
    model.compare(await real.read());
    for (const writer of real.writers.values()) await writer.close();
    real.writers.clear();
    await recover(real.place);
    model.compare(await real.read());
    expect(directoriesIn(join(real.table, "_wal")), "directories of writers that have ended").toEqual([]);
    expect(await complaints({ ...real.place, nowMs: LATER_MS })).toEqual([]);
  } finally {
    await real.end();
  }
}

function directoriesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
