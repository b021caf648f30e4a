/** Reads a table's log up to some version: the newest base that can be read, then the commits after it. */
import { failure } from "../../base/errors/index.js";
import type { Files } from "../../base/files.js";
import { decodeActions } from "./actions.js";
import { commitPath, type LogListing, listLog } from "./listing.js";
import { LogState } from "./state.js";

/** The state at `version`, or the newest. Throws store.unreadable when the log does not reach back or has a hole. */
export async function loadState(files: Files, directory: string, version?: number): Promise<LogState> {
  const listing = await listLog(files, directory);
  const state = new LogState(directory);
  const last = version ?? listing.commits.at(-1) ?? -1;
  if (last > state.version) checkReach(listing, directory, state.version + 1);
  await applyUpTo(files, state, last);
  return state;
}

/** Applies the commits up to `last`, which must be there. */
export async function applyUpTo(files: Files, state: LogState, last: number): Promise<void> {
  while (state.version < last) {
    const first = state.version + 1;
    const versions = Array.from(
      { length: Math.min(READ_AT_ONCE, last - state.version) },
      (_, i) => first + i,
    );
    const commits = await Promise.all(versions.map((v) => files.read(commitPath(state.directory, v))));
    for (const [i, bytes] of commits.entries()) {
      if (bytes === undefined) throw missingCommit(state.directory, first + i);
      state.apply(decodeActions(bytes));
    }
  }
}

/** Applies what came since. False: the log no longer has what the state was read from, and must be read anew. */
export async function follow(files: Files, state: LogState): Promise<boolean> {
  const { directory } = state;
  for (;;) {
    const bytes = await files.read(commitPath(directory, state.version + 1));
    if (bytes === undefined) break;
    state.apply(decodeActions(bytes));
  }
  return state.version < 0 || (await files.stat(commitPath(directory, state.version))) !== undefined;
}

const READ_AT_ONCE = 64;

function checkReach(listing: LogListing, directory: string, first: number): void {
  if (listing.commits[0] === first) return;
  throw missingCommit(directory, first);
}

function missingCommit(path: string, version: number): Error {
  const reason = `version ${version} is missing in its log, and no checkpoint after it can be read`;
  return failure("store.unreadable", { path, reason });
}
