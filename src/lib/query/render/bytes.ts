/** The raw memory of DuckDB vectors. Valid as long as the chunk they belong to. */
import type { Duck, Vector } from "../duck.js";

/** The texts of a vector's first `count` values; null is SQL NULL. */
export type Render = (vector: Vector, count: number) => (string | null)[];

/** The first `byteCount` bytes of a vector's values, not copied. */
export function dataOf(duck: Duck, vector: Vector, byteCount: number): DataView {
  const bytes = duck.bindings.vector_get_data(vector, byteCount);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Bit i % 8 of byte i / 8 is 1 when value i is not NULL; undefined: none is. */
export function validityOf(duck: Duck, vector: Vector, count: number): Uint8Array | undefined {
  return duck.bindings.vector_get_validity(vector, Math.ceil(count / 64) * 8) ?? undefined;
}

export function isValid(validity: Uint8Array | undefined, index: number): boolean {
  return validity === undefined || (validity[index >> 3]! & (1 << (index & 7))) !== 0;
}

/** A renderer for values of `width` bytes each: calls `read` for those that are not NULL. */
export function fixedWidth(
  duck: Duck,
  width: number,
  read: (data: DataView, offset: number) => string,
): Render {
  return (vector, count) => {
    const cells: (string | null)[] = new Array(count);
    if (count === 0) return cells;
    const data = dataOf(duck, vector, count * width);
    const validity = validityOf(duck, vector, count);
    for (let i = 0; i < count; i++) cells[i] = isValid(validity, i) ? read(data, i * width) : null;
    return cells;
  };
}
