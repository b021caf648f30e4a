/** Characters of lines, by their code. */

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

export function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
}

export function isUpper(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}

export function isLower(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

export function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Where the blanks and tabs end that start at `at`. */
export function endOfBlanks(line: string, at: number): number {
  let end = at;
  while (isBlank(line.charCodeAt(end))) end++;
  return end;
}

/** Where what is no blank ends. */
export function endOfToken(line: string, at: number): number {
  let end = at;
  while (end < line.length && !isBlank(line.charCodeAt(end))) end++;
  return end;
}

export function areDigits(line: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isDigit(line.charCodeAt(at))) return false;
  return end > start;
}
