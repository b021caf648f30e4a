/** What becomes of a file that is appended to when it is rotated, cut, written to by others, or the disk is full. */
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { diskFiles, type Files, type OpenFile } from "../../../../src/lib/base/files.js";
import { Block } from "../../../../src/lib/event/block.js";
import { newDelivery, type Outcome } from "../../../../src/lib/event/delivery/delivery.js";
import { type AppendOptions, AppendSink } from "../../../../src/lib/sinks/append/append-sink.js";
import { temporaryDirectory } from "../../../support/logpipe.js";

const line = (n: number) => `{"n":${n}}\n`;

function block(n: number, settled: string[] = []): Block {
  const made = new Block(Buffer.from(line(n)));
  made.cursor = { stream: "id/a", offset: n };
  made.delivery = newDelivery((outcome: Outcome) => void settled.push(`${n} ${outcome.kind}`));
  return made;
}

async function opened(path: string, more: Partial<AppendOptions> = {}) {
  const said: string[] = [];
  const options = { path, syncDelayMs: 1, onNotice: (text: string) => void said.push(text), ...more };
  const sink = await AppendSink.open(options);
  return { sink, said };
}

/** As kill -9 would end it: nothing more is written, the lock is free. */
async function killed(path: string, sink: AppendSink): Promise<void> {
  const kept = readFileSync(path);
  const progress = readFileSync(`${path}.logpipe/progress`);
  await sink.close();
  writeFileSync(path, kept);
  writeFileSync(`${path}.logpipe/progress`, progress);
}

const offsetIn = async (sink: AppendSink) =>
  (await sink.checkpoints.resume()).cursors.map(({ cursor }) => cursor.offset);
const events = (path: string) => readFileSync(path, "utf8");

describe("a restart", () => {
  test("goes on behind what is acknowledged, and cuts off what is not", async () => {
    const path = join(temporaryDirectory(), "out");
    const { sink } = await opened(path);
    await sink.write(block(1));
    await sink.flush();
    await killed(path, sink);
    appendFileSync(path, `${line(2)}{"n":3`);
    const again = await opened(path);
    expect(events(path)).toBe(line(1));
    expect(await offsetIn(again.sink)).toEqual([1]);
    expect(again.said).toEqual([
      expect.stringMatching(/^cut 14 B from the end of .*out, which an interrupted run/),
    ]);
    await again.sink.write(block(2));
    await again.sink.close();
    expect(events(path)).toBe(line(1) + line(2));
  });

  test("appends to what somebody else has left, behind its last line", async () => {
    const path = join(temporaryDirectory(), "out");
    writeFileSync(path, "old\nunfinished");
    const { sink } = await opened(path);
    await sink.write(block(1));
    await sink.close();
    expect(events(path)).toBe(`old\nunfinished\n${line(1)}`);
  });

  test("with stages that keep state only a checkpoint counts", async () => {
    const path = join(temporaryDirectory(), "out");
    const { sink } = await opened(path);
    const settled: string[] = [];
    sink.checkpoints.begin();
    await sink.write(block(1, settled));
    await sink.flush();
    expect(settled).toEqual([]);
    const saved = { cursors: [{ cursor: { stream: "id/a", offset: 7 } }], state: { id: "id", number: 3 } };
    await sink.checkpoints.states.write("id", 3, [Buffer.from("state")]);
    expect(await sink.checkpoints.commit(saved)).toBe(true);
    expect(settled).toEqual(["1 stored"]);
    await sink.write(block(2, settled));
    await sink.close();
    expect(events(path)).toBe(line(1));
    const again = await opened(path);
    const progress = await again.sink.checkpoints.resume();
    expect(progress.cursors).toEqual(saved.cursors);
    expect([...progress.states]).toEqual([["id", 3]]);
    expect(await again.sink.checkpoints.states.read("id", 3)).toEqual(Buffer.from("state"));
    await again.sink.close();
  });

  test("what was made of one block counts as a whole: its parts are cut off without the last", async () => {
    const path = join(temporaryDirectory(), "out");
    const { sink } = await opened(path);
    const settled: string[] = [];
    const part = block(1, settled);
    part.cursor = undefined;
    part.isPart = true;
    await sink.write(part);
    await sink.flush();
    expect(settled).toEqual([]);
    await killed(path, sink);
    expect(events(path)).toBe(line(1));
    const { sink: again } = await opened(path);
    expect(events(path)).toBe("");
    const other = block(1, settled);
    other.cursor = undefined;
    other.isPart = true;
    await again.write(other);
    await again.write(block(2, settled));
    await again.close();
    expect([events(path), settled]).toEqual([line(1) + line(2), ["1 stored", "2 stored"]]);
  });

  test("a progress file that is torn, damaged, or of another version", async () => {
    const path = join(temporaryDirectory(), "out");
    const progress = `${path}.logpipe/progress`;
    const { sink } = await opened(path);
    for (const n of [1, 2, 3]) {
      await sink.write(block(n));
      await sink.flush();
    }
    await sink.close();
    const whole = readFileSync(progress, "utf8");
    const lines = whole.split("\n");
    // The lines of 1 and 2 count, that of 3 was being written.
    for (const torn of [
      `${lines.slice(0, 3).join("\n")}\n${lines[3]!.slice(0, 30)}`,
      `${lines.slice(0, 3).join("\n")}\ngarbage\n`,
    ]) {
      writeFileSync(progress, torn);
      writeFileSync(path, [1, 2, 3].map(line).join(""));
      const { sink: other } = await opened(path);
      expect([await offsetIn(other), events(path)]).toEqual([[2], line(1) + line(2)]);
      await other.close();
    }
    writeFileSync(progress, whole.replace('"offset":1', '"offset":9'));
    await expect(opened(path)).rejects.toMatchObject({
      code: "output.progress",
      message: expect.stringContaining("damaged"),
    });
    writeFileSync(progress, "");
    await (await opened(path)).sink.close();
  });

  test("a second one is refused, whatever name it has for the file", async () => {
    const directory = temporaryDirectory();
    const path = join(directory, "out");
    const { sink } = await opened(path);
    symlinkSync("out", join(directory, "link"));
    for (const name of ["out", "link"])
      await expect(opened(join(directory, name))).rejects.toMatchObject({ code: "output.locked" });
    await sink.close();
    await (await opened(join(directory, "link"))).sink.close();
  });

  test("what is no file, or in no directory, is refused", async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, "dir"));
    for (const path of ["dir", "none/out"])
      await expect(opened(join(directory, path))).rejects.toMatchObject({ code: "output.unwritable" });
    expect(readdirSync(directory)).toEqual(["dir"]);
  });
});

