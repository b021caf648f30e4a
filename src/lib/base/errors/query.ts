import { entry } from "./entry.js";

/** Errors of `query`: SQL, tables, outputs. */
export const queryErrors = {
  "query.failed": entry<{ reason: string; help?: string | undefined }>({
    exitCode: 1,
    message: (f) => f.reason,
    help: (f) => f.help,
  }),
} as const;
