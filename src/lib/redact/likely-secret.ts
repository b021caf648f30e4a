import { isPlaceholder } from "./detector.js";

/**
 * Whether `value`, found beside a name that tells of a secret, looks like one rather than like a word, a path or a date:
 * ten characters or more with digits among them and enough different ones, or mixed case of high entropy. `bits`: least entropy a
 * character (Shannon 1948).
 */
export function isLikelySecret(value: string, bits = 2.4): boolean {
  if (value.length < 10 || isPlaceholder(value) || NOT_SECRET.test(value)) return false;
  const hasDigit = DIGIT.test(value);
  if (!hasDigit) {
    return value.length >= 16 && MIXED.test(value) && !/[,.()]/.test(value) && entropyBits(value) >= 4.2;
  }
  return entropyBits(value) >= bits;
}

/** Whether `value`, beside the name of a key, could be a short one: letters and digits, six of them or more. */
export function isShortSecret(value: string): boolean {
  if (value.length < 6 || isPlaceholder(value) || NOT_SECRET.test(value)) return false;
  return DIGIT.test(value) && /[A-Za-z]/.test(value);
}

/** Shannon's entropy of the characters of `text`, in bits a character. Looks at the first 256. */
export function entropyBits(text: string): number {
  const length = Math.min(text.length, 256);
  COUNTS.fill(0);
  for (let i = 0; i < length; i++) COUNTS[text.charCodeAt(i) & 0xff]!++;
  let bits = 0;
  for (const count of COUNTS) if (count > 0) bits -= (count / length) * Math.log2(count / length);
  return bits;
}

const COUNTS = new Uint16Array(256);
const DIGIT = /[0-9]/;
const MIXED = /[a-z][^a-z]*[A-Z]|[A-Z][^A-Z]*[a-z]/;
/** Paths, addresses, templates, dates and times, versions, sizes: what stands beside such names in ordinary logs. */
const NOT_SECRET =
  /^(?:[./~][\w./-]*$|[a-z]+:\/\/|\$[{(]?\w|\{\{|%[A-Z_]+%|<[\w -]+>|\d{4}-\d\d-\d\d(?:[T ]|$)|v?\d+\.\d+\.\d+|\d+(?:\.\d+)?[a-z]{0,2}$(?<!\d{12})|.{0,64}[xX*]{8})/;
