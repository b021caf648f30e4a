// Where everything lies in the linear memory. The host asks for room with `reserve` and writes the input there.
//
//   [static data][key dictionary][keys of the block][line members][rejects][input ... 64 zero bytes][output]
//
// The input may be read up to 64 bytes past its end (vector loads); those bytes are zero.

export const DICTIONARY_SLOTS: u32 = 131072; // power of two
/** An event of MEMBERS_MAX keys, all of them new, finds room in an empty dictionary, and one that is refused for more. */
export const DICTIONARY_KEYS_MAX: u32 = 65536 + 16;
export const SLOT_BYTES: u32 = 32;
export const KEY_TEXT_BYTES: u32 = 8 << 20;
export const MEMBERS_MAX: u32 = 65536;
export const REJECTS_MAX: u32 = 4096;
export const REJECT_BYTES: u32 = 16;

const base: usize = (__heap_base + 4095) & ~4095;
export const dictionary: usize = base;
export const keyText: usize = dictionary + DICTIONARY_SLOTS * SLOT_BYTES;
export const usedSlots: usize = keyText + KEY_TEXT_BYTES;
/** Slots of the keys of the block at hand, in the order they came in it. */
export const blockSlots: usize = usedSlots + DICTIONARY_KEYS_MAX * 4;
export const members: usize = blockSlots + DICTIONARY_KEYS_MAX * 4;
export const rejects: usize = members + MEMBERS_MAX * 8;
export const inputStart: usize = rejects + REJECTS_MAX * REJECT_BYTES;

/** Makes room for `inputBytes` of input and `outputBytes` of output; false when the memory cannot grow so far. */
export function reserve(inputBytes: u32, outputBytes: u32): bool {
  const wanted: usize = inputStart + inputBytes + 128 + outputBytes + 128;
  const have: usize = <usize>memory.size() << 16;
  if (wanted > have && memory.grow(<i32>((wanted - have + 65535) >> 16)) < 0) return false;
  return true;
}

export function inputAt(): usize {
  return inputStart;
}

/** Where the output begins when the input is `inputBytes` long. */
export function outputAt(inputBytes: u32): usize {
  return (inputStart + inputBytes + 128) & ~63;
}

export function rejectsAt(): usize {
  return rejects;
}
