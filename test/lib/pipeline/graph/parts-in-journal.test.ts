/** What is made of one block for several sinks counts in the journal as a whole: after a kill no sink has it twice. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Block } from "../../../../src/lib/event/block.js";
import { newDelivery } from "../../../../src/lib/event/delivery/delivery.js";
import { type Commit, decodeCommits } from "../../../../src/lib/store/wal/segment.js";
import { temporaryDirectory } from "../../../support/logpipe.js";
import { MemorySink, MemorySource, numbered, run, sinkNode, sourceNode, type Written } from "./support.js";

/** As a followed file: the next run reads on behind its cursors. */
class ReplayedSource extends MemorySource {
  readonly replay = { id: "id", resume: () => {}, waiting: () => [] };

  override async read(): Promise<Block | undefined> {
    const block = await super.read();
    if (block === undefined) return undefined;
    const own = new Block(block.bytes);
    own.origin = block.origin;
    own.delivery = block.delivery ?? newDelivery(() => {});
    own.cursor = { stream: "id/a", offset: this.read_ };
    return own;
  }
}

/** In the order they were written; of open ones those that a crash would leave. */
function commitsIn(journal: string): Commit[] {
  const parent = join(journal, "_wal");
  const writers = readdirSync(parent);
  return writers.flatMap((writer) =>
    readdirSync(join(parent, writer))
      .filter((name) => name.endsWith(".commits"))
      .flatMap((name) => {
        const { commits, open } = decodeCommits(readFileSync(join(parent, writer, name)));
        return [...commits, ...open];
      }),
  );
}

it("each piece but the last is open, and the last has the cursor", async () => {
  const directory = temporaryDirectory();
  let seen: Commit[] = [];
  const first = new MemorySink(async (): Promise<Written> => {
    if (seen.length === 0) seen = commitsIn(directory);
    return "stored";
  });
  const ran = await run(
    {
      sources: [sourceNode("in", new ReplayedSource(numbered(3)))],
      routes: [
        {
          name: "by",
          from: [{ node: "in" }],
          match: "first",
          ports: [
            { name: "one", when: "n >= 0" },
            { name: "two", when: undefined },
          ],
        },
      ],
      sinks: [sinkNode("a", "by.one", first), sinkNode("b", "in", new MemorySink())],
    },
    directory,
  );
  expect(ran).toMatchObject({ error: undefined, code: 0 });
  const whole = seen.filter(({ events }) => events > 0);
  expect(whole.length).toBeGreaterThan(1);
  for (const { isOpen, position, positions = [] } of whole) {
    const hasCursor = position !== undefined || positions.length > 0;
    expect({ isOpen: isOpen === true, hasCursor }).toEqual({ isOpen: !hasCursor, hasCursor });
  }
  expect(whole.some(({ isOpen }) => isOpen === true)).toBe(true);
});
