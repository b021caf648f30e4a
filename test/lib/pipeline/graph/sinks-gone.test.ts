/** Events that wait for what a pipeline does not have any more. */
import { mkdir, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { diskFiles } from "../../../../src/lib/base/files.js";
import { removeFromJournal } from "../../../../src/lib/journal/inspect/change.js";
import { temporaryDirectory } from "../../../support/logpipe.js";
import { MemorySink, MemorySource, numbered, run, sinkNode, sourceNode, type Written } from "./support.js";

const LINES = numbered(100, (n) => ({ level: n % 3 === 0 ? "error" : "info" }));

describe("a graph", () => {
  it("does not begin while events wait for a sink that is gone; one that is new begins with what comes then", async () => {
    const directory = temporaryDirectory();
    const down = new MemorySink(async (): Promise<Written> => {
      throw new Error("no route to host");
    });
    const graph = (lines: readonly string[], ...sinks: readonly (readonly [string, MemorySink])[]) => ({
      sources: [sourceNode("in", new MemorySource(lines))],
      sinks: [
        ...sinks.map(([name, sink]) => sinkNode(name, "in", sink)),
        sinkNode("keeps", "in", new MemorySink()),
      ],
    });
    const first = await run(graph(LINES.slice(0, 30), ["old", down]), directory);
    expect(first.failed).toHaveLength(1);
    const renamed = new MemorySink();
    const refused = await run(graph(LINES.slice(30), ["new", renamed]), directory);
    expect(refused.error).toMatchObject({ code: "journal.reader-gone", exitCode: 2 });
    expect(renamed.lines).toEqual([]);
    const back = new MemorySink();
    expect(await run(graph([], ["old", back]), directory)).toMatchObject({ error: undefined, code: 0 });
    expect(back.lines).toEqual(LINES.slice(0, 30));
    const added = new MemorySink();
    const second = await run(graph(LINES.slice(30), ["new", added]), directory);
    expect(second).toMatchObject({ error: undefined, code: 0, failed: [] });
    expect(added.lines).toEqual(LINES.slice(30));
  });

  it("does not begin while events wait in a journal that it does not read any more", async () => {
    const directory = temporaryDirectory();
    const down = new MemorySink(async (): Promise<Written> => {
      throw new Error("no route to host");
    });
    const graph = (...sinks: readonly (readonly [string, MemorySink])[]) => ({
      sources: [sourceNode("in", new MemorySource(LINES.slice(0, 5)))],
      sinks: sinks.map(([name, sink]) => sinkNode(name, "in", sink)),
    });
    await run(graph(["a", down], ["b", new MemorySink()]), directory);
    // As versions that called it something else have it.
    const old = join(directory, "first-a");
    await mkdir(old);
    for (const name of await readdir(directory))
      if (name !== "first-a") await rename(join(directory, name), join(old, name));
    const both = () => run(graph(["a", new MemorySink()], ["b", new MemorySink()]), directory);
    expect((await both()).error).toMatchObject({
      code: "journal.left-behind",
      exitCode: 2,
      message: expect.stringContaining(`5 events (`),
      help: expect.stringContaining(`logpipe journal remove ${old} a`),
    });
    // What needs no journal looks, too.
    const alone = await run(graph(["a", new MemorySink()]), directory);
    expect(alone.error).toMatchObject({ code: "journal.left-behind" });
    await removeFromJournal({ files: diskFiles, directory, tell: () => {} }, "a");
    expect(await both()).toMatchObject({ error: undefined, code: 0 });
  });
});
