/** `_last_checkpoint`: where other engines begin to read. We never rely on it. */
import type { TableStorage } from "../../storage/storage.js";
import { LOG_PREFIX } from "../listing.js";

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
export async function readLastCheckpoint(storage: TableStorage): Promise<LastCheckpoint | undefined> {
  const bytes = await storage.read(KEY);
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
export async function writeLastCheckpoint(storage: TableStorage, last: LastCheckpoint): Promise<void> {
  await storage.put(KEY, Buffer.from(JSON.stringify(last), "utf8"), "durable");
}

const KEY = `${LOG_PREFIX}_last_checkpoint`;
