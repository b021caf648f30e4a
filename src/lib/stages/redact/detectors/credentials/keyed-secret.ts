// Enter here: passwords and secrets told by what stands beside them.

import { beginsConnection, isInConnection, settingEnd } from "../../keyed/connections.js";
import {
  isAbout,
  isCount,
  isDirectory,
  isProse,
  isSetting,
  isTestCount,
  isWords,
  saysNothing,
} from "../../keyed/harmless.js";
import {
  isKeyName,
  isNameOfItsOwn,
  isPasswordName,
  isSureName,
  TELLING_LITERALS,
  TELLING_WORDS,
} from "../../keyed/names.js";
import { firstWord, keyedValueAt, type Value } from "../../keyed/values.js";
import { assigned, framed, type Named, nameEnd, paired } from "../../keyed/writings.js";
import { type ByteSpan, detector, endOf, isWordAt } from "../detector.js";
import { isLikelySecret, isPath, isShortSecret } from "../likely-secret.js";
import { card } from "../personal/card.js";
import { ssn } from "../personal/ssn.js";

/** SQL: `PASSWORD 'x'`, `PASSWORD('x')`, `PASSWORD FOR 'ada'@'%' = 'x'`; "+" is a blank of a query string. */
const SQL =
  /[ \t+]{0,4}(?:for[ \t+]{1,4}[^\t-\r ]{1,128}[ \t+]{0,4}=[ \t+]{0,4}(?:password)?)?\(?[ \t+]{0,4}[NE]?(?=')/iy;
const IDENTIFIED =
  /identified[ \t+]{1,4}(?:with[ \t+]{1,4}[^\t-\r +]{1,64}[ \t+]{1,4})?(?:by|as)[ \t+]{1,4}(?:(?:password|values)[ \t+]{1,4})?/iy;
/** `password is x`. */
const SAID = /(?:is|was|set to|changed to)[ \t]{1,4}/y;
/** A sentence goes on behind the name: there is nothing else to look for. Costs less than all that. */
const SENTENCE =
  /(?!(?:is|was|set|changed|for|by|with|as|value|val|v|content|data|string|str)[ ])[a-z]{1,20}[ .,](?!=)/y;
const SHORT_NAME = /^(?:_?pass(?!w|phrase)|ssn)/i;
/** Settings files that have nothing but a blank between name and value. */
const BLANK_SETTING = /^(?:requirepass|masterauth)/i;
/** The labels of detectors which are telling names themselves: `[SECRET]` in place of a value names no other. */
const OWN_LABEL =
  /^(?:(?:COMMAND_)?SECRET|(?:DSN_)?PASSWORD|(?:API|GITHUB|GITLAB|SLACK|PACKAGE)_TOKEN|(?:AWS|AZURE|GCP|STRIPE|PRIVATE)_KEY|CREDENTIALS|COOKIE)$/;

export const keyedSecret = detector({
  name: "keyed-secret",
  summary: 'values beside telling names in text: `db_password=...`, `apiKey: "..."`, `<token>...</token>`',
  label: "SECRET",
  isDefault: true,
  group: "secrets",
  words: TELLING_WORDS,
  literals: TELLING_LITERALS,
  find(text, at) {
    const isShortName = SHORT_NAME.test(text.slice(at, at + 6));
    if (isShortName && text.charAt(at) !== "_" && !isNameOfItsOwn(text, at)) return undefined;
    const start = wordStart(text, at);
    if (text.startsWith("</", start - 2)) return undefined;
    const named = nameEnd(text, at);
    if (text.charAt(start - 1) === "[" && text.charAt(named.end) === "]") {
      if (OWN_LABEL.test(text.slice(start, named.end))) return undefined;
    }
    const isOption = text.charAt(start) === "-";
    if (named.closed === named.end + 1 && !isOption && endOf(SENTENCE, text, named.closed) >= 0) {
      if (!BLANK_SETTING.test(text.slice(start, named.end))) return undefined;
    }
    const name: Name = {
      start,
      text: text.slice(start, named.end),
      isPassword: isPasswordName(text.slice(at, at + 12)) || isSureName(text.slice(at, named.end)),
      isOption,
      isShort: isShortName,
    };
    const frame = framed(text, start, at, named);
    if (frame !== undefined) return judged(text, name, { ...frame, isQuoted: true, isClosed: true });
    const value = assigned(text, named);
    if (value < 0) return unassigned(text, at, named, name);
    const sign = text.slice(named.closed, value);
    const isEqual = sign.includes("=");
    const pair = isEqual ? -1 : paired(text, value - 1);
    if (pair >= 0) return anyValue(text, pair);
    if (!name.isPassword) return secret(text, name, value, isEqual);
    const span = password(text, name, value, isEqual);
    // In code: a comparison, or a variable that counts passes.
    const isCount = isShortName && sign.startsWith("=") && text.charAt(named.closed - 1) === " ";
    const isCode = /^[!=]==?/.test(sign) || (isCount && (text.charAt(at) !== "_" || isDigits(text, span)));
    return isCode && span !== undefined && !isStated(text, span) ? undefined : span;
  },
  positives: [
    'db_password="«hunter2!»"',
    "PGPASSWORD=«swordfish»",
    "login with password: «S3cr3t!»",
    'apiKey: "«8fK2mQ9xR4tZ1nB6cLdW»"',
    '{"client_secret":"«a1b2c3d4e5f6g7h8»"}',
    "aws_secret_access_key = «wJalrXUtnFEMI/K7MDENG/bPxRfiCYzX3mPlK9Qd»",
    "<authToken>\n  «8fK2mQ9xR4tZ1nB6»\n</authToken>",
    'setProperty("API_TOKEN", "«x7Kq2mW9vR4tZ1nB»")',
    "?access_token=«8fK2mQ9xR4tZ1nB6»&x=1",
    "X-Api-Key: «k7x22q»",
    "exec: mysqldump --password «pw1» --user ada",
    "vault login --token '«s.8 x»' -address x",
    "--client-secret=«abcd»",
    "ALTER ROLE ada WITH LOGIN PASSWORD '«two words»'",
    "CREATE USER ada IDENTIFIED WITH caching_sha2_password BY '«1»'",
    "SET PASSWORD FOR 'ada'@'%' = PASSWORD('«pw 2»')",
    "CREATE USER ada IDENTIFIED BY «Tiger1»;",
    '[{\\"name\\":\\"DB_PASSWORD\\",\\"value\\":\\"«x1»\\"}]',
    "key=db.password value=«hunter2»",
    "SMTP_PASS=«hunter2» DB_PASS: '«x 1»'",
    "tool --pass «pw1» run",
    "ALTER LOGIN ada WITH PASSWORD = N'«pw1»'",
    "the password «hunter2» was seen",
    "export TOKEN=«x81kq2»",
    "CREATE SECRET (TYPE s3, SECRET '«x81kq22za»')",
  ],
  negatives: [
    "password: incorrect",
    "password=[SECRET]",
    '{\\"name\\":\\"DB_PASSWORD\\",\\"type\\":\\"string\\"}',
    "docker login -p [COMMAND_SECRET] registry.example/Team1/K7xQ9rW2",
    "password=***",
    "token expired",
    "secret: none",
    "token: invalid",
    "tokens=4096",
    "max_tokens: 8192",
    "api_key=$PAYMENTS_API_KEY_2",
    "secret_file=/run/secrets/db",
    "Token = xxxxxxxxxxxxxxxxxxxxxxxx",
    "token valid until 2026-11-22T10:00:00Z",
    "token_expires: 2026-11-22T10:00:00Z",
    "sudo: ada : TTY=pts/0 ; PWD=/home/ada ; USER=root",
    "OLDPWD=/var/log",
    "use --password-file /run/db, or --token-ttl 30m",
    "the --password option requires an argument",
    "--tokens 4096",
    "identified by three users",
    "pass=12 fail=0",
    "bypass: always",
    "token_count=123456789012",
  ],
});

interface Name {
  readonly start: number;
  readonly text: string;
  /** Whether any value is secret, not only what looks like a key. */
  readonly isPassword: boolean;
  readonly isOption: boolean;
  /** `pass` and the like, which are words of programs as well. */
  readonly isShort: boolean;
}

/** Nothing stands between name and value but blanks: an option of a command line, or SQL. */
function unassigned(text: string, at: number, { end, closed }: Named, name: Name): ByteSpan | undefined {
  const identified = endOf(IDENTIFIED, text, at);
  if (identified >= 0) return identifiedBy(text, identified);
  const isBlank = closed > end && /[\t-\r ]/.test(text.charAt(closed - 1));
  if (name.isOption) return isBlank ? argument(text, closed, name) : undefined;
  if (BLANK_SETTING.test(name.text)) return isBlank ? anyValue(text, closed) : undefined;
  const pair = paired(text, isBlank ? closed - 1 : closed);
  if (pair >= 0) return anyValue(text, pair);
  if (name.isPassword) {
    const sql = endOf(SQL, text, closed);
    if (sql >= 0) return anyValue(text, sql);
  }
  if (!isBlank || name.isShort) return undefined;
  const said = name.isPassword ? Math.max(closed, endOf(SAID, text, closed)) : closed;
  const value = keyedValueAt(text, said);
  if (value === undefined || !value.isClosed || saysNothing(text.slice(value.start, value.end)))
    return undefined;
  // In a sentence only what looks like one.
  const word = text.slice(value.start, firstWord(text, value));
  if (name.isPassword) return isShortSecret(word) ? value : undefined;
  return looksRandom(word) || (value.isQuoted && isKeyLike(name, word)) ? value : undefined;
}

function argument(text: string, at: number, name: Name): ByteSpan | undefined {
  if (isAbout(name.text) || /(?:word|token|secret|key|credential)s$/i.test(name.text)) return undefined;
  const span = anyValue(text, at);
  if (span === undefined || text.charAt(span.start) === "-") return undefined;
  const value = text.slice(span.start, span.end);
  return isProse(value) || (!name.isPassword && isPath(value)) ? undefined : span;
}

function identifiedBy(text: string, at: number): ByteSpan | undefined {
  const span = anyValue(text, at);
  if (span === undefined || span.isQuoted) return span;
  // A sentence may say "identified by": without quotes it takes a value with a digit.
  return /\d/.test(text.slice(span.start, Math.min(span.end, span.start + 512))) ? span : undefined;
}

/** Any value that is no common word; behind ": " in plain text it has more than small letters. */
function password(text: string, name: Name, from: number, isEqual: boolean): Value | undefined {
  const { start } = name;
  const isSetOf = isEqual && text.charAt(from - 1) === "=";
  if (isSetOf && (isInConnection(text, start) || beginsConnection(text, from)))
    return connected(text, name, from);
  const span = anyValue(text, from, isEqual);
  if (span === undefined) return undefined;
  const value = text.slice(span.start, span.end);
  if (isDirectory(name.text, value, text, start, span.end)) return undefined;
  if (isTestCount(name.text, value, text, start, span.end, isEqual)) return undefined;
  if (!span.isQuoted && isSetting(name.text, value)) return undefined;
  if (isSureName(name.text) && isOfItsOwn(text, span.start)) return undefined;
  if (isEqual || span.isQuoted) return span;
  return isWords(value) || value === "0" || value === "1" ? undefined : span;
}

function isDigits(text: string, span: Value | undefined): boolean {
  return span !== undefined && /^\d{1,3}$/.test(text.slice(span.start, Math.min(span.end, span.start + 4)));
}

/** Quoted, or written like a secret: no name of code. */
function isStated(text: string, { start, end, isQuoted }: Value): boolean {
  const value = text.slice(start, Math.min(end, start + 512));
  return isQuoted || (isShortSecret(value) && !/[()[\]*]/.test(value)) || /^\d{4,}$/.test(value);
}

/** In a connection string a value may have blanks. */
function connected(text: string, name: Name, from: number): Value | undefined {
  const first = keyedValueAt(text, from, true);
  if (first === undefined) return undefined;
  const value = text.slice(first.start, first.end);
  if (saysNothing(value) || isDirectory(name.text, value, text, name.start, first.end)) return undefined;
  return first.isQuoted ? first : { ...first, end: settingEnd(text, name.start, first.end) };
}

function secret(text: string, name: Name, from: number, isEqual: boolean): ByteSpan | undefined {
  // An option is given the secret itself, however short.
  if (name.isOption) return isAbout(name.text) ? undefined : anyValue(text, from);
  const value = keyedValueAt(text, from, isEqual);
  return value === undefined ? undefined : judged(text, name, value);
}

/** `value` if it looks like one for its name: of a key by its first word, for what follows may be code. */
function judged(text: string, name: Name, value: Value): ByteSpan | undefined {
  const said = text.slice(value.start, value.end);
  if (name.isPassword) return saysNothing(said) || isSetting(name.text, said) ? undefined : value;
  if (isCount(name.text)) return undefined;
  const word = value.isQuoted ? said : text.slice(value.start, firstWord(text, value));
  if (isLikelySecret(word) || isKeyLike(name, word)) return value;
  return word.length < said.length && isKeyName(name.text) && isShortSecret(said) ? value : undefined;
}

function isKeyLike(name: Name, value: string): boolean {
  return isKeyName(name.text) && (isShortSecret(value) || /^\d{6,}$/.test(value.slice(0, 512)));
}

/** A key behind nothing but a blank: long, of capitals, small letters and digits. */
function looksRandom(word: string): boolean {
  const mixed =
    /[a-z]/.test(word.slice(0, 64)) && /[A-Z]/.test(word.slice(0, 64)) && /\d/.test(word.slice(0, 64));
  return word.length >= 15 && mixed && isLikelySecret(word, 3);
}

/** What has a detector with a label of its own. */
function isOfItsOwn(text: string, at: number): boolean {
  return card.find(text, at) !== undefined || ssn.find(text, at) !== undefined;
}

/** A value that is no common word, nor made of other names. */
function anyValue(text: string, at: number, isBraced = false): Value | undefined {
  const value = keyedValueAt(text, at, isBraced);
  return value === undefined || saysNothing(text.slice(value.start, value.end)) ? undefined : value;
}

/** Where the name begins that goes on at `at`, dashes included. */
function wordStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < 32 && (isWordAt(text, start - 1) || /[-.]/.test(text.charAt(start - 1))))
    start--;
  return start;
}
