/** Which separator a file of cells has: told by its first records, not by a guess at its types. */
import { type CsvRecord, type Dialect, recordAt } from "./records.js";

export interface FoundDialect extends Dialect {
  /** Where the header begins: behind Excel's line `sep=;`. */
  readonly start: number;
  /** Another separator that would fit as well. */
  readonly alternative: string | undefined;
  /** Cells that every record looked at has; undefined: not all have as many. */
  readonly width?: number;
  /** Records looked at, the header among them, and the part of them that has as many cells. */
  readonly records: number;
  readonly fit: number;
}

const SEPARATORS = [",", ";", "\t", "|"] as const;
const LOOKED_AT_RECORDS = 100;

/** `usual`: the separator of a file that has none in its header, and so one column. */
export function dialectOf(head: string, usual: string, isAll: boolean): FoundDialect {
  const lineEnd = /^[^\n]*\r(?!\n)/.test(head) && !head.trimEnd().includes("\n") ? "\r" : "\n";
  const named = /^sep=(.)\r?\n/i.exec(head);
  if (named !== null)
    return { separator: named[1]!, lineEnd, start: named[0].length, alternative: undefined, ...UNKNOWN };
  const scores = SEPARATORS.map((separator) => scoreOf(head, { separator, lineEnd }, isAll))
    .filter(({ columns }) => columns > 1)
    // The usual one wins where others do as well.
    .sort(
      (a, b) =>
        b.fit - a.fit ||
        Number(b.separator === usual) - Number(a.separator === usual) ||
        b.columns - a.columns,
    );
  const [best, second] = scores;
  const separator = best?.separator ?? usual;
  const isEven = second !== undefined && second.fit === best!.fit && second.records > 1;
  const width = best?.fit === 1 && best.records > 1 ? { width: best.columns } : {};
  const alternative = isEven ? second.separator : undefined;
  const { records, fit } = best ?? UNKNOWN;
  return { separator, lineEnd, start: 0, alternative, records, fit, ...width };
}

const UNKNOWN = { records: 0, fit: 0 };

interface Score {
  readonly separator: string;
  readonly columns: number;
  readonly records: number;
  /** The part of the records that have as many cells as the header. */
  readonly fit: number;
}

function scoreOf(head: string, dialect: Dialect, isAll: boolean): Score {
  const counts: number[] = [];
  let at = 0;
  while (at < head.length && counts.length < LOOKED_AT_RECORDS) {
    const record: CsvRecord | undefined = recordAt(head, at, dialect, isAll);
    if (record === undefined) break;
    if (record.cells.length > 1 || record.cells[0]!.text !== "") counts.push(record.cells.length);
    at = record.end;
  }
  const columns = counts[0] ?? 0;
  const fitting = counts.filter((count) => count === columns).length;
  return {
    separator: dialect.separator,
    columns,
    records: counts.length,
    fit: fitting / Math.max(1, counts.length),
  };
}
