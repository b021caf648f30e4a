/** Lines whose columns are always the same, apart by blanks. */
import type { EventWriter } from "../../event/writer.js";
import type { LineParser } from "../format.js";
import { cellsOf } from "../tables/cells.js";
import type { CellReader } from "../tables/columns.js";

/**
 * `least`: cells that a line has at least, since programs have added columns at the end; more than there are columns go
 * to `extra`, as text. `first`: what the line must match before anything else is looked at. `hasBrackets`: cells in
 * brackets may have blanks.
 */
export function positional(
  columns: readonly CellReader[],
  { least, first, hasBrackets = false }: { least: number; first: RegExp; hasBrackets?: boolean },
): LineParser {
  return {
    parse(line: string, event: EventWriter): boolean {
      if (!first.test(line)) return false;
      const cells = cellsOf(line, hasBrackets);
      if (cells === undefined || cells.length < least) return false;
      const known = Math.min(cells.length, columns.length);
      for (let i = 0; i < known; i++) if (!columns[i]!(cells[i]!, event)) return false;
      if (cells.length > known) event.textIf("extra", cells.slice(known).join(" "));
      return true;
    },
  };
}
