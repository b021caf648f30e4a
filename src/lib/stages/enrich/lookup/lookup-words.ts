/** Reads what is given to `enrich --lookup`. */
import { failure } from "../../../base/errors/index.js";

export interface LookupWords {
  /** A path, or the SQL behind `sql:`. */
  readonly from: { readonly kind: "file" | "sql"; readonly text: string };
  /** Fields of the event and the columns they must equal, one or more. */
  readonly on: readonly { readonly field: string; readonly column: string }[];
  /** Columns to add and their names in the event; undefined: all but those of the key, under their own names. */
  readonly add: readonly { readonly column: string; readonly name: string }[] | undefined;
  /** In front of the name of every added field that `add` gives no name of its own. */
  readonly prefix: string;
}

/** Names apart by commas, and the place where the last ` on ` of the text leads: SQL may have one itself. */
const LIST = String.raw`[^\s,]+(?:\s*,\s*[^\s,]+)*`;
const WORDS = new RegExp(String.raw`^(.*\S)\s+on\s+(${LIST})(?:\s+add\s+(${LIST}))?(?:\s+as\s+(\S+))?$`, "s");

/**
 * `FROM on FIELD[=COLUMN][,...] [add COLUMN[=NAME],...] [as PREFIX]`, where FROM is a file or `sql: SELECT ...`:
 *
 *     users.csv on user_id=id add name,plan=tier as user_
 *
 * Throws usage.bad-value.
 */
export function readLookup(text: string): LookupWords {
  const match = WORDS.exec(text.trim());
  if (match === null) {
    throw failure("usage.bad-value", {
      option: "--lookup",
      value: text,
      reason: "it does not say which field to look up",
      hint: "write it like 'users.csv on user_id=id add name,plan as user_'",
    });
  }
  const [, from = "", on = "", add, prefix = ""] = match;
  const sql = /^sql:\s*(.*)$/s.exec(from)?.[1];
  return {
    from: sql === undefined ? { kind: "file", text: from } : { kind: "sql", text: sql },
    on: pairs(on).map(([field, column]) => ({ field, column: column ?? field })),
    add:
      add === undefined
        ? undefined
        : pairs(add).map(([column, name]) => ({ column, name: name ?? prefix + column })),
    prefix,
  };
}

function pairs(list: string): [string, string | undefined][] {
  return list.split(/\s*,\s*/).map((pair) => {
    const split = pair.indexOf("=");
    return split < 1 ? [pair, undefined] : [pair.slice(0, split), pair.slice(split + 1)];
  });
}
