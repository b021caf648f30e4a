/** `_last_checkpoint`: where other engines begin to read. We never rely on it. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Files } from "../../../base/files.js";
import { LOG_DIRECTORY } from "../listing.js";

/** "Last Checkpoint File Schema" of PROTOCOL.md. */
export interface LastCheckpoint {
  readonly version: number;
  /** Actions in the checkpoint. */
  readonly size: number;
  readonly parts?: number;
  readonly sizeInBytes?: number;
  readonly numOfAddFiles?: number;
}

/** Undefined when it is not there or is not what it should be. */
export async function readLastCheckpoint(
  files: Files,
  tableDirectory: string,
): Promise<LastCheckpoint | undefined> {
  const bytes = await files.read(pathIn(tableDirectory));
  if (bytes === undefined) return undefined;
  try {
    const said = JSON.parse(bytes.toString("utf8")) as Partial<LastCheckpoint> | null;
    return typeof said?.version === "number"
      ? { ...said, version: said.version, size: said.size ?? 0 }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces it as a whole, durably. */
export async function writeLastCheckpoint(
  files: Files,
  tableDirectory: string,
  last: LastCheckpoint,
): Promise<void> {
  const directory = join(tableDirectory, LOG_DIRECTORY);
  const draft = join(directory, `.draft-${randomUUID()}`);
  try {
    const file = await files.open(draft, "create");
    try {
      await file.write([Buffer.from(JSON.stringify(last), "utf8")], 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await files.rename(draft, pathIn(tableDirectory));
  } catch (error) {
    await files.remove(draft).catch(() => {});
    throw error;
  }
  await files.syncDirectory(directory);
}

function pathIn(tableDirectory: string): string {
  return join(tableDirectory, LOG_DIRECTORY, "_last_checkpoint");
}
