// Enter here: `--follow`: files that grow, rotate, come and go, each line read once.
/** `--follow` and `--checkpoint`: files that grow, are rotated, come and go, each line read once. */
import { failure } from "../../base/errors/index.js";
import type { Host } from "../../pipeline/contract/host.js";
import type { Source } from "../../pipeline/contract/source.js";
import { Checkpoint } from "../checkpoint/checkpoint.js";
import type { FollowOptions } from "./follow-options.js";
import { FollowSource } from "./follow-source.js";

export type { FollowOptions } from "./follow-options.js";

/**
 * Follows files and patterns through rotation by rename, by copy and truncate, and by switched symbolic links. An
 * unfinished last line is held until its newline comes, or the file is done with; at a stop it is handed over only
 * without a checkpoint (with one, the next run reads it whole).
 *
 * Lines that a writer adds between the copy and the truncation of copytruncate are lost by the rotation itself; nobody
 * can read them. What was written before is read from the copy when it lies in the same directory.
 *
 * Throws checkpoint.locked, checkpoint.unusable, checkpoint.known, output.unwritable.
 */
export async function openFollow(
  patterns: readonly string[],
  options: FollowOptions,
  host: Host,
): Promise<Source> {
  if (patterns.includes("-")) {
    throw failure("usage.bad-value", {
      option: "FILE",
      value: "-",
      reason: "standard input cannot be followed or resumed",
    });
  }
  const tell = (text: string) => host.log("info", text);
  const checkpoint =
    options.checkpoint === undefined
      ? undefined
      : await Checkpoint.open(options.checkpoint, tell, host.signal);
  if (options.fromOption !== undefined) await refused(checkpoint, options.fromOption);
  return new FollowSource(patterns, options, host, checkpoint);
}

/** Gives the checkpoint back where it is refused. */
async function refused(checkpoint: Checkpoint | undefined, option: string): Promise<void> {
  try {
    checkpoint?.refuse(option);
  } catch (error) {
    await checkpoint?.close();
    throw error;
  }
}
