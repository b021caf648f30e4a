/** What can happen to a table, as plain data, one entry each in STEPS. */
import fc from "fast-check";
import { LogpipeError } from "../../src/lib/base/errors/index.js";
import { requestRoll } from "../../src/lib/store/wal/rotation-request.js";
import { runChild } from "../crash/child.js";
import { OBSERVED_MS } from "../lib/store/support.js";
import {
  alter,
  changeRules,
  checkpoint,
  compact,
  erase,
  recover,
  retain,
  vacuum,
} from "../support/maintenance.js";
import type { Model, Real } from "./model.js";

interface Kind<S> {
  readonly step: fc.Arbitrary<S>;
  /** Whether it makes sense now. */
  readonly isPossible?: (step: S, model: Model) => boolean;
  readonly run: (step: S, model: Model, real: Real) => Promise<void>;
}

const kind = <S>(entry: Kind<S>) => entry as Kind<unknown>;

const DAY_MS = 86_400_000;
/** Operations of the crash tests that take no rows away. */
const KILLED = ["compact", "vacuum", "checkpoint", "adopt", "repair"] as const;

/** A key that nothing has any more, or that has a place in `_rest`, cannot be renamed. */
function refused(error: unknown): false {
  if (error instanceof LogpipeError && error.code === "store.schema-change") return false;
  throw error;
}

function isBefore(line: string, ms: number): boolean {
  return Date.parse((JSON.parse(line) as { timestamp: string }).timestamp) < ms;
}

const writer = fc.integer({ min: 0, max: 1 });

const value = fc.oneof(
  fc.integer().map(String),
  fc.double({ noDefaultInfinity: true, noNaN: true }).map((n) => JSON.stringify(n)),
  fc.string({ maxLength: 6 }).map((text) => JSON.stringify(text)),
  fc.constantFrom("true", "null", "[1]", '{"x":1}', '{"x":2}', '{"x":"y","z":[]}', "9007199254740993"),
);
const time = fc.constantFrom(
  "2026-11-20T01:00:00Z",
  "2026-11-21T10:00:00.123456789Z",
  "2026-11-22T00:00:00Z",
);
const event = fc
  .record({
    timestamp: time.map((text) => `"${text}"`),
    members: fc.uniqueArray(fc.tuple(fc.constantFrom("a", "b", "status", "x y", "o"), value), {
      selector: ([key]) => key,
      maxLength: 3,
    }),
  })
  .map(({ timestamp, members }) =>
    [["timestamp", timestamp], ...members].map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(","),
  );
const events = fc.array(event, { minLength: 1, maxLength: 5 });

