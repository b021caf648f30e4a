import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import merge from "../../../../src/commands/sources/merge.js";
import sort from "../../../../src/commands/stages/sort.js";
import type { StageDeclaration } from "../../../../src/lib/pipeline/contract/stage.js";
import { openLines } from "../../../../src/lib/sources/files/lines.js";
import { MergeInput } from "../../../../src/lib/sources/merge/merge-input.js";
import { Merger } from "../../../../src/lib/sources/merge/merger.js";
import { run } from "../../stages/common/support.js";
import { readAll, sleep, temporaryDirectories, textOf } from "../support/harness.js";
import { fakeHost } from "../support/host.js";

const directory = temporaryDirectories();
const START_MS = Date.UTC(2026, 10, 22, 10);
const defaults = { reorder: 0, patience: undefined, timeField: "timestamp" };
const sorted = (lines: readonly string[]) => {
  const plain = sort as StageDeclaration;
  const create: StageDeclaration["create"] = (given, context) =>
    plain.create(given, context, { directory: "/nowhere" });
  const declaration = { ...plain, create };
  return run(declaration, {}, lines).lines;
};

/** Seconds, nanoseconds and zone of an event. */
const times = fc.array(fc.tuple(fc.nat(30), fc.constantFrom(0, 1, 999_999_999), fc.boolean()), {
  maxLength: 12,
});

function lineOf([seconds, nanoseconds, isEast]: readonly [number, number, boolean], id: string): string {
  const ms = START_MS + seconds * 1000 + (isEast ? 3_600_000 : 0);
  const text = `${new Date(ms).toISOString().slice(0, 19)}.${String(nanoseconds).padStart(9, "0")}`;
  return `{"timestamp":"${text}${isEast ? "+01:00" : "Z"}","id":"${id}"}`;
}

/** The merged lines of inputs that hand over a line or a few at a time. */
async function merged(inputs: readonly (readonly string[])[], size = 2, reorder = 0): Promise<string[]> {
  const host = fakeHost();
  const lanes = inputs.map((lines, n) => {
    const blocks = lines.flatMap((_, at) => (at % size === 0 ? [lines.slice(at, at + size)] : []));
    return new MergeInput(`input ${n}`, sourceOf(blocks), "timestamp", reorder, host.nowMs);
  });
  return Buffer.from(textOf(await readAll(new Merger(lanes, undefined, host))), "latin1")
    .toString()
    .split("\n")
    .slice(0, -1);
}

function sourceOf(blocks: readonly (readonly string[])[]) {
  const inner = blocks.map((lines) => openLines(lines));
  return {
    read: async () => inner.shift()?.read(),
    stop: () => {},
    close: async () => {},
  };
}

describe("merge", () => {
  it("is the sort of the inputs one after the other, where each is in order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(times, { maxLength: 5 }),
        fc.integer({ min: 1, max: 5 }),
        async (inputs, size) => {
          const lines = inputs.map((list, n) => sorted(list.map((time, m) => lineOf(time, `${n}.${m}`))));
          expect(await merged(lines, size)).toEqual(sorted(lines.flat()));
        },
      ),
    );
  });

  it("is that also of inputs that are not, with --reorder", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(times, { maxLength: 4 }), async (inputs) => {
        const lines = inputs.map((list, n) => list.map((time, m) => lineOf(time, `${n}.${m}`)));
        expect(await merged(lines, 3, 31_000)).toEqual(sorted(lines.flat()));
      }),
    );
  });

  it("loses no line, whatever it is, and keeps each input's own order", async () => {
    const odd = fc.constantFrom(
      "not json",
      "",
      "{}",
      '{"timestamp":"soon"}',
      '{"timestamp":1}',
      "[1]",
      "caf\u00e9",
    );
    const line = fc.oneof(
      odd,
      fc.nat(99).map((n) => `{"timestamp":${1_700_000_000 + n}}`),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(line, { maxLength: 10 }), { maxLength: 4 }), async (inputs) => {
        const lines = inputs.map((list, n) =>
          list.map((text, m) => `${text} `.replace("{", `{"id":"${n}.${m}",`).replace(",}", "}")),
        );
        const out = await merged(lines);
        expect([...out].sort()).toEqual(lines.flat().sort());
        for (const own of lines)
          expect(out.filter((one) => own.includes(one) && one.includes("id"))).toEqual(
            own.filter((one) => one.includes("id")),
          );
      }),
    );
  });

  it("passes lines that are not UTF-8 at their place", async () => {
    const path = join(directory(), "a");
    const bytes = Buffer.from('{"timestamp":1700000001}\n\xff{}\n{"timestamp":1700000003}\n', "latin1");
    writeFileSync(path, bytes);
    const other = join(directory(), "b");
    writeFileSync(other, '{"timestamp":1700000002}\n');
    const source = await merge.open({ operands: [path, other], options: defaults }, fakeHost(), {});
    expect(textOf(await readAll(source))).toBe(
      '{"timestamp":1700000001}\n\xff{}\n{"timestamp":1700000002}\n{"timestamp":1700000003}\n',
    );
  });

  it("reads compressed files beside plain ones, larger than a block, and names those out of order", async () => {
    const at = directory();
    const lines = Array.from({ length: 60_000 }, (_, n) => `{"timestamp":${1_700_000_000 + n},"n":${n}}\n`);
    writeFileSync(join(at, "even.gz"), gzipSync(lines.filter((_, n) => n % 2 === 0).join("")));
    writeFileSync(join(at, "odd"), lines.filter((_, n) => n % 2 === 1).join(""));
    writeFileSync(join(at, "wild"), '{"timestamp":1700100001}\n{"timestamp":1700100000}\n');
    const host = fakeHost();
    const source = await merge.open(
      { operands: [join(at, "*"), join(at, "none")], options: defaults },
      host,
      {},
    );
    expect(textOf(await readAll(source))).toBe(
      `${lines.join("")}{"timestamp":1700100001}\n{"timestamp":1700100000}\n`,
    );
    expect(host.notices).toHaveLength(1);
    expect(host.notices[0]).toContain("wild is not in order: 1 event older");
    expect(host.complaints).toHaveLength(1);
  });

  it("goes on without a silent input when patience is over, and ends soon after stop", async () => {
    const silent = { isStopped: false, waiting: () => {} };
    const lanes = [
      new MergeInput("a", openLines(['{"timestamp":1700000001}']), "timestamp", 0, Date.now),
      new MergeInput(
        "b",
        {
          read: () => new Promise((resolve) => (silent.waiting = () => resolve(undefined))),
          stop: () => silent.waiting(),
          close: async () => {},
        },
        "timestamp",
        0,
        Date.now,
      ),
    ];
    const merger = new Merger(lanes, 20, fakeHost());
    expect((await merger.read())?.bytes.toString()).toBe('{"timestamp":1700000001}\n');
    const rest = merger.read();
    await sleep(5);
    merger.stop();
    expect(await rest).toBeUndefined();
    await merger.close();
  });
});
