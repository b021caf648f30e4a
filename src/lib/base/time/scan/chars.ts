/** Single characters, for the scanner of times. Positions past the end give NaN, of which every comparison is false. */

export function isDigitCode(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isLetterCode(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

export function isWordCode(code: number): boolean {
  return isDigitCode(code) || isLetterCode(code) || code === 95;
}

/** A blank, a tab, or one of the blanks that ICU puts before AM and PM. */
export function isBlankCode(code: number): boolean {
  return code === 32 || code === 9 || code === 0xa0 || code === 0x202f;
}

/** How many digits stand at `at`, at most `max` + 1. */
export function digitsAt(line: string, at: number, max: number): number {
  let count = 0;
  while (count <= max && isDigitCode(line.charCodeAt(at + count))) count++;
  return count;
}

/** The number of `count` digits at `at`. */
export function decimalAt(line: string, at: number, count: number): number {
  let value = 0;
  for (let n = at; n < at + count; n++) value = value * 10 + line.charCodeAt(n) - 48;
  return value;
}

/** Behind the letters at `at`, of which there are at most `max`; `at` where there are none or more. */
export function endOfWord(line: string, at: number, max: number): number {
  let end = at;
  while (isLetterCode(line.charCodeAt(end))) if (++end - at > max) return at;
  return end;
}

/** Behind up to `max` blanks. */
export function endOfBlanks(line: string, at: number, max: number): number {
  let end = at;
  while (end - at < max && isBlankCode(line.charCodeAt(end))) end++;
  return end;
}
