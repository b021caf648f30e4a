// Walks a block of NDJSON once: validates every line, and notes for every top-level key which kinds of value it has.
//
// A dictionary slot (32 bytes): [hash u32][text address u32][text length u32][kinds u32][count u32][next slot guess u32]
// [line seen last u32][is used u32]. The text is the key as it stands between its quotes, escapes and all.
import * as json from "./json";
import { epochNs, hasNanoseconds, readRfc3339 } from "./time";
import {
  DICTIONARY_KEYS_MAX, DICTIONARY_SLOTS, KEY_TEXT_BYTES, MEMBERS_MAX, SLOT_BYTES, dictionary, keyText, members, usedSlots,
} from "./memory";
import { clearRejects, rejectLine } from "./rejects";

const TIMESTAMP: u32 = 256;
const NANOSECONDS: u32 = 512;
const DUPLICATE: u32 = 1024;

let keys: u32 = 0;
let keyTextUsed: u32 = 0;
let lineNumber: u32 = 0;

let events: u32 = 0;
let firstNs: i64 = 0;
let lastNs: i64 = 0;
let firstAt: usize = 0;
let firstEnd: usize = 0;
let lastAt: usize = 0;
let lastEnd: usize = 0;

export function censusEvents(): u32 { return events; }
export function censusKeys(): u32 { return keys; }
export function censusFirstAt(): usize { return firstAt; }
export function censusFirstEnd(): usize { return firstEnd; }
export function censusLastAt(): usize { return lastAt; }
export function censusLastEnd(): usize { return lastEnd; }
/** Address of the slot of the `n`-th key, in the order the keys were first seen. */
export function censusSlot(n: u32): usize { return load<u32>(usedSlots + (n << 2)); }

/** Starts a block: counts go to zero. The keys stay known (they are likely to come again) until half the room is used. */
export function censusStart(): void {
  if (keys > DICTIONARY_KEYS_MAX / 2 || keyTextUsed > KEY_TEXT_BYTES / 2) {
    memory.fill(dictionary, 0, DICTIONARY_SLOTS * SLOT_BYTES);
    keys = 0;
    keyTextUsed = 0;
    firstSlot = 0;
  }
  for (let n: u32 = 0; n < keys; n++) {
    const slot = load<u32>(usedSlots + (n << 2));
    store<u32>(slot, 0, 12);
    store<u32>(slot, 0, 16);
  }
  events = 0;
  clearRejects();
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

const FULL: usize = usize.MAX_VALUE;

/** One line: the address behind its "\n"; 0 when malformed; FULL when the dictionary has no room for a new key. */
function takeLine(p: usize, end: usize): usize {
  p = json.skipSpace(p);
  if (load<u8>(p) == 0x0a) return p + 1;
  if (load<u8>(p) != 0x7b) return json.fault(json.FAULT_NOT_OBJECT, p);
  lineNumber++;
  let count: u32 = 0;
  let slot: usize = 0;
  let timeAt: usize = 0;
  let timeEnd: usize = 0;
  p = json.skipSpace(p + 1);
  if (load<u8>(p) == 0x7d) return endLine(p + 1, 0);
  while (true) {
    if (load<u8>(p) != 0x22) return json.fault(p >= end || load<u8>(p) == 0x0a ? json.FAULT_TRUNCATED : json.FAULT_MALFORMED, p);
    const keyStart = p + 1;
    const guess = slot == 0 ? firstSlot : <usize>load<u32>(slot, 20);
    let next: usize = 0;
    if (guess != 0 && isKey(guess, keyStart)) {
      next = guess;
      p = keyStart + load<u32>(guess, 8) + 1;
    } else {
      p = json.skipString(keyStart, end);
      if (p == 0) return 0;
      next = slotOf(keyStart, <u32>(p - 1 - keyStart));
      if (next == 0) return FULL;
      if (slot == 0) firstSlot = next;
      else store<u32>(slot, <u32>next, 20);
    }
    slot = next;
    p = json.skipSpace(p);
    if (load<u8>(p) != 0x3a) return json.fault(p >= end ? json.FAULT_TRUNCATED : json.FAULT_MALFORMED, p);
    const valueStart = json.skipSpace(p + 1);
    p = json.skipValue(valueStart, end, 0);
    if (p == 0) return 0;
    let kinds = json.kind;
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

let firstSlot: usize = 0;

/** Behind the closing brace: only space may follow. Now the line counts. */
function endLine(p: usize, count: u32): usize {
  p = json.skipSpace(p);
  if (load<u8>(p) != 0x0a) return json.fault(json.FAULT_TRAILING, p);
  for (let n: u32 = 0; n < count; n++) {
    const slot = load<u32>(members + (n << 3));
    store<u32>(slot, load<u32>(slot, 12) | load<u32>(members + (n << 3), 4), 12);
    store<u32>(slot, load<u32>(slot, 16) + 1, 16);
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

/** Whether the text at `p` is the slot's key and then a closing quote. */
// @ts-ignore: decorator
@inline
function isKey(slot: usize, p: usize): bool {
  const length = load<u32>(slot, 8);
  return load<u8>(p + length) == 0x22 && isSame(load<u32>(slot, 4), p, length);
}

function isSame(a: usize, b: usize, length: u32): bool {
  let n: u32 = 0;
  for (; n + 8 <= length; n += 8) if (load<u64>(a + n) != load<u64>(b + n)) return false;
  for (; n < length; n++) if (load<u8>(a + n) != load<u8>(b + n)) return false;
  return true;
}

/** "timestamp", compared as nine bytes. */
// @ts-ignore: decorator
@inline
function isTimestampKey(slot: usize): bool {
  if (load<u32>(slot, 8) != 9) return false;
  const text = load<u32>(slot, 4);
  return load<u64>(text) == 0x6d617473656d6974 && load<u8>(text, 8) == 0x70;
}

/** The slot of a key, made when it is new; 0 when there is no room. */
function slotOf(text: usize, length: u32): usize {
  let hash: u32 = 0x811c9dc5 ^ length;
  for (let n: u32 = 0; n < length; n++) hash = (hash ^ load<u8>(text + n)) * 0x01000193;
  hash ^= hash >>> 15;
  let index = hash & (DICTIONARY_SLOTS - 1);
  while (true) {
    const slot = dictionary + index * SLOT_BYTES;
    if (load<u32>(slot, 28) == 0) return makeSlot(slot, hash, text, length);
    if (load<u32>(slot) == hash && load<u32>(slot, 8) == length && isSame(load<u32>(slot, 4), text, length)) return slot;
    index = (index + 1) & (DICTIONARY_SLOTS - 1);
  }
}

function makeSlot(slot: usize, hash: u32, text: usize, length: u32): usize {
  if (keys == DICTIONARY_KEYS_MAX || keyTextUsed + length + 16 > KEY_TEXT_BYTES) return 0;
  const copy = keyText + keyTextUsed;
  memory.copy(copy, text, length);
  keyTextUsed += (length + 15) & ~7;
  store<u32>(slot, hash);
  store<u32>(slot, <u32>copy, 4);
  store<u32>(slot, length, 8);
  store<u32>(slot, 0, 12);
  store<u32>(slot, 0, 16);
  store<u32>(slot, 0, 20);
  store<u32>(slot, 0, 24);
  store<u32>(slot, 1, 28);
  store<u32>(usedSlots + (keys << 2), <u32>slot);
  keys++;
  return slot;
}
