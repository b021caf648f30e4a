import { detector, endOf, isPlaceholder } from "../detector.js";
import { isLikelySecret } from "../likely-secret.js";

/** The rest of the name, its quote, and what stands between a name and its value in code, settings and messages. */
const NAME_REST =
  /[\w.-]{0,24}(?: key| token| code)?\\?["'`]?(?:[ \t]{1,3}(?:string|String|str))?[ \t]{0,8}/y;
const ASSIGN = /(?:=>|[:.?!+]{0,3}=|:|>|\|\|)[ \t]{0,8}(?:\r?\n[ \t]{0,40})?/y;
const COMMA = /,[ \t]{0,4}(?=\\?["'`])/y;
const QUOTED = /\\?(["'`])([^"'`\s\\]{4,512})/y;
const BARE = /[^\s"'`,;<>(){}[\]|&\\]{4,512}/y;
/** `=$(...)`, `{{ ... }}` and the like are made of names, not of the secret. */
const OPEN_QUOTE = /\\?["'`]/y;
const IS_PASSWORD = /^(?:passw|passphrase|pwd)/i;
/** What stands behind "password:" in messages and is none. */
const WORDS =
  /^(?:null|none|nil|true|false|undefined|empty|required|invalid|incorrect|wrong|expired|missing|changed|reset|unknown|failed|failure|authentication|rejected|accepted|disabled|enabled|yes|no|not|is|was|for|from|hidden|redacted|filtered|removed|masked|string|password|passwd|secret|token|example|changeme|n\/a)$/i;

export const keyedSecret = detector({
  name: "keyed-secret",
  summary: 'values beside telling names in text: `db_password=...`, `apiKey: "..."`, `<token>...</token>`',
  label: "SECRET",
  isDefault: true,
  group: "secrets",
  words: [
    "passw",
    "passphrase",
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
  ],
  find(text, at) {
    const isPassword = IS_PASSWORD.test(text.slice(at, at + 10));
    const name = endOf(NAME_REST, text, at);
    let value = endOf(ASSIGN, text, name);
    if (value < 0) value = endOf(COMMA, text, name);
    if (value < 0) return undefined;
    const isEqual = text.slice(name, value).includes("=");
    return isPassword ? password(text, value, isEqual) : secret(text, value);
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
  ],
});

/** Any value that is no common word; behind ": " in plain text it has more than small letters. */
function password(text: string, at: number, isEqual: boolean): { start: number; end: number } | undefined {
  const span = valueAt(text, at);
  if (span === undefined) return undefined;
  const value = text.slice(span.start, span.end);
  if (isPlaceholder(value) || WORDS.test(value) || /^(?:\$[{(]|\{\{|<)/.test(value)) return undefined;
  if (/^[*.x-]+$/i.test(value)) return undefined;
  const isQuoted = endOf(OPEN_QUOTE, text, at) >= 0;
  return isEqual || isQuoted || !/^[a-z]+[.!]?$/i.test(value) ? span : undefined;
}

function secret(text: string, at: number): { start: number; end: number } | undefined {
  const span = valueAt(text, at);
  return span !== undefined && isLikelySecret(text.slice(span.start, span.end)) ? span : undefined;
}

/** The value without its quotes. Longer than 512 bytes: all the same, to its end. */
function valueAt(text: string, at: number): { start: number; end: number } | undefined {
  const quoted = endOf(QUOTED, text, at);
  const start = quoted < 0 ? at : at + (text.charAt(at) === "\\" ? 2 : 1);
  let end = quoted < 0 ? endOf(BARE, text, at) : quoted;
  if (end < 0) return undefined;
  if (quoted < 0) while (end > start && /[.:]/.test(text.charAt(end - 1))) end--;
  return { start, end };
}
