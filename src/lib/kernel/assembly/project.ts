// Finds the values of chosen top-level members in every event of a block, and checks the lines on the way.
//
// The keys, written by the host: for each field 16 bytes [key address][key length][unused][unused], addresses relative to the
// table; keys as JSON text without quotes. The result, a row a line of 8 + 8 * fields bytes, little-endian words:
//
//   [line start][behind its "\n"]  then for each field  [value start][value end]     0 0: not there
//
// Addresses are in the memory. Of a key that occurs twice the last value counts. Blank lines give no row. The highest bit of
// the second word says that a key of the line is written with escapes and was compared with none.
import { isSame } from "./compare";
import * as json from "./json";
import { clearRejects, rejectLine } from "./rejects";

const FIELDS_MAX: u32 = 64;
const ESCAPED: u32 = 0x80000000;
const table: usize = memory.data(20480, 16);

let stopped: usize = 0;
let rows: u32 = 0;
let escaped: u32 = 0;

export function projectTableAt(): usize { return table; }
export function projectStopped(): usize { return stopped; }
export function projectRows(): u32 { return rows; }

/** Reads the lines of [p, end), writes rows at `out`. Stops early when the table of rejects is full. */
export function project(p: usize, end: usize, out: usize, fields: u32): void {
  clearRejects();
  rows = 0;
  const stride: usize = 8 + (<usize>fields << 3);
  while (p < end) {
    const start = p;
    p = json.skipSpace(p);
    if (load<u8>(p) == 0x0a) {
      p++;
      continue;
    }
    memory.fill(out, 0, stride);
    escaped = 0;
    p = takeLine(p, end, out, fields);
    if (p != 0) {
      store<u32>(out, <u32>start);
      store<u32>(out, <u32>p | escaped, 4);
      out += stride;
      rows++;
      continue;
    }
    p = rejectLine(start, end);
    if (p == 0) {
      stopped = start;
      return;
    }
  }
  stopped = end;
}

function takeLine(p: usize, end: usize, row: usize, fields: u32): usize {
  if (load<u8>(p) != 0x7b) return json.fault(json.FAULT_NOT_OBJECT, p);
  p = json.skipSpace(p + 1);
  const isEmpty = load<u8>(p) == 0x7d;
  while (!isEmpty) {
    if (load<u8>(p) != 0x22) return json.fault(p >= end || load<u8>(p) == 0x0a ? json.FAULT_TRUNCATED : json.FAULT_MALFORMED, p);
    const key = p + 1;
    json.clearEscape();
    p = json.skipShortString(key, end);
    if (p == 0) return 0;
    if (json.hasEscape) escaped = ESCAPED;
    const field = fieldOf(key, <u32>(p - 1 - key), fields);
    p = json.skipSpace(p);
    if (load<u8>(p) != 0x3a) return json.fault(p >= end ? json.FAULT_TRUNCATED : json.FAULT_MALFORMED, p);
    p = json.skipSpace(p + 1);
    const value = p;
    p = json.skipValue(p, end, 0);
    if (p == 0) return 0;
    if (field != FIELDS_MAX) {
      const cell = row + 8 + (field << 3);
      store<u32>(cell, <u32>value);
      store<u32>(cell, <u32>p, 4);
    }
    p = json.skipSpace(p);
    const c = load<u8>(p);
    if (c == 0x7d) break;
    if (c != 0x2c) return json.fault(p >= end || c == 0x0a ? json.FAULT_TRUNCATED : json.FAULT_MALFORMED, p);
    p = json.skipSpace(p + 1);
  }
  p = json.skipSpace(p + 1);
  if (load<u8>(p) != 0x0a) return json.fault(json.FAULT_TRAILING, p);
  return p + 1;
}

// @ts-ignore: decorator
@inline
function fieldOf(key: usize, length: u32, fields: u32): u32 {
  for (let field: u32 = 0; field < fields; field++) {
    const entry = table + (field << 4);
    if (load<u32>(entry, 4) == length && isSame(table + load<u32>(entry), key, length)) return field;
  }
  return FIELDS_MAX;
}
