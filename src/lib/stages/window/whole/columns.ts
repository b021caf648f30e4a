/** The columns of results, and the order of rows by them: `--sort 'p95(ms), path'`. */
import { failure } from "../../../base/errors/index.js";
import { suggest } from "../../../base/suggest.js";
import type { PlannedOutput } from "../aggregates/aggregate.js";
import { fieldOf, splitAt } from "../aggregates/call.js";

export interface TotalsColumn {
  readonly name: string;
  /** The aggregate as it was asked for, without its name and blanks: `p95(ms)`; of a group field its name. */
  readonly written: string;
  /** The number of the output, or of the group field. */
  readonly index: number;
  readonly isAggregate: boolean;
  readonly kind: PlannedOutput["kind"];
}

export interface ColumnOrder {
  readonly column: TotalsColumn;
  /** The greatest first. */
  readonly isDescending: boolean;
}

/** `agg`: the text that `outputs` were made from, in the same order. */
export function columnsOf(
  by: readonly string[],
  outputs: readonly PlannedOutput[],
  agg: string,
): readonly TotalsColumn[] {
  const pieces = splitAt(agg, { text: agg, at: 0 }, ",");
  return [
    ...by.map((name, index) => ({ name, written: name, index, isAggregate: false, kind: "any" as const })),
    ...outputs.map(({ name, kind }, index) => {
      const written = plain(pieces[index]!.text.replace(/\s+as\s+\S+\s*$/i, ""));
      return { name, written, index, isAggregate: true, kind };
    }),
  ];
}

/** What conditions over the results may name: `columns`, and numbers that results have besides. */
export function columnKinds(
  columns: readonly TotalsColumn[],
  numbers: readonly string[],
): ReadonlyMap<string, TotalsColumn["kind"]> {
  const own = numbers.map((name) => [name, "number"] as const);
  return new Map([...columns.map(({ name, kind }) => [name, kind] as const), ...own]);
}

/** An aggregate as it is written, whatever the blanks in it. */
export function plain(text: string): string {
  return text.replaceAll(/\s+/g, "");
}

/**
 * `COLUMN[ asc| desc]`, several with commas: aggregates the greatest first, group fields the smallest first where
 * nothing else is written. Without a text: by the first aggregate, then by the group fields. Throws usage.bad-value.
 */
export function readOrder(
  text: string | undefined,
  columns: readonly TotalsColumn[],
  isAscending: boolean,
): readonly ColumnOrder[] {
  const aggregates = columns.filter((column) => column.isAggregate);
  const asked =
    text === undefined
      ? [{ column: aggregates[0]!, isDescending: !isAscending }]
      : splitAt(text, { text, at: 0 }, ",", "--sort").map((piece) =>
          readKey(piece.text, columns, isAscending),
        );
  const rest = columns.filter((column) => !column.isAggregate && !asked.some((key) => key.column === column));
  return [...asked, ...rest.map((column) => ({ column, isDescending: false }))];
}

function readKey(text: string, columns: readonly TotalsColumn[], isAscending: boolean): ColumnOrder {
  const [, minus, name, direction] = /^(-?)\s*(.*?)(?:\s+(asc|desc))?$/i.exec(text)!;
  const column = columnNamed(name!, columns);
  const isDescending =
    direction === undefined ? minus === "-" || column.isAggregate : /^desc$/i.test(direction);
  return { column, isDescending: direction === undefined && isAscending ? !isDescending : isDescending };
}

/** By its name, as the aggregate was written, or by the name of an aggregate that is there once. */
function columnNamed(text: string, columns: readonly TotalsColumn[]): TotalsColumn {
  const name = fieldOf(text) ?? text;
  const exact = columns.find((column) => column.name === name || column.written === plain(text));
  if (exact !== undefined) return exact;
  const alike = columns.filter(
    ({ written, isAggregate }) => isAggregate && written.startsWith(`${plain(text)}(`),
  );
  if (alike.length === 1) return alike[0]!;
  const names = columns.map((column) => column.name);
  throw failure("usage.bad-value", {
    option: "--sort",
    value: text,
    reason: alike.length > 1 ? "several columns may be meant" : "no column of the results has that name",
    suggestion: alike.length > 1 ? undefined : suggest(text, names),
    hint: `the columns are ${names.join(", ")}`,
  });
}
