// The lines of a block that were not valid: 16 bytes each, [line address][address of its "\n"][where it went wrong][reason].
import * as json from "../json";
import { REJECTS_MAX, REJECT_BYTES, rejects } from "../memory";

let count: u32 = 0;

export function rejectCount(): u32 { return count; }

// @ts-ignore: decorator
@inline
export function clearRejects(): void { count = 0; }

/** Notes the line that begins at `start`; returns the address of the next line, 0 when the table is full. */
export function rejectLine(start: usize, end: usize): usize {
  if (count == REJECTS_MAX) return 0;
  let p = json.faultAt < start ? start : json.faultAt;
  while (p < end && load<u8>(p) != 0x0a) p++;
  const entry = rejects + count * REJECT_BYTES;
  store<u32>(entry, <u32>start);
  store<u32>(entry, <u32>p, 4);
  store<u32>(entry, <u32>json.faultAt, 8);
  store<u32>(entry, json.faultReason, 12);
  count++;
  return p + 1;
}
