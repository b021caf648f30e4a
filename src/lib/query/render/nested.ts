/** Lists, structs, maps and unions to JSON, from the texts of their children. */
import { quote } from "../../event/writer.js";
import type { Duck, Vector } from "../duck.js";
import { dataOf, isValid, type Render, validityOf } from "./bytes.js";

export function lists(duck: Duck, item: Render): Render {
  return eachList(duck, (child, size) => {
    const items = item(child, size);
    return (from, to) => `[${items.slice(from, to).map(orNull).join(",")}]`;
  });
}

/** A map is a list of key-value structs. Keys become text, as JSON wants. */
export function maps(duck: Duck, key: Render, value: Render): Render {
  return eachList(duck, (child, size) => {
    const keys = key(duck.bindings.struct_vector_get_child(child, 0), size);
    const values = value(duck.bindings.struct_vector_get_child(child, 1), size);
    return (from, to) => {
      const entries: string[] = [];
      for (let i = from; i < to; i++) entries.push(`${quote(orNull(keys[i]))}:${orNull(values[i])}`);
      return `{${entries.join(",")}}`;
    };
  });
}

export function arrays(duck: Duck, item: Render, length: number): Render {
  return (vector, count) => {
    const validity = validityOf(duck, vector, count);
    const items = item(duck.bindings.array_vector_get_child(vector), count * length);
    return cells(
      count,
      validity,
      (row) =>
        `[${items
          .slice(row * length, (row + 1) * length)
          .map(orNull)
          .join(",")}]`,
    );
  };
}

/** Members keep their order, NULL ones too; a struct without names (`row(1, 2)`) is an array. */
export function structs(duck: Duck, names: readonly string[], members: readonly Render[]): Render {
  const isNamed = names.some((name) => name !== "");
  const keys = names.map((name) => (isNamed ? `${quote(name)}:` : ""));
  const [open, close] = isNamed ? ["{", "}"] : ["[", "]"];
  return (vector, count) => {
    const validity = validityOf(duck, vector, count);
    const columns = members.map((render, k) =>
      render(duck.bindings.struct_vector_get_child(vector, k), count),
    );
    return cells(count, validity, (row) => {
      return open + columns.map((column, k) => keys[k] + orNull(column[row])).join(",") + close;
    });
  };
}

/** A union is a struct of a tag and its members: the value of the member that the tag names. */
export function unions(duck: Duck, members: readonly Render[]): Render {
  return (vector, count) => {
    if (count === 0) return [];
    const tagVector = duck.bindings.struct_vector_get_child(vector, 0);
    const tags = dataOf(duck, tagVector, count);
    const validity = validityOf(duck, tagVector, count);
    const columns = members.map((render, k) =>
      render(duck.bindings.struct_vector_get_child(vector, k + 1), count),
    );
    return cells(count, validity, (row) => columns[tags.getUint8(row)]?.[row] ?? null);
  };
}

/** Walks list entries (offset u64, length u64) over the one child vector that holds all items. */
function eachList(
  duck: Duck,
  open: (child: Vector, size: number) => (from: number, to: number) => string,
): Render {
  return (vector, count) => {
    if (count === 0) return [];
    const validity = validityOf(duck, vector, count);
    const entries = dataOf(duck, vector, count * 16);
    const size = duck.bindings.list_vector_get_size(vector);
    const read = open(duck.bindings.list_vector_get_child(vector), size);
    return cells(count, validity, (row) => {
      const from = Number(entries.getBigUint64(row * 16, true));
      return read(from, from + Number(entries.getBigUint64(row * 16 + 8, true)));
    });
  };
}

function cells(
  count: number,
  validity: Uint8Array | undefined,
  read: (row: number) => string | null,
): (string | null)[] {
  return Array.from({ length: count }, (_, row) => (isValid(validity, row) ? read(row) : null));
}

function orNull(text: string | null | undefined): string {
  return text ?? "null";
}
