/** Files that are read again when they change. */
import type { StageFileFacts, StageIo } from "../../../pipeline/contract/resources.js";

/**
 * Hands what `make` reads from the file to `accept`. Throws stage.unreadable and what `make` throws. The function that
 * comes back does it again if the file has changed; what cannot be used then leaves what there is, and is reported
 * once. It never rejects. A file that is gone is no change.
 */
export async function reloading<T>(
  path: string,
  io: StageIo,
  make: () => Promise<T>,
  accept: (next: T) => void,
): Promise<() => Promise<void>> {
  let seen = await io.stat(path);
  accept(await make());
  return async () => {
    try {
      const facts = await io.stat(path);
      if (facts === undefined || isSame(facts, seen)) return;
      const before = seen;
      seen = facts;
      const next = await make();
      // Still being written: the next look will find it whole.
      if (isSame(facts, await io.stat(path))) accept(next);
      else seen = before;
    } catch (error) {
      io.log("error", `${(error as Error).message}; what was read before is kept`);
    }
  };
}

function isSame(one: StageFileFacts, other: StageFileFacts | undefined): boolean {
  return one.bytes === other?.bytes && one.modifiedMs === other.modifiedMs && one.identity === other.identity;
}
