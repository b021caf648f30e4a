/** Where a line of syslog begins. */

const COUNT = /\d{1,6} (?=<\d{1,3}>)/y;

/** Behind a byte order mark and the count of octets that framing left. */
export function startOf(line: string): number {
  const at = line.charCodeAt(0) === 0xfeff ? 1 : 0;
  if (line.charCodeAt(at) === 0x3c || !(line.charCodeAt(at) >= 49 && line.charCodeAt(at) <= 57)) return at;
  COUNT.lastIndex = at;
  return COUNT.test(line) ? COUNT.lastIndex : at;
}
