/** Results as text: one pure object a format. */

import { table } from "../../base/table.js";
import { quote } from "../../event/writer.js";

/** What a column is called and how its cells look. */
export interface ColumnShape {
  readonly name: string;
  readonly isNumeric: boolean;
}

/** Writes a result piece by piece. Cells come column by column: `cells[column][row]`, null for NULL. */
export interface TextFormat {
  /** "json": cells are JSON values; "text": bare text. */
  readonly cells: "json" | "text";
  begin(columns: readonly ColumnShape[]): string;
  rows(cells: readonly (readonly (string | null)[])[], count: number): string;
  /** `rowCount` is that of the whole result. */
  end(rowCount: number): string;
}

/** One JSON object a line. NULLs are left out: the event had no such key. */
export function ndjson(): TextFormat {
  let keys: string[] = [];
  return {
    cells: "json",
    begin: (columns) => {
      keys = uniqueNames(columns).map((name) => `${quote(name)}:`);
      return "";
    },
    rows: (cells, count) => {
      let text = "";
      for (let row = 0; row < count; row++) {
        let separator = "{";
        for (let k = 0; k < cells.length; k++) {
          const cell = cells[k]![row]!;
          if (cell === null) continue;
          text += separator + keys[k] + cell;
          separator = ",";
        }
        text += separator === "{" ? "{}\n" : "}\n";
      }
      return text;
    },
    end: () => "",
  };
}

/** One JSON array of objects, an object a line. NULLs are `null`. */
export function jsonArray(): TextFormat {
  let keys: string[] = [];
  let isFirst = true;
  return {
    cells: "json",
    begin: (columns) => {
      keys = uniqueNames(columns).map((name) => `${quote(name)}:`);
      return "[";
    },
    rows: (cells, count) => {
      let text = "";
      for (let row = 0; row < count; row++) {
        text += `${isFirst ? "\n" : ",\n"}{${cells.map((column, k) => keys[k] + (column[row] ?? "null")).join(",")}}`;
        isFirst = false;
      }
      return text;
    },
    end: (rowCount) => (rowCount === 0 ? "]\n" : "\n]\n"),
  };
}

/** RFC 4180 with "\n" line ends. NULL is nothing, the empty string is `""`. */
export function csvText(): TextFormat {
  return separated(",", (text) =>
    text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text,
  );
}

/** Tab separated: tab, line ends and backslash are written \t, \n, \r and \\; NULL is nothing. */
export function tsvText(): TextFormat {
  return separated("\t", (text) =>
    /[\t\n\r\\]/.test(text) ? text.replace(/[\t\n\r\\]/g, (c) => TSV_ESCAPES[c]!) : text,
  );
}

const TSV_ESCAPES: Readonly<Record<string, string>> = table({
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
  "\\": "\\\\",
});

function separated(separator: string, write: (text: string) => string): TextFormat {
  return {
    cells: "text",
    begin: (columns) =>
      columns.length === 0 ? "" : `${columns.map(({ name }) => write(name)).join(separator)}\n`,
    rows: (cells, count) => {
      let text = "";
      for (let row = 0; row < count; row++) {
        for (let k = 0; k < cells.length; k++) {
          const cell = cells[k]![row]!;
          if (k > 0) text += separator;
          if (cell !== null) text += write(cell);
        }
        text += "\n";
      }
      return text;
    },
    end: () => "",
  };
}

/** A GitHub Flavored Markdown table; numbers right-aligned. */
export function markdown(): TextFormat {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  return {
    cells: "text",
    begin: (columns) => {
      if (columns.length === 0) return "";
      const rule = columns.map(({ isNumeric }) => (isNumeric ? "---:" : "---"));
      return line(columns.map(({ name }) => markdownCell(name))) + line(rule);
    },
    rows: (cells, count) => {
      let text = "";
      for (let row = 0; row < count; row++)
        text += line(cells.map((column) => markdownCell(column[row] ?? "")));
      return text;
    },
    end: () => "",
  };
}

/** A pipe would end the cell and a line end the table; `<` would start HTML, the others markup. */
function markdownCell(text: string): string {
  return text.replace(/[\\|<*_`[\]]/g, "\\$&").replace(/\r\n|\r|\n/g, "<br>");
}

/** JSON keys must differ: a second `n` is `n_1`, as DuckDB itself names it in a subquery. */
export function uniqueNames(columns: readonly { readonly name: string }[]): string[] {
  const taken = new Set(columns.map(({ name }) => name));
  const seen = new Set<string>();
  return columns.map(({ name }) => {
    let unique = name;
    for (let n = 1; seen.has(unique); n++) {
      const candidate = `${name}_${n}`;
      if (!taken.has(candidate)) unique = candidate;
    }
    seen.add(unique);
    return unique;
  });
}
