import { entry } from "./entry.js";

/** Errors of `query`: SQL, tables, outputs. */
export const queryErrors = {
  "query.failed": entry<{ reason: string; help?: string | undefined }>({
    exitCode: 1,
    message: (f) => f.reason,
    help: (f) => f.help,
  }),
  "query.no-time": entry<{ table: string; type?: string; field?: string }>({
    exitCode: 2,
    message: (f) => `--since and --until cannot hold for ${f.table}: ${noTimeReason(f)}`,
    help: () =>
      "leave them out and say WHERE with the column that has the time, or name it with --time-field where a file has it",
  }),
  "query.refused": entry<{ reason: string; help?: string | undefined }>({
    exitCode: 2,
    message: (f) => f.reason,
    help: (f) => f.help ?? "restricted queries are one SELECT over the tables given; see docs/security.md",
  }),
  "query.limit": entry<{ reason: string; help: string }>({
    exitCode: 1,
    message: (f) => f.reason,
    help: (f) => f.help,
  }),
} as const;

function noTimeReason({ type, field }: { type?: string; field?: string }): string {
  if (field !== undefined && type === undefined) return `no event has a time in the field ${field}`;
  const column = field ?? "timestamp";
  return type === undefined ? `it has no column ${column}` : `its ${column} is ${type}, no time`;
}
