// Moments to text.

/** Seconds since the epoch as `2000-10-10T20:55:36Z`. Civil date from days: Howard Hinnant, as in time.ts. Years 0 to 9999. */
export function writeCivil(t: usize, seconds: i64): void {
  let days = seconds / 86400;
  let rest = seconds % 86400;
  if (rest < 0) {
    rest += 86400;
    days--;
  }
  const z = days + 719468;
  const era = (z >= 0 ? z : z - 146096) / 146097;
  const dayOfEra = z - era * 146097;
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const m = (5 * dayOfYear + 2) / 153;
  const day = <u32>(dayOfYear - (153 * m + 2) / 5 + 1);
  const month = <u32>(m < 10 ? m + 3 : m - 9);
  const year = <u32>(yearOfEra + era * 400 + (month <= 2 ? 1 : 0));
  put2(t, year / 100);
  put2(t + 2, year % 100);
  store<u8>(t, 0x2d, 4);
  put2(t + 5, month);
  store<u8>(t, 0x2d, 7);
  put2(t + 8, day);
  store<u8>(t, 0x54, 10);
  put2(t + 11, <u32>(rest / 3600));
  store<u8>(t, 0x3a, 13);
  put2(t + 14, <u32>((rest / 60) % 60));
  store<u8>(t, 0x3a, 16);
  put2(t + 17, <u32>(rest % 60));
  store<u8>(t, 0x5a, 19);
}

export function put2(p: usize, n: u32): void {
  store<u8>(p, <u8>(0x30 + n / 10));
  store<u8>(p, <u8>(0x30 + (n % 10)), 1);
}
