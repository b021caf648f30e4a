// Enter here: byte offsets of chosen fields, and setting fields to constants.
// Finds the values of chosen members, nested ones too, in every event of a block, and checks the lines on the way. What to look
// for is described by the host in `table` (project-table.ts). The result, a row a line of 8 + 8 * fields bytes, little-endian
// words, all of them offsets in the block:
//
//   [line start][behind its "\n"]  then for each field  [value start][value end]     0 0: not there
//
// Of a key that occurs twice the last value counts. Blank lines give no row. The highest bit of the second word says that a key
// is written with escapes: such a line has no values and is read by the host.
import * as json from "../json";
import { predicted, remember, resetPredictions, predictions } from "./project-keys";
import {
  CONTEXT_MASK, ENTRY_BYTES, ENTRY_CHILD, ENTRY_INDEX, ENTRY_SLOT, NONE, choicesAt, choicesCount, entryOf, firstContext,
  scratch, table,
} from "./project-table";
import { clearRejects, rejectLine } from "../check/rejects";

const ESCAPED: u32 = 0x80000000;
const DEPTH_MAX: u32 = 512;

let stopped: usize = 0;
let rows: u32 = 0;
let escaped: u32 = 0;
let origin: usize = 0;
let cells: usize = 0;
let fieldCount: u32 = 0;
let scratchBytes: usize = 0;
/** The entry of the key read last, 0 when it is none; `readKey` returns where its value begins. */
let entry: usize = 0;

export function projectTableAt(): usize { return table; }
export function projectStopped(): usize { return stopped; }
export function projectRows(): u32 { return rows; }