describe("a rotation", () => {
  test("by renaming, while it runs: the old file is finished, then the new one begins", async () => {
    const path = join(temporaryDirectory(), "out");
    const { sink } = await opened(path);
    const settled: string[] = [];
    await sink.write(block(1, settled));
    renameSync(path, `${path}.1`);
    await expect
      .poll(
        async () => {
          await sink.write(block(2, settled));
          await sink.flush();
          return existsSync(path) && events(path) !== "";
        },
        { timeout: 300_000, interval: 100 },
      )
      .toBe(true);
    await sink.close();
    const old = events(`${path}.1`);
    expect(old.startsWith(line(1))).toBe(true);
    expect((old + events(path)).split("\n").length - 1).toBe(settled.length);
    expect(settled.every((text) => text.endsWith(" stored"))).toBe(true);
  });

  test("by renaming, of a run that was killed: the old file is cut back where it is now", async () => {
    const path = join(temporaryDirectory(), "out");
    const { sink } = await opened(path);
    await sink.write(block(1));
    await sink.flush();
    await killed(path, sink);
    appendFileSync(path, line(2));
    renameSync(path, `${path}-20261201`);
    writeFileSync(path, "");
    const { sink: again, said } = await opened(path);
    expect(await offsetIn(again)).toEqual([1]);
    expect(said.join("; ")).toMatch(
      /is another file than at the end of the last run.*cut 8 B from the end of .*out-20261201/,
    );
    await again.write(block(2));
    await again.close();
    expect([events(`${path}-20261201`), events(path)]).toEqual([line(1), line(2)]);
  });

  test("the old file of a run that was killed cannot be found: said", async () => {
    const path = join(temporaryDirectory(), "out");
    const { sink } = await opened(path);
    await sink.write(block(1));
    await sink.flush();
    await killed(path, sink);
    rmSync(path);
    const { sink: again, said } = await opened(path);
    expect(said.at(-1)).toMatch(/may be there twice$/);
    await again.close();
    rmSync(path);
    const { sink: third, said: less } = await opened(path);
    expect(less).toEqual([
      expect.stringMatching(/is gone since the end of the last run: going on in a new one$/),
    ]);
    await third.close();
  });

  test("by copying and emptying: nothing is written behind a hole, and nothing is cut", async () => {
    const path = join(temporaryDirectory(), "out");
    const { sink, said } = await opened(path);
    await sink.write(block(1));
    await sink.flush();
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    await sink.write(block(2));
    await sink.flush();
    await killed(path, sink);
    expect([events(`${path}.1`), events(path)]).toEqual([line(1), line(2)]);
    expect(said).toEqual([expect.stringMatching(/was emptied or cut by another program/)]);
    const { sink: again } = await opened(path);
    expect(await offsetIn(again)).toEqual([2]);
    await again.close();
    expect(events(path)).toBe(line(2));
  });

  test("by copying and emptying, while nothing runs", async () => {
    const path = join(temporaryDirectory(), "out");
    const { sink } = await opened(path);
    for (const n of [1, 2, 3]) await sink.write(block(n));
    await sink.close();
    truncateSync(path);
    appendFileSync(path, "short");
    const { sink: again } = await opened(path);
    await again.write(block(4));
    await again.close();
    expect(events(path)).toBe(`short\n${line(4)}`);
    writeFileSync(path, "x".repeat(100));
    await (await opened(path)).sink.close();
    expect(events(path)).toBe(`${"x".repeat(100)}\n`);
  });
});

