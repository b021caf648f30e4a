// JSON events to JSON events with well-known names, for lines where that is plain: at most one key claims a target, and its
// value is of a kind that is copied, looked up or counted. At the first other line it stops, and the host reads that line
// with src/lib/format/structured/json.ts, whose result for the lines read here is the same.
//
// A claim: bit 0 CLAIM_ODD: leave the line to the host. Else bits 8-15 the target, 1..8; bits 16-19 the reading; bit 24
// the key is the target's own name; bit 25 the host looks inside when the value is an object; bit 26 and only then. Bit 27
// alone: the key is also that of a label, so the host decides where there are labels.
import { CLAIM_ODD } from "../check/key-ownership";
import { isSame } from "../compare";
import { FULL, makeRoom, nextLine, takeKey } from "../check/dictionary";
import * as json from "../json";
import { writeCivil } from "./civil";
import { readRfc3339 } from "./time";

const READ_AS_IS: u32 = 0;
const READ_TIME: u32 = 1;
const READ_LEVEL: u32 = 2;
const READ_TEXT: u32 = 3;
const READ_NAME: u32 = 4;
const OWN: u32 = 1 << 24;
const OPENED: u32 = 1 << 25;
const ONLY_OPENED: u32 = 1 << 26;
const ODD_IF_LABELLED: u32 = 1 << 27;

/** Names of the targets, 32 bytes each: `"timestamp":` and its length in the last byte. Target n is at n * 32. */
const targets: usize = memory.data(9 * 32, 16);
/** Level values: 64 bytes each: [length u32][canonical length u32][value 28 bytes][canonical 28 bytes]. */
const levels: usize = memory.data(64 * 128, 16);
const suffix: usize = memory.data(1024, 16);
let levelCount: u32 = 0;
let suffixLength: u32 = 2;
let lastLevel: u32 = 0;
/** Of the line at hand and of all since they were asked for: levels that are numbers. */
let lineNumbers: u32 = 0;
let levelNumbers: u32 = 0;

export function takeLevelNumbers(): u32 {
  const count = levelNumbers;
  levelNumbers = 0;
  return count;
}

export function targetsAt(): usize { return targets; }
export function levelsAt(): usize { return levels; }
export function setLevels(count: u32): void { levelCount = count; }
export function normaliseSuffixAt(): usize { return suffix; }
export function setNormaliseSuffix(length: u32): void { suffixLength = length; }

let input: usize = 0;
let output: usize = 0;
let copied: usize = 0;
let isChanged: bool = false;

/** Where reading stopped: `end`, or the first line that is not read here. */
export function normaliseStopped(): usize { return input; }

/** Reads lines from [p, end), writes events at `out`; returns the end of the output. Room needed: twice the input, and 64
 *  bytes and the suffix a line. */
export function normalise(p: usize, end: usize, out: usize): usize {
  makeRoom();
  input = p;
  output = out;
  while (input < end) {
    const before = output;
    const next = readLine(input, end);
    if (next == 0) {
      output = before;
      return output;
    }
    input = next;
  }
  return output;
}

/** The address behind the line; 0 when the host has to read it. */
function readLine(p: usize, end: usize): usize {
  if (load<u8>(p) != 0x7b) return 0;
  const line = nextLine();
  let taken: u32 = 0;
  let hasSpace = false;
  let slot: usize = 0;
  copied = p;
  isChanged = false;
  lineNumbers = 0;
  p++;
  while (true) {
    const key = json.skipSpace(p);
    if (load<u8>(key) != 0x22) return 0;
    slot = takeKey(key + 1, end, slot);
    if (slot == 0 || slot == FULL) return 0;
    const behindKey = key + load<u32>(slot, 8) + 2;
    const colon = json.skipSpace(behindKey);
    if (load<u8>(colon) != 0x3a) return 0;
    const value = json.skipSpace(colon + 1);
    const behind = json.skipValue(value, end, 0);
    if (behind == 0) return 0;
    const next = json.skipSpace(behind);
    hasSpace = hasSpace || key != p || colon != behindKey || value != colon + 1 || next != behind;
    const claim = load<u32>(slot, 28) >>> 1;
    if (claim != 0) {
      if (claim & CLAIM_ODD || load<u32>(slot, 24) == line) return 0;
      if (claim & ODD_IF_LABELLED && suffixLength > 2) return 0;
      store<u32>(slot, line, 24);
      const target = claim & ODD_IF_LABELLED ? 0 : takeClaim(claim, key, value, behind);
      if (target == REFUSED || taken & (1 << target)) return 0;
      if (target != 0) taken |= 1 << target;
    }
    const c = load<u8>(next);
    p = next + 1;
    if (c == 0x2c) continue;
    if (c != 0x7d) return 0;
    break;
  }
  if (hasSpace && isChanged) return 0;
  const brace = p - 1;
  p = json.skipSpace(p);
  if (load<u8>(p) != 0x0a) return 0;
  copyTo(brace);
  memory.copy(output, suffix, suffixLength);
  output += suffixLength;
  levelNumbers += lineNumbers;
  return p + 1;
}

