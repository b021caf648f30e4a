/**
 * A log that is rotated in every way while readers come, are killed, and come again, through the built command. What
 * lies on the disk at the end is in the store, and nothing is there twice. `LOGPIPE_TEST_ROTATION=all` (or a number of
 * histories, or a number and a seed: `200,7`) tries more of them.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import kept from "./rotation-kept.json" with { type: "json" };
import { type History, histories, play } from "./rotation-steps.js";

const [asked = "1", seed] = (process.env["LOGPIPE_TEST_ROTATION"] ?? "1").split(",");
const count = asked === "all" ? 300 : Number(asked);

async function differences(history: History): Promise<string[]> {
  const directory = mkdtempSync(join(tmpdir(), "logpipe-rotation-"));
  try {
    return await play(history, directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

describe("a rotated log", () => {
  it(
    "is stored once, all that is on the disk, whatever rotates it and whenever its reader is killed",
    async () => {
      const property = fc.asyncProperty(histories, async (history) => {
        expect(await differences(history)).toEqual([]);
      });
      await fc.assert(property, {
        numRuns: count,
        interruptAfterTimeLimit: 6 * 3600_000,
        ...(seed === undefined ? {} : { seed: Number(seed) }),
      });
    },
    7 * 3600_000,
  );

  it.concurrent.each((kept as History[]).map((history) => ({ name: JSON.stringify(history), history })))(
    "as it once failed: $name",
    async ({ history }) => expect(await differences(history)).toEqual([]),
    600_000,
  );
});