test("what another program appends is not written over, and is said once", async () => {
  const path = join(temporaryDirectory(), "out");
  const { sink, said } = await opened(path);
  for (const n of [1, 2]) {
    await sink.write(block(n));
    appendFileSync(path, "theirs\n");
    await sink.flush();
  }
  await sink.close();
  const lines = ["", "theirs", "theirs", line(1).trim(), line(2).trim()];
  expect(events(path).split("\n").toSorted()).toEqual(lines.toSorted());
  expect(said.filter((text) => text.includes("another program writes to"))).toHaveLength(1);
});

/** Calls on the file itself go through `on`. */
function withFaults(
  path: string,
  on: (call: "write" | "sync", file: OpenFile, bytes: readonly Uint8Array[]) => Promise<void>,
): Files {
  return {
    ...diskFiles,
    open: async (name, mode) => {
      const file = await diskFiles.open(name, mode);
      if (name !== path) return file;
      return {
        ...file,
        write: async (buffers, offset) => {
          await on("write", file, buffers);
          return file.write(buffers, offset);
        },
        sync: async () => {
          await on("sync", file, []);
          return file.sync();
        },
      };
    },
  };
}

test("a full disk holds it up, and leaves no half a line", async () => {
  const path = join(temporaryDirectory(), "out");
  let isFull = true;
  const files = withFaults(path, async (call, file, [bytes]) => {
    if (!isFull || call !== "write") return;
    await file.write([bytes!.subarray(0, 3)], 0);
    throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
  });
  const { sink } = await opened(path, { files });
  const settled: string[] = [];
  const writing = sink.write(block(1, settled));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([settled, events(path)]).toEqual([[], ""]);
  isFull = false;
  await writing;
  await sink.close();
  expect([settled, events(path)]).toEqual([["1 stored"], line(1)]);
});

test("a sync that fails is the end: what was written is not acknowledged, and cut off", async () => {
  const path = join(temporaryDirectory(), "out");
  let failures = 1;
  const files = withFaults(path, async (call) => {
    if (call === "sync" && failures-- > 0) throw Object.assign(new Error("EIO"), { code: "EIO" });
  });
  const { sink } = await opened(path, { files });
  const settled: string[] = [];
  await sink.write(block(1, settled));
  await expect(sink.flush()).rejects.toMatchObject({ code: "output.unwritable" });
  await expect(sink.write(block(2, settled))).rejects.toMatchObject({ code: "output.unwritable" });
  // The sync that was due by itself, too.
  await new Promise((resolve) => setTimeout(resolve, 50));
  await sink.close();
  expect([settled, events(path)]).toEqual([[], ""]);
});
