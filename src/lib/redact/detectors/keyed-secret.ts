import { detector, endOf, isPlaceholder, isWordAt, type Span } from "../detector.js";
import { isLikelySecret, isShortSecret } from "../likely-secret.js";

/** The rest of the name, its quote, and what stands between a name and its value in code, settings and messages. */
const NAME_REST =
  /[\w.-]{0,24}(?: key| token| code)?\\?["'`]?(?:[ \t]{1,3}(?:string|String|str))?[ \t]{0,8}/y;
const ASSIGN = /(?:=>|[:.?!+]{0,3}=|:|>|\|\|)[ \t]{0,8}(?:\r?\n[ \t]{0,40})?/y;
const COMMA = /,[ \t]{0,4}(?=\\?["'`])/y;
/** A name and its value as two members or pairs: `"name":"DB_PASSWORD","value":"..."`, `key=token value=...`. */
const PAIRED =
  /[,; \t]{1,4}\\?["']?(?:value|val|v|content|data)\\?["']?[ \t]{0,4}[:=][ \t]{0,4}(?:\{\\?["']\w{1,24}\\?["'][ \t]{0,4}:[ \t]{0,4})?/iy;
/** SQL: `PASSWORD 'x'`, `PASSWORD('x')`, `PASSWORD FOR 'ada'@'%' = 'x'`, `IDENTIFIED [WITH plugin] BY [PASSWORD] 'x'`. */
const SQL = /(?:for[ \t]{1,4}[^\t-\r ]{1,128}[ \t]{0,4}=[ \t]{0,4}(?:password)?)?\(?[ \t]{0,4}[NE]?(?=')/iy;
const IDENTIFIED =
  /identified[ \t]{1,4}(?:with[ \t]{1,4}[^\t-\r ]{1,64}[ \t]{1,4})?(?:by|as)[ \t]{1,4}(?:(?:password|values)[ \t]{1,4})?/iy;
const WHOLE_QUOTED = /(\\?)(["'`])((?:(?!\1\2)[^\n]){1,512})\1\2/y;
const QUOTED = /\\?(["'`])([^"'`\t-\r \\]{4,512})/y;
const BARE = /[^\t-\r "'`,;<>(){}[\]|&\\]{4,512}/y;
/** Where it is sure that a secret follows, however short. */
const BARE_SHORT = /[^\t-\r "'`,;<>(){}[\]|&\\]{1,512}/y;
/** `=$(...)`, `{{ ... }}` and the like are made of names, not of the secret. */
const OPEN_QUOTE = /\\?["'`]/y;
const IS_PASSWORD = /^(?:passw|passphrase|pwd|(?:_|--)?pass(?![a-z0-9]))/i;
/** `pass=12 fail=0` counts tests. */
const IS_COUNT = /^(?:[_-]{0,2}pass[:= "']*)\d+$/i;
/** The shell's working directory, and the one before. */
const IS_DIRECTORY = /^(?:old|logical_?)?pwd$/i;
const IS_PATH = /^(?:[/~]|[A-Za-z]:[\\/])/;
/** Names of keys and tokens that are shown to a program to be let in. */
const IS_KEY =
  /(?:api|access|auth|account|signing|encryption|private|secret|session)[-_. ]?(?:key|token|id)$|secret$|^x-.*(?:key|token)$/i;
/** A variable of the environment. */
const IS_VARIABLE = /^(?:[A-Z0-9]+_)*(?:TOKEN|SECRET)$/;
/** Options that say where a secret is, or something else about it. */
const ABOUT =
  /[-_.]?(?:file|path|dir|stdin|env|command|cmd|fd|type|ttl|length|policy|url|uri|host|server|expiry|expiration|expires|lifetime|mode|format|hash|prompt|manager|store|name|names|only|interactive|required|id)[ \t"']*$/i;
/** `token_count=123456789012`. */
const COUNTS = /[-_.]?(?:counts?|size|limit|total|used|usage|length|ttl|expir[a-z]+)[ \t"']*$/i;
/** What stands behind "password:" in messages and is none. */
const WORDS =
  /^(?:null|none|nil|true|false|undefined|empty|required|invalid|incorrect|wrong|expired|missing|changed|reset|unknown|failed|failure|authentication|rejected|accepted|disabled|enabled|yes|no|not|is|was|for|from|hidden|redacted|filtered|removed|masked|string|password|passwd|secret|token|example|changeme|n\/a)$/i;
/** What stands behind an option in a sentence about it. */
const PROSE =
  /^(?:option|options|argument|flag|requires|needs|cannot|must|should|will|when|with|instead|which|that|this|and|are|has|have|given|specified|supplied|provided|deprecated|insecure|ignored|on|in|to|or|via|can|may|be|used|using)$/i;

export const keyedSecret = detector({
  name: "keyed-secret",
  summary: 'values beside telling names in text: `db_password=...`, `apiKey: "..."`, `<token>...</token>`',
  label: "SECRET",
  isDefault: true,
  group: "secrets",
  words: [
    "passw",
    "passphrase",
    "_pass",
    "--pass",
    "pwd",
    "secret",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "api key",
    "api_id",
    "access_key",
    "accesskey",
    "access-key",
    "access key",
    "auth_key",
    "authkey",
    "private_key",
    "privatekey",
    "credential",
    "client_id",
    "account_key",
    "signing_key",
    "encryption_key",
    "identified",
  ],
  prefixes: ["pass=", "PASS=", "pass:", "PASS:"],
  find(text, at) {
    const isPassword = IS_PASSWORD.test(text.slice(at, at + 10));
    const named = endOf(NAME_REST, text, at);
    let value = endOf(ASSIGN, text, named);
    if (value < 0) value = endOf(COMMA, text, named);
    if (value >= 0) {
      const paired = endOf(PAIRED, text, value - 1);
      if (paired >= 0 && text.charAt(value - 1) !== "=") return anyValue(text, paired, BARE_SHORT);
      const isEqual = text.slice(named, value).includes("=");
      return isPassword ? password(text, at, value, isEqual) : secret(text, at, named, value);
    }
    return unassigned(text, at, named, isPassword);
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

/** Nothing stands between name and value but blanks: an option of a command line, or SQL. */
function unassigned(text: string, at: number, named: number, isPassword: boolean): Span | undefined {
  const identified = endOf(IDENTIFIED, text, at);
  if (identified >= 0) return identifiedBy(text, identified);
  const name = text.slice(at, named);
  const start = wordStart(text, at);
  if (start < at + 1 && text.charAt(start) === "-") {
    const isBlank = /[ \t]["'`]?$/.test(text.slice(named - 1, named)) || /[\t-\r ]$/.test(name);
    if (!isBlank || ABOUT.test(name) || /(?:word|token|secret|key|credential)s[ \t]*$/i.test(name))
      return undefined;
    const span = anyValue(text, named, BARE_SHORT);
    if (span === undefined || text.charAt(span.start) === "-") return undefined;
    const value = text.slice(span.start, span.end);
    return PROSE.test(value) || (!isPassword && IS_PATH.test(value)) ? undefined : span;
  }
  const paired = endOf(PAIRED, text, named - 1);
  if (paired >= 0) return anyValue(text, paired, BARE_SHORT);
  if (!isPassword)
    return /[ \t]$/.test(name) && text.charAt(named) === "'" ? secret(text, at, named, named) : undefined;
  const sql = endOf(SQL, text, named);
  if (sql >= 0) return anyValue(text, sql);
  const span = /[ \t]$/.test(name) ? anyValue(text, named) : undefined;
  // In a sentence only what looks like one.
  return span !== undefined && isShortSecret(text.slice(span.start, span.end)) ? span : undefined;
}

function identifiedBy(text: string, at: number): Span | undefined {
  const span = anyValue(text, at);
  if (span === undefined || endOf(OPEN_QUOTE, text, at) >= 0) return span;
  // A sentence may say "identified by": without quotes it takes a value with a digit.
  return /\d/.test(text.slice(span.start, span.end)) ? span : undefined;
}

/** Any value that is no common word; behind ": " in plain text it has more than small letters. */
function password(text: string, at: number, from: number, isEqual: boolean): Span | undefined {
  const span = anyValue(text, from);
  if (span === undefined) return undefined;
  const value = text.slice(span.start, span.end);
  if (IS_COUNT.test(text.slice(at, span.end))) return undefined;
  if (IS_PATH.test(value) && IS_DIRECTORY.test(wholeName(text, at))) return undefined;
  const isQuoted = endOf(OPEN_QUOTE, text, from) >= 0;
  return isEqual || isQuoted || !/^[a-z]+[.!]?$/i.test(value) ? span : undefined;
}

function secret(text: string, at: number, named: number, from: number): Span | undefined {
  const start = wordStart(text, at);
  const name = text.slice(start, named);
  // An option is given the secret itself, however short.
  if (text.charAt(start) === "-") return ABOUT.test(name) ? undefined : anyValue(text, from, BARE_SHORT);
  const span = valueAt(text, from);
  if (span === undefined) return undefined;
  const value = text.slice(span.start, span.end);
  if (COUNTS.test(name)) return undefined;
  if (isLikelySecret(value)) return span;
  const plain = name.replace(/[\\"'` \t]+$/, "");
  return isShortSecret(value) && (IS_KEY.test(plain) || IS_VARIABLE.test(plain)) ? span : undefined;
}

/** A value that is no common word, nor made of other names. */
function anyValue(text: string, at: number, bare = BARE): Span | undefined {
  const span = valueAt(text, at, bare);
  if (span === undefined) return undefined;
  const value = text.slice(span.start, span.end);
  if (isPlaceholder(value) || WORDS.test(value) || /^(?:\$[{(]|\{\{|<)/.test(value)) return undefined;
  return /^[*.x-]+$/i.test(value) ? undefined : span;
}

/** The value without its quotes. Longer than 512 bytes: all the same, to its end. */
function valueAt(text: string, from: number, bare = BARE): Span | undefined {
  // `N'...'` and `E'...'` of SQL.
  const at = /^[NE]'/.test(text.slice(from, from + 2)) ? from + 1 : from;
  const whole = endOf(WHOLE_QUOTED, text, at);
  if (whole >= 0) {
    const width = text.charAt(at) === "\\" ? 2 : 1;
    return { start: at + width, end: whole - width };
  }
  const quoted = endOf(QUOTED, text, at);
  const start = quoted < 0 ? at : at + (text.charAt(at) === "\\" ? 2 : 1);
  let end = quoted < 0 ? endOf(bare, text, at) : quoted;
  if (end < 0) return undefined;
  if (quoted < 0) while (end > start && /[.:]/.test(text.charAt(end - 1))) end--;
  return { start, end };
}

/** Where the name begins that goes on at `at`, dashes included. */
function wordStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < 32 && (isWordAt(text, start - 1) || /[-.]/.test(text.charAt(start - 1))))
    start--;
  return start;
}

function wholeName(text: string, at: number): string {
  let end = at;
  while (end - at < 32 && isWordAt(text, end)) end++;
  return text.slice(wordStart(text, at), end);
}
