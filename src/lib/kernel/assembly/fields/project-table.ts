// What `project` looks for: contexts (the event itself, and objects or arrays inside of it that paths lead into), each a list
// of entries, one a key. Written by the host; addresses are absolute. Little-endian words:
//
//   header    [choices address][choices count][unused][unused], then the context of the event itself
//   context   [first entry][behind the last][mask of the scratch slots below it: two words]
//   entry     [key address][key length][slot, NONE][child context, 0][array index, NONE][unused x 3]
//   choice    [field][first scratch slot][behind the last]
//   keys      JSON text without quotes
//
// Slots below the number of fields are cells of the row; the ones above are scratch slots, which `choice` lists by precedence.
import { isSame } from "../compare";

export const NONE: u32 = 0xffffffff;
export const ENTRY_BYTES: usize = 32;
export const ENTRY_SLOT: usize = 8;
export const ENTRY_CHILD: usize = 12;
export const ENTRY_INDEX: usize = 16;
export const CONTEXT_MASK: usize = 8;

export const table: usize = memory.data(32768, 16);
export const firstContext: usize = table + 16;
/** Up to 64 values, 8 bytes each: offsets of start and end. */
export const scratch: usize = memory.data(512, 16);

export function choicesAt(): usize { return load<u32>(table); }
export function choicesCount(): u32 { return load<u32>(table, 4); }

/** The entry of a key, 0 when there is none. */
export function entryOf(context: usize, key: usize, length: u32): usize {
  const last = <usize>load<u32>(context, 4);
  for (let at = <usize>load<u32>(context); at < last; at += ENTRY_BYTES) {
    if (load<u32>(at, 4) == length && isSame(load<u32>(at), key, length)) return at;
  }
  return 0;
}
