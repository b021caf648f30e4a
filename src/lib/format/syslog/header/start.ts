/** Where a line of syslog begins. */

const COUNT = /\d{1,6} (?=<\d{1,3}>)/y;

/** Behind a byte order mark and the count of octets that framing left. */
export function startOf(line: string): number {
  const at = line.charCodeAt(0) === 0xfeff ? 1 : 0;
  if (line.charCodeAt(at) === 0x3c || !(line.charCodeAt(at) >= 49 && line.charCodeAt(at) <= 57)) return at;
  COUNT.lastIndex = at;
  return COUNT.test(line) ? COUNT.lastIndex : at;
}

/**
 * Whether what begins there is a date and a time without an offset, as most logs have it. Of these only ESXi's is one
 * of syslog, which goes on with `In(14) `. Cheap: every line that begins with a date is asked.
 */
export function isOfOthers(line: string, at: number): boolean {
  if (line.charCodeAt(at + 4) !== 45 || line.charCodeAt(at + 16) !== 58) return false;
  let end = at + 19;
  if (line.charCodeAt(end) === 46 || line.charCodeAt(end) === 44) {
    end++;
    while (line.charCodeAt(end) >= 48 && line.charCodeAt(end) <= 57) end++;
  }
  const zone = line.charCodeAt(end);
  if (zone === 43 || zone === 45) return false;
  if (zone === 32)
    return (
      line.charCodeAt(end + 1) !== 43 &&
      line.charCodeAt(end + 1) !== 45 &&
      !/^ [A-Z]{2,5}[+-]/.test(line.slice(end, end + 8))
    );
  if (zone !== 90) return false;
  const open = line.indexOf("(", end);
  return open < 0 || open > end + 12;
}