export const STEPS: Readonly<Record<string, Kind<unknown>>> = {
  append: kind({
    step: fc.record({ writer, events }),
    run: async (step, model, real) => {
      if (!model.writers.has(step.writer)) await real.open(step.writer);
      model.writers.add(step.writer);
      const lines = model.linesOf(step.events);
      await real.writers.get(step.writer)!.append([...lines.values()]);
      model.add(lines);
    },
  }),
  crash: kind({
    step: fc.record({ writer, events, afterMs: fc.integer({ min: 0, max: 12 }) }),
    isPossible: (step, model) => model.writers.has(step.writer),
    run: async (step, model, real) => {
      const lines = model.linesOf(step.events);
      const isAcknowledged = await real.writers.get(step.writer)!.crash([...lines.values()], step.afterMs);
      real.writers.delete(step.writer);
      model.writers.delete(step.writer);
      if (isAcknowledged) model.add(lines);
      else model.maybe.push(lines);
    },
  }),
  close: kind({
    step: fc.record({ writer }),
    isPossible: (step, model) => model.writers.has(step.writer),
    run: async (step, model, real) => {
      await real.writers.get(step.writer)!.close();
      real.writers.delete(step.writer);
      model.writers.delete(step.writer);
    },
  }),
  flush: kind({
    step: fc.constant({}),
    isPossible: (_step, model) => model.writers.size > 0,
    run: (_step, _model, real) => requestRoll(real.files, real.table),
  }),
  recover: kind({
    step: fc.constant({}),
    run: async (_step, _model, real) => {
      await recover(real.place);
    },
  }),
  compact: kind({
    step: fc.constant({}),
    run: (_step, _model, real) => compact(real.place),
  }),
  delete: kind({
    step: fc.record({ every: fc.integer({ min: 2, max: 5 }), from: fc.integer({ min: 0, max: 4 }) }),
    isPossible: (_step, model) => model.rows.size > 0,
    run: async (step, model, real) => {
      await erase(real.place, `id % ${step.every} = ${step.from}`);
      model.remove((id) => id % step.every === step.from);
    },
  }),
  retain: kind({
    step: fc.record({ service: fc.integer({ min: 0, max: 2 }) }),
    // What a live writer holds is not looked at: whether it is stored by then is a matter of chance.
    isPossible: (_step, model) => model.rows.size > 0 && model.writers.size === 0,
    run: async (step, model, real) => {
      await recover(real.place);
      const rule = { fields: { service: `s${step.service}` }, maxAgeMs: 0 };
      await retain(real.place, [rule]);
      await changeRules(real.place, []);
      model.remove((id, line) => id % 3 === step.service && isBefore(line, OBSERVED_MS));
    },
  }),
  checkpoint: kind({
    step: fc.record({ days: fc.constantFrom(0, 40) }),
    run: (step, _model, real) => checkpoint({ ...real.place, nowMs: OBSERVED_MS + step.days * DAY_MS }),
  }),
  vacuum: kind({
    step: fc.constant({}),
    // Files that a live writer is about to commit look as old as those of a dead one, at this time.
    isPossible: (_step, model) => model.writers.size === 0,
    run: (_step, _model, real) => vacuum({ ...real.place, nowMs: OBSERVED_MS + 40 * DAY_MS }, 0),
  }),
  rename: kind({
    step: fc.record({ key: fc.constantFrom("a", "status") }),
    isPossible: (step, model) => model.knows(step.key),
    run: async (step, model, real) => {
      if (model.writers.size === 0) await recover(real.place);
      const to = `${step.key}_${++model.renamings}`;
      const isDone = await alter(real.place, { action: "rename", key: model.nameOf(step.key), to }).then(
        () => true,
        refused,
      );
      if (isDone) model.names.set(step.key, to);
    },
  }),
  maintenanceCrash: kind({
    step: fc.record({ operation: fc.constantFrom(...KILLED), afterMs: fc.integer({ min: 0, max: 150 }) }),
    isPossible: (step, model) => step.operation !== "vacuum" || model.writers.size === 0,
    run: async (step, _model, real) => {
      await runChild([step.operation, real.table], undefined, step.afterMs);
    },
  }),
  query: kind({
    step: fc.constant({}),
    run: async (_step, model, real) => model.compare(await real.read()),
  }),
};

/** One step as it is kept in test/model/kept.json. */
export type StepData = { readonly do: string } & Readonly<Record<string, unknown>>;

/** A step as fast-check runs it. */
export class Step implements fc.AsyncCommand<Model, Real> {
  readonly #data: StepData;

  constructor(data: StepData) {
    this.#data = data;
  }

  check(model: Model): boolean {
    return STEPS[this.#data.do]!.isPossible?.(this.#data, model) ?? true;
  }

  async run(model: Model, real: Real): Promise<void> {
    await STEPS[this.#data.do]!.run(this.#data, model, real);
  }

  toString(): string {
    return JSON.stringify(this.#data);
  }
}

/** Half of the steps bring events: without them the others have nothing to do. */
export const steps: fc.Arbitrary<Step>[] = Object.entries(STEPS).flatMap(([name, { step }]) => {
  const made = step.map((data) => new Step({ do: name, ...(data as object) }));
  return name === "append" ? Array.from(Object.keys(STEPS), () => made) : [made];
});
