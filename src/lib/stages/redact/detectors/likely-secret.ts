import { isPlaceholder } from "./detector.js";

/**
 * Whether `value`, found beside a name that tells of a secret, looks like one rather than like a word, a path or a
 * date: ten characters or more with digits among them and enough different ones, or mixed case of high entropy. `bits`:
 * least entropy a character (Shannon 1948). Looks at the first 512.
 */
export function isLikelySecret(whole: string, bits = 2.4): boolean {
  const value = whole.slice(0, LOOKED_AT_BYTES);
  if (value.length < 10 || isPlaceholder(value) || isNoSecret(value)) return false;
  const hasDigit = DIGIT.test(value);
  if (!hasDigit) {
    return value.length >= 16 && MIXED.test(value) && !/[,.()]/.test(value) && entropyBits(value) >= 4.2;
  }
  return entropyBits(value) >= bits;
}

/** Whether `value`, beside the name of a key, could be a short one: letters and digits, six of them or more. */
export function isShortSecret(whole: string): boolean {
  const value = whole.slice(0, LOOKED_AT_BYTES);
  if (value.length < 6 || isPlaceholder(value) || isNoSecret(value)) return false;
  return DIGIT.test(value) && /[A-Za-z]/.test(value);
}

/**
 * Whether `value` is a path of files. One in sixty-four keys in base64 begins with "/": it is none when a part of it
 * has capitals, small letters and digits mixed as no name of a file has.
 */
export function isPath(value: string): boolean {
  if (/^[A-Za-z]:[\\/]/.test(value)) return true;
  if (!PATH.test(value)) return false;
  return /\.[a-z]{1,6}\d?$/.test(value) || !value.split("/").some(isRandom);
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

/**
 * A part of a path that goes from one kind of character to another often: `K7MDENGbPxRfiCY`, not `MyProject2` or
 * `0a1b2c3d`.
 */
function isRandom(part: string): boolean {
  if (part.length < 8 || !/[A-Z]/.test(part) || !/[a-z]/.test(part)) return false;
  const changes =
    part.match(/[a-z](?=[A-Z0-9])|[A-Z](?=[0-9])|[A-Z](?=[A-Z][a-z])|[0-9](?=[A-Za-z])/g)?.length ?? 0;
  return changes >= 3 && changes >= part.length / 8 && (/[0-9]/.test(part) || changes >= part.length / 4);
}

function isNoSecret(value: string): boolean {
  return NOT_SECRET.test(value) || VARIABLE.test(value) || isPath(value);
}

const LOOKED_AT_BYTES = 512;
const COUNTS = new Uint16Array(256);
const DIGIT = /[0-9]/;
const MIXED = /[a-z][^a-z]*[A-Z]|[A-Z][^A-Z]*[a-z]/;
const PATH = /^(?:\.{0,2}\/|~\w{0,32}\/|\.|~)[\w./-]*$/;
/** `$API_KEY`, `$1`, `${KEY}`; a hash of a password has its method there: `$2b$10$...`. */
const VARIABLE = /^\$(?:[{(]|[A-Z_][A-Z0-9_]*$|[a-z_]+[0-9]?$|[a-z]\w*(?:->|\[|\.)|\d{1,2}$)/;
/** Addresses, templates, dates and times, versions, sizes: what stands beside such names in ordinary logs. */
const NOT_SECRET =
  /^(?:[a-z]+:\/\/|\{\{|%[A-Z_]+%|<[A-Za-z _-]+>|\d{4}-\d\d-\d\d(?:[T ]|$)|v?\d+\.\d+\.\d+|\d+(?:\.\d+)?[a-z]{0,2}$(?<!\d{12})|.{0,64}[xX*]{8})/;
