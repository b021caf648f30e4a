import { appendFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Cursor } from "../../../../src/lib/event/delivery/cursor.js";
import { openFollow } from "../../../../src/lib/sources/follow/follow.js";
import { readUntil, temporaryDirectories } from "../support/harness.js";
import { fakeHost } from "../support/host.js";

const directory = temporaryDirectories();
const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `line ${from + i} of a log`);
const text = (from: number, to: number) => `${lines(from, to).join("\n")}\n`;

/** One run that is killed: what was handed over is durable in the sink, and the checkpoint never hears of it. */
async function run(
  path: string,
  checkpoint: string,
  stored: readonly Cursor[],
  held?: ReadonlyMap<string, Buffer>,
) {
  const options = { isFollowing: false, checkpoint, label: "path", blockBytes: 256 } as const;
  const source = await openFollow([path], options, fakeHost());
  source.replay?.resume(stored);
  const waiting = source.replay?.waiting(held ?? new Map()) ?? [];
  const { lines: read, blocks } = await readUntil(source, () => false, false);
  return { read, waiting, cursors: blocks.flatMap(({ cursor }) => cursor ?? []) };
}

describe("a sink that knows more than the checkpoint", () => {
  test("is believed: nothing that it has is read again", async () => {
    const root = directory();
    const [path, checkpoint] = [join(root, "app.log"), join(root, "check.json")];
    writeFileSync(path, text(0, 100));
    const first = await run(path, checkpoint, []);
    expect(first.read).toEqual(lines(0, 100));
    const middle = first.cursors[2]!;
    const second = await run(path, checkpoint, [middle]);
    expect(second.read.join("\n")).toBe(text(0, 100).slice(middle.offset).trimEnd());
    appendFileSync(path, text(100, 110));
    const third = await run(path, checkpoint, [first.cursors.at(-1)!]);
    expect(third.read).toEqual(lines(100, 110));
  });

  test("gets the lines again that it did not have", async () => {
    const root = directory();
    const [path, checkpoint] = [join(root, "app.log"), join(root, "check.json")];
    writeFileSync(path, text(0, 50));
    const { cursors } = await run(path, checkpoint, []);
    appendFileSync(path, text(50, 60));
    const last = cursors.at(-1)!;
    const held = new Map([[last.stream, Buffer.from(text(48, 50))]]);
    const again = await run(path, checkpoint, [last], held);
    expect(again.waiting.map(({ bytes, cursor }) => [bytes.toString(), cursor])).toEqual([
      [text(48, 50), last],
    ]);
    expect(again.read).toEqual(lines(50, 60));
  });

  test("is believed of a file that was renamed before the checkpoint heard of more than its name", async () => {
    const root = directory();
    const [path, checkpoint] = [join(root, "app.log"), join(root, "check.json")];
    writeFileSync(path, text(0, 50));
    const { cursors } = await run(path, checkpoint, []);
    appendFileSync(path, text(50, 60));
    renameSync(path, join(root, "app.log.1"));
    writeFileSync(path, text(60, 70));
    const { read } = await run(path, checkpoint, [cursors.at(-1)!]);
    expect(read).toEqual(lines(50, 70));
  });

  test("is not believed about another checkpoint's reading", async () => {
    const root = directory();
    const path = join(root, "app.log");
    writeFileSync(path, text(0, 50));
    const { cursors } = await run(path, join(root, "one.json"), []);
    expect((await run(path, join(root, "two.json"), cursors)).read).toEqual(lines(0, 50));
    const idOf = (name: string) => JSON.parse(readFileSync(join(root, name), "utf8")).id as string;
    expect(idOf("one.json")).not.toBe(idOf("two.json"));
  });

  test("is not believed where the file is shorter than it says", async () => {
    const root = directory();
    const [path, checkpoint] = [join(root, "app.log"), join(root, "check.json")];
    writeFileSync(path, text(0, 50));
    const { cursors } = await run(path, checkpoint, []);
    writeFileSync(path, text(0, 5));
    expect((await run(path, checkpoint, [cursors.at(-1)!])).read).toEqual(lines(0, 5));
  });
});
