// The top-level keys seen so far in this thread, with what is known of each.
//
// A slot (32 bytes): [hash u32][text address u32][text length u32][kinds u32][count u32][next slot guess u32]
// [line seen last u32][1 | claim << 1 u32]. The text is the key as it stands between its quotes, escapes and all. The claim
// is what the host said of the key in the table of claims (see normalise.ts), 0 for most.
import * as json from "../json";
import { claimOf } from "./key-ownership";
import { isSame } from "../compare";
import { DICTIONARY_KEYS_MAX, DICTIONARY_SLOTS, KEY_TEXT_BYTES, SLOT_BYTES, dictionary, keyText, usedSlots } from "../memory";

/** Number of keys; `usedSlots` lists their slots in the order they came. */
export let keys: u32 = 0;
let keyTextUsed: u32 = 0;
let line: u32 = 0;
/** The slot of the key that began the line before. */
let firstSlot: usize = 0;

export const FULL: usize = usize.MAX_VALUE;

/** A number for the next line, by which a slot can tell that its key came twice in one line. */
export function nextLine(): u32 {
  return ++line;
}

/** The keys stay known, as they are likely to come again, until half the room is used. */
export function makeRoom(): void {
  if (keys <= DICTIONARY_KEYS_MAX / 2 && keyTextUsed <= KEY_TEXT_BYTES / 2) return;
  forgetKeys();
}

export function forgetKeys(): void {
  if (keys == 0) return;
  memory.fill(dictionary, 0, DICTIONARY_SLOTS * SLOT_BYTES);
  keys = 0;
  keyTextUsed = 0;
  firstSlot = 0;
}

/**
 * The slot of the key that begins at `p`, behind its quote; `before` is the slot of the key before it in the line, 0 for
 * the first: keys mostly come in the order they came last. 0: malformed. FULL: no room for another key.
 */
export function takeKey(p: usize, end: usize, before: usize): usize {
  const guess = before == 0 ? firstSlot : <usize>load<u32>(before, 20);
  if (guess != 0 && isKey(guess, p)) return guess;
  const behind = json.skipString(p, end);
  if (behind == 0) return 0;
  const slot = slotOf(p, <u32>(behind - 1 - p));
  if (slot == 0) return FULL;
  if (before == 0) firstSlot = slot;
  else store<u32>(before, <u32>slot, 20);
  return slot;
}

/** Whether the text at `p` is the slot's key and then a closing quote. */
// @ts-ignore: decorator
@inline
function isKey(slot: usize, p: usize): bool {
  const length = load<u32>(slot, 8);
  return load<u8>(p + length) == 0x22 && isSame(load<u32>(slot, 4), p, length);
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
  store<u32>(slot, 1 | (claimOf(text, length) << 1), 28);
  store<u32>(usedSlots + (keys << 2), <u32>slot);
  keys++;
  return slot;
}
