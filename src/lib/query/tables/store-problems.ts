/** Messages when a table's live events are not all as they were written. */
import { countOf } from "../../base/size.js";
import type { Terminal } from "../../pipeline/contract/terminal.js";
import type { TableProblem } from "./store-tables.js";

/** Before the answer: whoever reads it must know that there is more. */
export function tellProblem({ table, problems, damagedParts }: TableProblem, terminal: Terminal): void {
  for (const { path, what, events } of problems) {
    const left = events === undefined ? "acknowledged events" : countOf(events, "acknowledged event");
    terminal.complain(
      `${left} of table ${table} ${events === 1 ? "is" : "are"} not in the answer: ${table}/${path} ${what}`,
      "`logpipe store verify` says what is damaged, `logpipe store repair` saves what can be saved",
    );
  }
  if (damagedParts > 0)
    terminal.notice(
      `${countOf(damagedParts, "damaged part")} of the log of table ${table} ${damagedParts === 1 ? "is" : "are"} not in the answer: see logpipe store quarantine list`,
    );
}

/** Whether DuckDB spoke of values of events, and not of itself. */
export function isOfEvents(error: unknown): boolean {
  return error instanceof Error && /^(Invalid Input|Conversion|Out of Range) Error/.test(error.message);
}
