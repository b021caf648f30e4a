// Keys mostly come in the same order in every event: of each place among the members, the key that the last event had there.
//
//   32 bytes a place:  [16 bytes of `"key":`][mask of the bytes that count][their number][entry, 0 for none][unused]
//
// Keys of more than 13 bytes and keys with escapes are not remembered.

const PLACES: usize = 64;
export const predictions: usize = memory.data(2048, 16);
const predictionsEnd: usize = predictions + (PLACES << 5);

export function resetPredictions(): void {
  for (let place = predictions; place < predictionsEnd; place += 32) store<u32>(place, 0, 20);
}

/** The address behind the colon when the key at `p` is the one expected at `place`, else 0. */
// @ts-ignore: decorator
@inline
export function predicted(place: usize, p: usize): usize {
  if (place >= predictionsEnd) return 0;
  const length = load<u32>(place, 20);
  const mask = load<u32>(place, 16);
  if (length == 0 || (<u32>i8x16.bitmask(i8x16.eq(v128.load(p), v128.load(place))) & mask) != mask) return 0;
  return p + length;
}

/** Expects the key of [p, behind its colon) at `place` from now on; nothing when that is empty. */
// @ts-ignore: decorator
@inline
export function remember(place: usize, p: usize, behind: usize, entry: usize): void {
  if (place >= predictionsEnd) return;
  const length = <u32>(behind - p);
  if (length > 16 || length == 0) {
    store<u32>(place, 0, 20);
    return;
  }
  v128.store(place, v128.load(p));
  store<u32>(place, (1 << length) - 1, 16);
  store<u32>(place, length, 20);
  store<u32>(place, <u32>entry, 24);
}
