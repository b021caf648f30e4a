/**
 * The names that tell of a secret in text: those of the field list, in every way to write them, and what only text has.
 */
import { FIELD_NAMES } from "../find/field-rules.js";

/** Too short to be looked for within words, or with detectors of their own. */
const APART = ["pass", "ssn", "bearer", "authorization", "cvv", "cvc"];
const MORE = [
  "passw",
  "--pass",
  "api_id",
  "client_id",
  "identified",
  "requirepass",
  "masterauth",
  "bearer=",
  "cvv",
  "cvc",
] as const;
/** Names by themselves or at the end of others; `bypass=` and `className` are others. */
const SHORT_NAMES = ["pass", "Pass", "PASS", "ssn", "SSN"];
const SIGNS = ["=", ":", '"', "'", "\\", "]", " =", " :", "1", "2"];

/** Letters in any case; a text that has another one in it is left out. */
export const TELLING_WORDS: readonly string[] = wordsOf();
/** Asked anywhere; see isNameOfItsOwn. */
export const TELLING_LITERALS: readonly string[] = SHORT_NAMES.flatMap((name) =>
  SIGNS.map((sign) => `${name}${sign}`),
);

function wordsOf(): readonly string[] {
  const all = new Set<string>(MORE);
  for (const name of FIELD_NAMES) {
    const plain = name.replaceAll("*", "");
    if (APART.includes(plain)) continue;
    if (/_pass$/.test(plain)) all.add("_pass");
    else for (const between of ["_", "-", ".", " ", ""]) all.add(plain.replaceAll("_", between));
  }
  const words = [...all];
  return words.filter((word) => !words.some((other) => other !== word && word.includes(other)));
}

/** Any value is secret. */
const IS_PASSWORD = /^(?:passw|passphrase|pwd|(?:_|--)?pass(?![a-z])|requirepass|masterauth)/i;
const IS_SURE =
  /(?:cvv|cvc|ssn|social[-_. ]?security[-_. ]?number|card[-_. ]?number|connection[-_. ]?string)\d?$/i;
/** Names of keys and tokens that are shown to a program to be let in. */
const IS_KEY =
  /(?:(?:api|access|auth|account|signing|encryption|private|secret|session)[-_. ]?(?:key|token|id)|secret|credentials?|cookie|bearer|(?:access|refresh|id|bearer|auth|session|csrf|xsrf)[-_. ]?token)\d{0,3}$|^x-.*(?:key|token)$/i;
/** A variable of the environment. */
const IS_VARIABLE = /^(?:[A-Z0-9]+_)*(?:TOKEN|SECRET)$/;

/** Whether a word begins at `at`, were it only by a capital: `pass=`, `db_pass=`, `dbPass=`, not `bypass=`. */
export function isNameOfItsOwn(text: string, at: number): boolean {
  const before = at === 0 ? "" : text.charAt(at - 1);
  return !/[A-Za-z0-9\x80-\xff]/.test(before) || (/[a-z0-9]/.test(before) && /[A-Z]/.test(text.charAt(at)));
}

/** `head`: the text from where a telling word stands. */
export function isPasswordName(head: string): boolean {
  return IS_PASSWORD.test(head);
}

export function isSureName(name: string): boolean {
  return IS_SURE.test(name);
}

export function isKeyName(name: string): boolean {
  return IS_KEY.test(name) || IS_VARIABLE.test(name);
}
