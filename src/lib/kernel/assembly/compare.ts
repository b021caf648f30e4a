/** Whether two texts of the same length are the same. */
export function isSame(a: usize, b: usize, length: u32): bool {
  let n: u32 = 0;
  for (; n + 8 <= length; n += 8) if (load<u64>(a + n) != load<u64>(b + n)) return false;
  for (; n < length; n++) if (load<u8>(a + n) != load<u8>(b + n)) return false;
  return true;
}
