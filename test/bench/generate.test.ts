import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generate, type Kind, type Wanted } from "../../bench/generate.mjs";

const kinds: readonly Kind[] = ["nginx", "app", "text", "mixed"];
const bytesOf = (kind: Kind, wanted: Wanted) => Buffer.concat([...generate(kind, wanted)]);
const linesOf = (kind: Kind, wanted: Wanted) =>
  bytesOf(kind, wanted).toString("latin1").split("\n").slice(0, -1);
const digest = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex").slice(0, 16);

describe.each(kinds)("generate %s", (kind) => {
  it("gives the same bytes for the same seed and others for another", () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.nat(300), fc.boolean(), (seed, events, hostile) => {
        const once = bytesOf(kind, { events, seed, hostile });
        expect(bytesOf(kind, { events, seed, hostile }).equals(once)).toBe(true);
        if (events > 2) expect(bytesOf(kind, { events, seed: seed + 1, hostile }).equals(once)).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  it("cuts no line between chunks", () => {
    const chunks = [...generate(kind, { events: 12_000, seed: 3 })];
    expect(chunks.length).toBeGreaterThan(kind === "text" ? 0 : 1);
    for (const chunk of chunks) expect(chunk.at(-1)).toBe(10);
  });
});

it("keeps the bytes that recorded benchmarks were run on", () => {
  const digests = kinds.map((kind) => digest(bytesOf(kind, { events: 5000, seed: 7 })));
  expect(digests).toEqual(DIGESTS);
});

it("makes combined lines of a web server's shape", () => {
  const lines = linesOf("nginx", { events: 2000, seed: 5 });
  const pattern =
    /^\d+\.\d+\.\d+\.\d+ - \S+ \[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000\] "[A-Z]+ \S+ HTTP\/1\.1" \d{3} \d+ "[^"]*" "[^"]*"$/;
  expect(lines).toHaveLength(2000);
  expect(lines.filter((line) => !pattern.test(line))).toEqual([]);
});

it("makes application events of about 300 bytes, all of them JSON in order of time", () => {
  const lines = linesOf("app", { events: 3000, seed: 5 });
  const events = lines.map(
    (line) => JSON.parse(line) as { timestamp: string; latency_ms: number; trace_id: string },
  );
  expect(lines.join("").length / lines.length).toBeGreaterThan(270);
  expect(lines.join("").length / lines.length).toBeLessThan(380);
  expect(new Set(events.map(({ trace_id }) => trace_id)).size).toBe(3000);
  expect(events.map(({ timestamp }) => timestamp)).toEqual(events.map(({ timestamp }) => timestamp).sort());
  expect(events.every((event, index) => JSON.stringify(event) === lines[index])).toBe(true);
});

it("makes text lines from about fifty templates", () => {
  const shapes = linesOf("text", { events: 20_000, seed: 5 })
    .filter((line) => /^\d{4}-/.test(line))
    .map((line) => line.replace(/^.*?\] /, "").replace(/[\w./-]*[\d/][\w./-]*/g, "*"));
  expect(new Set(shapes).size).toBeGreaterThan(30);
  expect(new Set(shapes).size).toBeLessThan(120);
});

it("--hostile adds late keys, conflicting types and malformed lines, all of which are rare", () => {
  const lines = linesOf("app", { events: 10_000, seed: 9, hostile: true });
  const good = lines.flatMap((line, index) => {
    try {
      return [{ index, event: JSON.parse(line) as Record<string, unknown> }];
    } catch {
      return [];
    }
  });
  const late = good.filter(({ event }) => "release" in event);
  expect(Math.min(...late.map(({ index }) => index))).toBeGreaterThan(7900);
  expect(new Set(good.map(({ event }) => typeof event["latency_ms"]))).toEqual(
    new Set(["number", "string", "object", "boolean"]),
  );
  expect(lines.length - good.length).toBeGreaterThan(0);
  expect(lines.length - good.length).toBeLessThan(50);
});

describe("the command", () => {
  const command = join(import.meta.dirname, "../../bench/generate.mjs");
  const run = (...argv: string[]) => spawnSync(process.execPath, [command, ...argv], { maxBuffer: 1 << 26 });

  it("prints what the library gives", () => {
    const ran = run("mixed", "--events", "4000", "--seed", "11", "--hostile");
    expect(ran.stdout.equals(bytesOf("mixed", { events: 4000, seed: 11, hostile: true }))).toBe(true);
    expect(ran.status).toBe(0);
  });

  it("refuses an unknown kind", () => {
    const ran = run("parsnip", "--events", "1");
    expect(ran.status).toBe(1);
    expect(ran.stderr.toString()).toBe(
      'generate: unknown kind "parsnip": use nginx, app, groups, manyGroups, text, mixed\n',
    );
  });

  it("refuses a count that is no number", () => {
    expect(run("nginx", "--events", "many").status).toBe(1);
  });
});

const DIGESTS = ["5802f4fa9719093d", "d94ab1c7754b96af", "dd20ae297d367090", "8ea57eba7293c502"];