const REFUSED: u32 = 31;

/** What a claimed member becomes; returns its target, 0 when it is none after all, REFUSED when the host has to decide. */
function takeClaim(claim: u32, key: usize, value: usize, behind: usize): u32 {
  const first = load<u8>(value);
  if (first == 0x7b && claim & OPENED) return REFUSED;
  if (claim & ONLY_OPENED) return 0;
  const target = (claim >>> 8) & 0xff;
  const reading = (claim >>> 16) & 0xf;
  const isOwn = (claim & OWN) != 0;
  if (reading == READ_AS_IS) return target;
  if (reading == READ_TEXT || reading == READ_NAME) {
    if (first != 0x22) return REFUSED;
    if (reading == READ_NAME && (behind - value < 3 || (behind - value == 3 && load<u8>(value, 1) == 0x2d))) return REFUSED;
    rename(target, key, isOwn);
    return target;
  }
  if (reading == READ_LEVEL) return takeLevel(target, key, value, behind, isOwn);
  return takeTime(target, key, value, behind, isOwn);
}

/** From here on the output has the new name; the value is copied with what follows. */
function rename(target: u32, key: usize, isOwn: bool): void {
  if (isOwn) return;
  copyTo(key);
  const name = targets + (target << 5);
  const length = <u32>load<u8>(name, 31);
  v128.store(output, v128.load(name));
  output += length;
  copied = key + keyLength(key);
  isChanged = true;
}

/** Length of `"key":` at `key`, where nothing stands between. */
// @ts-ignore: decorator
@inline
function keyLength(key: usize): usize {
  let p = key + 1;
  while (load<u8>(p) != 0x22) p++;
  return p + 2 - key;
}

function takeLevel(target: u32, key: usize, value: usize, behind: usize, isOwn: bool): u32 {
  const length = <u32>(behind - value);
  let n = lastLevel;
  if (!isLevel(n, value, length)) {
    for (n = 0; n < levelCount; n++) if (isLevel(n, value, length)) break;
    if (n == levelCount) return REFUSED;
    lastLevel = n;
  }
  if (load<u8>(value) != 0x22) lineNumbers++;
  const entry = levels + (n << 6);
  const canonicalLength = load<u32>(entry, 4);
  if (isOwn && canonicalLength == length && isSame(entry + 36, value, length)) return target;
  rename(target, key, isOwn);
  copyTo(value);
  memory.copy(output, entry + 36, canonicalLength);
  output += canonicalLength;
  copied = behind;
  isChanged = true;
  return target;
}

// @ts-ignore: decorator
@inline
function isLevel(n: u32, value: usize, length: u32): bool {
  const entry = levels + (n << 6);
  return load<u32>(entry) == length && isSame(entry + 8, value, length);
}

function takeTime(target: u32, key: usize, value: usize, behind: usize, isOwn: bool): u32 {
  if (load<u8>(value) == 0x22) {
    if (load<u8>(behind - 2) != 0x5a || load<u8>(value + 11) != 0x54) return REFUSED;
    if (!readRfc3339(value + 1, behind - 1)) return REFUSED;
    rename(target, key, isOwn);
    return target;
  }
  let p = value;
  while (<u8>(load<u8>(p) - 0x30) < 10) p++;
  const digits = <u32>(p - value);
  if (load<u8>(value) == 0x30) return REFUSED;
  let fraction: usize = 0;
  if (p != behind) {
    if (digits != 10 || load<u8>(p) != 0x2e) return REFUSED;
    fraction = p + 1;
    for (p = fraction; <u8>(load<u8>(p) - 0x30) < 10; ) p++;
    if (p != behind || p - fraction > 9) return REFUSED;
  } else if (digits != 10 && digits != 13 && digits != 16 && digits != 19) return REFUSED;
  rename(target, key, isOwn);
  copyTo(value);
  writeEpoch(value, digits, fraction, behind);
  copied = behind;
  isChanged = true;
  return target;
}

/** `"2023-11-14T22:13:20.123Z"` of ten digits of seconds and what follows them. */
function writeEpoch(value: usize, digits: u32, fraction: usize, behind: usize): void {
  let seconds: i64 = 0;
  for (let n = 0; n < 10; n++) seconds = seconds * 10 + <i64>(load<u8>(value + n) - 0x30);
  store<u8>(output, 0x22);
  writeCivil(output + 1, seconds);
  output += 20;
  const from = fraction != 0 ? fraction : value + 10;
  const length = fraction != 0 ? behind - fraction : <usize>digits - 10;
  if (length > 0) {
    store<u8>(output, 0x2e);
    output++;
    v128.store(output, v128.load(from));
    output += length;
  }
  store<u16>(output, 0x225a);
  output += 2;
}

/** Copies the input from `copied` to `to`. Sixteen bytes a step: may write 15 bytes past, which what follows overwrites. */
function copyTo(to: usize): void {
  const length = to - copied;
  for (let n: usize = 0; n < length; n += 16) v128.store(output + n, v128.load(copied + n));
  output += length;
  copied = to;
}
