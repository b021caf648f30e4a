/** A store that may not be written to, said in terms of the store. */
import { failure, reasonOf } from "../../base/errors/index.js";
import { isSystemError } from "../../base/files.js";

/**
 * The first thing that is written to a table for some work. Throws store.unwritable where the system does not let us.
 */
export async function firstWrite<T>(tableDirectory: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isSystemError(error, "EACCES", "EPERM", "EROFS")) throw error;
    throw failure("store.unwritable", { path: tableDirectory, reason: reasonOf(error) }, error);
  }
}
