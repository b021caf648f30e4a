// What the host says of certain keys, before any line is read. The table: for each key 16 bytes [text address][length]
// [claim][unused], addresses relative to the table.
import { isSame } from "../compare";

export const CLAIMS_BYTES: u32 = 16384;
const table: usize = memory.data(16384, 16);
let count: u32 = 0;

export function claimsAt(): usize { return table; }
export function setClaims(n: u32): void { count = n; }

/** Any key with an escape: what it says is not what it spells. */
export const CLAIM_ODD: u32 = 1;

export function claimOf(text: usize, length: u32): u32 {
  for (let p = text; p < text + length; p++) if (load<u8>(p) == 0x5c) return CLAIM_ODD;
  for (let n: u32 = 0; n < count; n++) {
    const entry = table + (n << 4);
    if (load<u32>(entry, 4) == length && isSame(table + load<u32>(entry), text, length)) return load<u32>(entry, 8);
  }
  return 0;
}