/** Reads the lines of [p, end), writes rows at `out`, offsets from `from`. Stops early when the table of rejects is full. */
export function project(p: usize, end: usize, out: usize, fields: u32, scratchSlots: u32, from: usize): void {
  clearRejects();
  resetPredictions();
  rows = 0;
  origin = from;
  fieldCount = fields;
  scratchBytes = <usize>scratchSlots << 3;
  const stride: usize = 8 + (<usize>fields << 3);
  while (p < end) {
    const start = p;
    p = json.skipSpace(p);
    if (load<u8>(p) == 0x0a) {
      p++;
      continue;
    }
    memory.fill(out, 0, stride);
    if (scratchBytes != 0) memory.fill(scratch, 0, scratchBytes);
    escaped = 0;
    cells = out + 8;
    p = takeLine(p, end);
    if (p != 0) {
      if (escaped != 0) memory.fill(cells, 0, stride - 8);
      else if (scratchBytes != 0) choose();
      store<u32>(out, <u32>(start - origin));
      store<u32>(out, <u32>(p - origin) | escaped, 4);
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

/** Gives each field with several possible places its first value, in the order of the host's list. */
function choose(): void {
  const count = choicesCount();
  for (let choice = choicesAt(), n: u32 = 0; n < count; n++, choice += 12) {
    const cell = cells + (<usize>load<u32>(choice) << 3);
    if (load<u64>(cell) != 0) continue;
    const last = scratch + (<usize>load<u32>(choice, 8) << 3);
    for (let slot = scratch + (<usize>load<u32>(choice, 4) << 3); slot < last; slot += 8) {
      const found = load<u64>(slot);
      if (found == 0) continue;
      store<u64>(cell, found);
      break;
    }
  }
}

function takeLine(p: usize, end: usize): usize {
  if (load<u8>(p) != 0x7b) return json.fault(json.FAULT_NOT_OBJECT, p);
  p = json.skipSpace(p + 1);
  let place = predictions;
  const isEmpty = load<u8>(p) == 0x7d;
  while (!isEmpty) {
    const known = predicted(place, p);
    if (known != 0) {
      entry = load<u32>(place, 24);
      p = known;
    } else {
      const key = p;
      p = readKey(p, end, firstContext);
      if (p == 0) return 0;
      remember(place, key, json.hasEscape ? key : p, entry);
    }
    place += 32;
    if (load<u8>(p) <= 0x20) p = json.skipSpace(p);
    p = entry == 0 ? skipPlain(p, end, 0) : takeWanted(p, end, 0);
    if (p == 0) return 0;
    let c = load<u8>(p);
    if (c <= 0x20) c = load<u8>((p = json.skipSpace(p)));
    if (c == 0x7d) break;
    if (c != 0x2c) return json.fault(p >= end || c == 0x0a ? json.FAULT_TRUNCATED : json.FAULT_MALFORMED, p);
    p++;
    if (load<u8>(p) <= 0x20) p = json.skipSpace(p);
  }
  p = json.skipSpace(p + 1);
  if (load<u8>(p) != 0x0a) return json.fault(json.FAULT_TRAILING, p);
  return p + 1;
}

/** Reads `"key":` and looks its entry up; returns the address behind the colon. */
function readKey(p: usize, end: usize, context: usize): usize {
  if (load<u8>(p) != 0x22) return json.fault(p >= end || load<u8>(p) == 0x0a ? json.FAULT_TRUNCATED : json.FAULT_MALFORMED, p);
  const key = p + 1;
  json.clearEscape();
  p = json.skipShortString(key, end);
  if (p == 0) return 0;
  if (json.hasEscape) escaped = ESCAPED;
  entry = entryOf(context, key, <u32>(p - 1 - key));
  p = json.skipSpace(p);
  if (load<u8>(p) != 0x3a) return json.fault(p >= end ? json.FAULT_TRUNCATED : json.FAULT_MALFORMED, p);
  return p + 1;
}

/** Reads the value of `entry` (0: of a key that nobody asked for); returns the address behind it. */
function takeValue(p: usize, end: usize, depth: u32): usize {
  return entry == 0 ? skipPlain(p, end, depth) : takeWanted(p, end, depth);
}

function takeWanted(p: usize, end: usize, depth: u32): usize {
  const value = p;
  const slot = load<u32>(entry, ENTRY_SLOT);
  const child = <usize>load<u32>(entry, ENTRY_CHILD);
  if (child == 0) p = skipPlain(p, end, depth);
  else {
    forget(load<u64>(child, CONTEXT_MASK));
    const c = load<u8>(p);
    if (c == 0x7b) p = takeObject(p + 1, end, depth + 1, child);
    else if (c == 0x5b) p = takeArray(p + 1, end, depth + 1, child);
    else p = skipPlain(p, end, depth);
  }
  if (p == 0 || slot == NONE) return p;
  const cell = slot < fieldCount ? cells + (<usize>slot << 3) : scratch + (<usize>(slot - fieldCount) << 3);
  store<u32>(cell, <u32>(value - origin));
  store<u32>(cell, <u32>(p - origin), 4);
  return p;
}

/** Empties scratch slots: what an earlier object of the same name had. */
function forget(mask: u64): void {
  for (; mask != 0; mask &= mask - 1) store<u64>(scratch + (<usize>ctz(mask) << 3), 0);
}

function takeObject(p: usize, end: usize, depth: u32, context: usize): usize {
  if (depth > DEPTH_MAX) return json.fault(json.FAULT_DEPTH, p);
  p = json.skipSpace(p);
  if (load<u8>(p) == 0x7d) return p + 1;
  while (true) {
    if (load<u8>(p) != 0x22) return json.fault(p >= end ? json.FAULT_TRUNCATED : json.FAULT_MALFORMED, p);
    p = readKey(p, end, context);
    if (p == 0) return 0;
    p = takeValue(json.skipSpace(p), end, depth);
    if (p == 0) return 0;
    p = json.skipSpace(p);
    const c = load<u8>(p);
    if (c == 0x7d) return p + 1;
    if (c != 0x2c) return json.fault(p >= end ? json.FAULT_TRUNCATED : json.FAULT_MALFORMED, p);
    p = json.skipSpace(p + 1);
  }
}

function takeArray(p: usize, end: usize, depth: u32, context: usize): usize {
  if (depth > DEPTH_MAX) return json.fault(json.FAULT_DEPTH, p);
  p = json.skipSpace(p);
  if (load<u8>(p) == 0x5d) return p + 1;
  let index: u32 = 0;
  while (true) {
    entry = elementOf(context, index++);
    p = takeValue(p, end, depth);
    if (p == 0) return 0;
    p = json.skipSpace(p);
    const c = load<u8>(p);
    if (c == 0x5d) return p + 1;
    if (c != 0x2c) return json.fault(p >= end ? json.FAULT_TRUNCATED : json.FAULT_MALFORMED, p);
    p = json.skipSpace(p + 1);
  }
}

function elementOf(context: usize, index: u32): usize {
  const last = <usize>load<u32>(context, 4);
  for (let at = <usize>load<u32>(context); at < last; at += ENTRY_BYTES) if (load<u32>(at, ENTRY_INDEX) == index) return at;
  return 0;
}

/** As `json.skipValue`, sooner for short strings and plain numbers. `depth` is that of what the value is in. */
// @ts-ignore: decorator
@inline
function skipPlain(p: usize, end: usize, depth: u32): usize {
  const c = load<u8>(p);
  if (c == 0x22) return json.skipShortString(p + 1, end);
  if (<u8>(c - 0x30) < 10) {
    const behind = json.skipShortNumber(p, c);
    if (behind != 0) return behind;
  }
  return json.skipValue(p, end, depth);
}
