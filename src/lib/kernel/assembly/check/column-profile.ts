// Enter here: validates NDJSON and profiles its columns: keys, kinds, times, checksum.
// Walks a block of NDJSON once: validates every line, and notes for every top-level key which kinds of value it has.
import { FULL, keys, makeRoom, nextLine, takeKey } from "./dictionary";
import * as json from "../json";
import { MEMBERS_MAX, blockSlots, members, usedSlots } from "../memory";
import { clearRejects, rejectLine } from "./rejects";
import { epochNs, hasNanoseconds, readRfc3339 } from "../parse/time";

const TIMESTAMP: u32 = 256;
const NANOSECONDS: u32 = 512;
const DUPLICATE: u32 = 1024;

let events: u32 = 0;
let blockKeys: u32 = 0;
let firstNs: i64 = 0;
let lastNs: i64 = 0;
let firstAt: usize = 0;
let firstEnd: usize = 0;
let lastAt: usize = 0;
let lastEnd: usize = 0;

export function censusEvents(): u32 { return events; }
/** Whether a value of the block, of a key or within one, is "-0". */
export function censusMinusZero(): bool { return json.hasMinusZero; }
export function censusKeys(): u32 { return blockKeys; }
export function censusFirstAt(): usize { return firstAt; }
export function censusFirstEnd(): usize { return firstEnd; }
export function censusLastAt(): usize { return lastAt; }
export function censusLastEnd(): usize { return lastEnd; }
/** Address of the slot of the `n`-th key, in the order in which the block has them. */
export function censusSlot(n: u32): usize { return load<u32>(blockSlots + (n << 2)); }

/** Starts a block: counts go to zero. */
export function censusStart(): void {
  makeRoom();
  for (let n: u32 = 0; n < keys; n++) {
    const slot = load<u32>(usedSlots + (n << 2));
    store<u32>(slot, 0, 12);
    store<u32>(slot, 0, 16);
  }
  events = 0;
  blockKeys = 0;
  clearRejects();
  json.clearMinusZero();
  firstAt = 0;
  lastAt = 0;
}

/** Takes the lines of [p, end), each ended by "\n". Returns where it stopped: `end`, or before a line when a table was full. */
export function census(p: usize, end: usize): usize {
  while (p < end) {
    const start = p;
    p = takeLine(p, end);
    if (p == FULL) return start;
    if (p == 0) p = rejectLine(start, end);
    if (p == 0) return start;
  }
  return end;
}

/** One line: the address behind its "\n"; 0 when malformed; FULL when the dictionary has no room for a new key. */
function takeLine(p: usize, end: usize): usize {
  p = json.skipSpace(p);
  if (load<u8>(p) == 0x0a) return p + 1;
  if (load<u8>(p) != 0x7b) return json.fault(json.FAULT_NOT_OBJECT, p);
  const lineNumber = nextLine();
  let count: u32 = 0;
  let slot: usize = 0;
  let timeAt: usize = 0;
  let timeEnd: usize = 0;
  p = json.skipSpace(p + 1);
  if (load<u8>(p) == 0x7d) return endLine(p + 1, 0);
  while (true) {
    if (load<u8>(p) != 0x22) return json.fault(p >= end || load<u8>(p) == 0x0a ? json.FAULT_TRUNCATED : json.FAULT_MALFORMED, p);
    const keyStart = p + 1;
    slot = takeKey(keyStart, end, slot);
    if (slot == FULL) return FULL;
    if (slot == 0) return 0;
    p = keyStart + load<u32>(slot, 8) + 1;
    p = json.skipSpace(p);
    if (load<u8>(p) != 0x3a) return json.fault(p >= end ? json.FAULT_TRUNCATED : json.FAULT_MALFORMED, p);
    const valueStart = json.skipSpace(p + 1);
    let kinds = json.STRING;
    if (load<u8>(valueStart) == 0x22) {
      p = json.skipShortString(valueStart + 1, end);
    } else {
      json.clearBent();
      p = json.skipValue(valueStart, end, 0);
      kinds = json.kind;
      // Nested numbers are read and printed again by DuckDB.
      if (json.isBent && kinds >= json.OBJECT && kinds <= json.ARRAY) kinds |= json.BIG_NUMBER;
    }
    if (p == 0) return 0;
    if (kinds == json.STRING && isTimestampKey(slot) && readRfc3339(valueStart + 1, p - 1)) {
      kinds = TIMESTAMP | (hasNanoseconds ? NANOSECONDS : 0);
      timeAt = valueStart + 1;
      timeEnd = p - 1;
    }
    if (load<u32>(slot, 24) == lineNumber) kinds |= DUPLICATE;
    store<u32>(slot, lineNumber, 24);
    if (count == MEMBERS_MAX) return json.fault(json.FAULT_MEMBERS, valueStart);
    store<u32>(members + (count << 3), <u32>slot);
    store<u32>(members + (count << 3), kinds, 4);
    count++;
    p = json.skipSpace(p);
    const c = load<u8>(p);
    if (c == 0x2c) {
      p = json.skipSpace(p + 1);
      continue;
    }
    if (c != 0x7d) return json.fault(p >= end || c == 0x0a ? json.FAULT_TRUNCATED : json.FAULT_MALFORMED, p);
    p = endLine(p + 1, count);
    if (p != 0 && timeAt != 0) noteTime(timeAt, timeEnd);
    return p;
  }
}

/** Behind the closing brace: only space may follow. Now the line counts. */
function endLine(p: usize, count: u32): usize {
  p = json.skipSpace(p);
  if (load<u8>(p) != 0x0a) return json.fault(json.FAULT_TRAILING, p);
  for (let n: u32 = 0; n < count; n++) {
    const slot = load<u32>(members + (n << 3));
    store<u32>(slot, load<u32>(slot, 12) | load<u32>(members + (n << 3), 4), 12);
    const seen = load<u32>(slot, 16);
    if (seen == 0) store<u32>(blockSlots + (blockKeys++ << 2), slot);
    store<u32>(slot, seen + 1, 16);
  }
  events++;
  return p + 1;
}

function noteTime(at: usize, end: usize): void {
  if (firstAt == 0 || epochNs < firstNs) {
    firstNs = epochNs;
    firstAt = at;
    firstEnd = end;
  }
  if (lastAt == 0 || epochNs > lastNs) {
    lastNs = epochNs;
    lastAt = at;
    lastEnd = end;
  }
}

/** "timestamp", compared as nine bytes. */
// @ts-ignore: decorator
@inline
function isTimestampKey(slot: usize): bool {
  if (load<u32>(slot, 8) != 9) return false;
  const text = load<u32>(slot, 4);
  return load<u64>(text) == 0x6d617473656d6974 && load<u8>(text, 8) == 0x70;
}
