import { entry } from "./entry.js";

/** Errors of the store: write-ahead log, table log, Parquet files. */
export const storeErrors = {
  "store.unwritable": entry<{ path: string; reason: string }>({
    exitCode: 1,
    message: (f) => `cannot write to the store ${f.path}: ${f.reason}`,
    help: () =>
      "everything acknowledged so far is safe; free space or fix permissions, then run the same command again",
  }),
} as const;
