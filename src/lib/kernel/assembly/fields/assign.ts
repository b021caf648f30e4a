// Sets top-level members to constants in every event of a block. A member that is there keeps its place and gets the new
// value; one that is not is added at the end. Everything else is copied as it is.
//
// The table, written by the host: for each field 16 bytes [key address][key length][value address][value length], addresses
// relative to the table; the key as JSON text without its quotes, the value as JSON text.
import { isSame } from "../compare";
import * as json from "../json";
import { clearRejects, rejectLine } from "../check/rejects";

const FIELDS_MAX: u32 = 64;
const table: usize = memory.data(65536, 16);

let stopped: usize = 0;
let output: usize = 0;

export function assignTableAt(): usize { return table; }
export function assignStopped(): usize { return stopped; }

/** Reads the lines of [p, end), writes events at `out`; returns the end of the output. */
export function assign(p: usize, end: usize, out: usize, fields: u32): usize {
  clearRejects();
  output = out;
  while (p < end) {
    const start = p;
    const before = output;
    p = takeLine(p, end, fields);
    if (p == 0) {
      output = before;
      p = rejectLine(start, end);
    }
    if (p == 0) {
      stopped = start;
      return output;
    }
  }
  stopped = end;
  return output;
}

function takeLine(p: usize, end: usize, fields: u32): usize {
  p = json.skipSpace(p);
  if (load<u8>(p) == 0x0a) return p + 1;
  if (load<u8>(p) != 0x7b) return json.fault(json.FAULT_NOT_OBJECT, p);
  let copied = p;
  let found: u64 = 0;
  p = json.skipSpace(p + 1);
  const isEmpty = load<u8>(p) == 0x7d;
  while (!isEmpty) {
    if (load<u8>(p) != 0x22) return json.fault(p >= end || load<u8>(p) == 0x0a ? json.FAULT_TRUNCATED : json.FAULT_MALFORMED, p);
    const key = p + 1;
    p = json.skipString(key, end);
    if (p == 0) return 0;
    const field = fieldOf(key, <u32>(p - 1 - key), fields);
    p = json.skipSpace(p);
    if (load<u8>(p) != 0x3a) return json.fault(p >= end ? json.FAULT_TRUNCATED : json.FAULT_MALFORMED, p);
    p = json.skipSpace(p + 1);
    const value = p;
    p = json.skipValue(p, end, 0);
    if (p == 0) return 0;
    if (field != FIELDS_MAX) {
      copy(copied, value);
      copyValue(field);
      copied = p;
      found |= (<u64>1) << field;
    }
    p = json.skipSpace(p);
    const c = load<u8>(p);
    if (c == 0x7d) break;
    if (c != 0x2c) return json.fault(p >= end || c == 0x0a ? json.FAULT_TRUNCATED : json.FAULT_MALFORMED, p);
    p = json.skipSpace(p + 1);
  }
  const brace = p;
  p = json.skipSpace(p + 1);
  if (load<u8>(p) != 0x0a) return json.fault(json.FAULT_TRAILING, p);
  copy(copied, brace);
  addMissing(fields, found, isEmpty);
  store<u16>(output, 0x0a7d);
  output += 2;
  return p + 1;
}

function addMissing(fields: u32, found: u64, isEmpty: bool): void {
  for (let field: u32 = 0; field < fields; field++) {
    if (found & ((<u64>1) << field)) continue;
    if (!isEmpty) {
      store<u8>(output, 0x2c);
      output++;
    }
    isEmpty = false;
    const entry = table + (field << 4);
    store<u8>(output, 0x22);
    output++;
    const length = load<u32>(entry, 4);
    memory.copy(output, table + load<u32>(entry), length);
    output += length;
    store<u16>(output, 0x3a22);
    output += 2;
    copyValue(field);
  }
}

// @ts-ignore: decorator
@inline
function copyValue(field: u32): void {
  const entry = table + (field << 4);
  const length = load<u32>(entry, 12);
  memory.copy(output, table + load<u32>(entry, 8), length);
  output += length;
}

/** Sixteen bytes a step: may write up to 15 bytes past the end, which what comes next overwrites. */
// @ts-ignore: decorator
@inline
function copy(from: usize, to: usize): void {
  const length = to - from;
  let n: usize = 0;
  do {
    v128.store(output + n, v128.load(from + n));
    n += 16;
  } while (n < length);
  output += length;
}

/** Which field the key is, FIELDS_MAX for none. */
// @ts-ignore: decorator
@inline
function fieldOf(key: usize, length: u32, fields: u32): u32 {
  for (let field: u32 = 0; field < fields; field++) {
    const entry = table + (field << 4);
    if (load<u32>(entry, 4) == length && isSame(table + load<u32>(entry), key, length)) return field;
  }
  return FIELDS_MAX;
}
