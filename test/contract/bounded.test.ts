/**
 * What stages remember is bounded: after ever new keys for long their state is no larger than it was a while before.
 */
import { serialize } from "node:v8";
import { expect, it } from "vitest";
import { registry } from "../../src/commands/registry.js";
import { Block } from "../../src/lib/event/block.js";
import { stageIo } from "../../src/lib/pipeline/contract/resources.js";
import type { Transform } from "../../src/lib/pipeline/contract/stage.js";
import { readQuoted } from "../../src/lib/pipeline/read/quoted.js";

/** Each stage that remembers, under each of the limits that it has. */
const COMMANDS = [
  "parse -f json",
  "parse -f csv",
  "redact --explain",
  "dedupe --by trace_id --within 20s",
  "dedupe --by trace_id --within 20s --count",
  "dedupe --by trace_id --within 10d --max-keys 300 --count",
  "dedupe --within 10d --memory 100kB",
  "filter -B 20 -A 5 'latency_ms > 90'",
  "sample --throttle 1/s --by trace_id --max-keys 300 --every 5s",
  "sample --throttle 1/s --by service --every 5s",
  "throttle 1/s --by trace_id --max-keys 300 --on-limit drop --by-event-time",
  "throttle 5/s --by service --on-limit sample --bytes 1kB/s",
  "sort --buffer 20s",
  "sort --buffer 10d --max-events 500",
  "sort --buffer 10d --memory 100kB",
  "window 20s --by service --agg 'count, p99(latency_ms), distinct(trace_id), topk(trace_id, 3)'",
  "window 10d --by trace_id --max-groups 300 --agg 'count, p99(latency_ms)'",
  "window 20s --slide 5s --by trace_id --agg count",
  "window --session 5s --by trace_id --agg count",
  "window --session 10d --by trace_id --max-groups 300 --agg count",
  "stats 'count, p99(latency_ms), distinct(trace_id) by service'",
  "stats 'count, p99(latency_ms) by trace_id' --max-groups 300",
  "top trace_id --max-groups 300",
  "histogram --field latency_ms --by trace_id",
  "patterns --annotate --max-patterns 100",
  "detect --value latency_ms --by trace_id --max-groups 300",
  "detect --every 5s --by trace_id --max-groups 300",
  "detect --new trace_id --silence --by service --max-groups 300",
  "detect --distinct trace_id --every 5s --by service",
];
const BLOCKS = 90;
const EVENTS_A_BLOCK = 100;
const STEP_MS = 50;
/** What waits is a little more at one time than at another. */
const NOISE_SHARE = 0.1;
/** Sketches (that of `__other__` lives long) are at their full size only after many events: about this much. */
const NOISE_BYTES = 16 * 1024;

// Takes long to load: before any test, whose time is limited.
const stages = (await registry.loadAll()).filter((declaration) => declaration.kind === "stage");

it("is tried of each stage that remembers", async () => {
  const tried = new Set(COMMANDS.map((command) => command.split(" ", 1)[0]!));
  const missing = new Set<string>();
  for (const { name, examples } of stages) {
    for (const { command } of examples) {
      const transform = await transformOf(command).catch(() => undefined);
      if (transform?.save !== undefined && !tried.has(name)) missing.add(name);
    }
  }
  expect([...missing]).toEqual([]);
});

it.each(COMMANDS)("%s", async (command) => {
  const transform = await transformOf(command);
  const sizes: number[] = [];
  for (let n = 0; n < BLOCKS; n++) {
    transform.push(blockOf(n * EVENTS_A_BLOCK), () => true);
    sizes.push(serialize(transform.save?.()).length);
  }
  const middle = Math.max(...sizes.slice(BLOCKS / 3, (2 * BLOCKS) / 3));
  const last = Math.max(...sizes.slice((2 * BLOCKS) / 3));
  expect(transform.save).toBeDefined();
  expect(last).toBeLessThan(middle * (1 + NOISE_SHARE) + NOISE_BYTES);
});

async function transformOf(command: string): Promise<Transform> {
  const { stages } = await readQuoted(command, registry);
  const { declaration, given } = stages[0]!;
  const resources = { cwd: "/", environment: {} };
  const opened = await declaration.open?.(
    given,
    stageIo(resources, () => 0, { log: () => {}, fail: () => {} }),
  );
  const context = { nowMs: () => 0, reject: () => {}, doubt: () => {}, count: () => {} };
  return declaration.create(given, context, opened);
}

/** Every event has a trace, and a word in its message, that no other has. */
function blockOf(first: number): Block {
  let text = "";
  for (let n = first; n < first + EVENTS_A_BLOCK; n++) {
    const timestamp = new Date(Date.UTC(2026, 0, 1) + n * STEP_MS).toISOString();
    const word = `w${(n * 2654435761).toString(36)}`;
    text += `{"timestamp":"${timestamp}","service":"s${n % 3}","trace_id":"${word}","latency_ms":${(n * 37) % 101},"message":"${word} of ${word}x took ${n % 50}"}\n`;
  }
  return new Block(Buffer.from(text));
}
