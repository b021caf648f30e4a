import { detector, endOf, isPlaceholder, isWordAt } from "../detector.js";

const BEARER = /(?:bearer|token)[ \t]{1,4}([\w.~+/-]{12,4096}={0,2})(?![\w.~+/-])/iy;
const BASIC = /basic[ \t]{1,4}([A-Za-z0-9+/]{6,1024}={0,2})(?![\w+/=])/iy;

export const credentials = detector({
  name: "credentials",
  summary: "what stands behind `Bearer` and `Basic`, and in `Authorization` headers of any scheme",
  label: "CREDENTIALS",
  isDefault: true,
  group: "secrets",
  words: ["bearer", "basic", "authorization"],
  find(text, at) {
    if ((text.charCodeAt(at) | 0x20) === 0x61) return authorization(text, at);
    if (at > 0 && isWordAt(text, at - 1)) return undefined;
    const isBasic = (text.charCodeAt(at + 1) | 0x20) === 0x61;
    const end = endOf(isBasic ? BASIC : BEARER, text, at);
    if (end < 0) return undefined;
    const word = isBasic ? 5 : 6;
    let start = at + word;
    while (text.charAt(start) === " " || text.charAt(start) === "\t") start++;
    const value = text.slice(start, end);
    if (isPlaceholder(value)) return undefined;
    return (isBasic ? isUserAndPassword(value) : /[0-9]/.test(value)) ? { start, end } : undefined;
  },
  positives: [
    "Authorization: Bearer «8xLOxBtZp8Kz1qQ0r5»",
    "authorization: basic «YWRhOmh1bnRlcjI=»",
    "curl -H 'Authorization: Bearer «abc123def456ghi789»'",
    "Authorization: Token «9b2Xq7Lm»",
    "Proxy-Authorization: Negotiate «YIIJvwYGKwYBBQUCoIIJszCC»",
    'Authorization: Digest «username="ada", realm="a", response="6629fae49393a053"»',
    'headers={"Authorization":"ApiKey «k7-22x»","Accept":"*/*"}',
    "map[Authorization:[Bearer «zz81kq»] Accept:[*/*]]",
    "authorization = «s3cr3tValue»",
  ],
  negatives: [
    "bearer of news",
    "Basic authentication",
    "basic arithmetic",
    "Bearer token_missing_here",
    "authorization: denied",
    "Authorization: Bearer [CREDENTIALS]",
    "authorization: user ada was denied",
    "Authorization: Basic <base64>",
    "authorization failed for 12 users",
    "Authorization: $TOKEN_2",
    "forbearer abc123def456ghi789",
  ],
});

/** RFC 7617: base64 of `user:password`. */
function isUserAndPassword(value: string): boolean {
  if (value.replace(/=+$/, "").length % 4 === 1) return false;
  const decoded = Buffer.from(value, "base64").toString("latin1");
  return /^[\x20-\x7e\x80-\xff]*:[\x20-\x7e\x80-\xff]*$/.test(decoded);
}

/**
 * The name, its quote, what stands between, and the quote or bracket before the value; a line may go on with the next.
 */
const HEADER = /authorization\\?["']?[ \t]{0,4}(?::|=>?|,)[ \t]{0,4}\[?(?:\\?["'`])?/iy;
const SCHEMES =
  /(?:basic|bearer|token|digest|negotiate|ntlm|kerberos|oauth|oauth2|api-?key|key|jwt|hmac[\w-]*|signature|hawk|mac|mauth|dpop|gnap|vapid|scram-[\w-]+|privatetoken|splunk|bot|geniekey|sharedkey(?:lite)?|sharedaccesssignature|googlelogin|sso-key|aws4?(?:-hmac-sha256)?|concealed|session|secret)[ \t]{1,4}/iy;
const OTHER_SCHEME = /[A-Za-z][\w.-]{0,31}[ \t]{1,4}/y;
/** One word, or `name=value, name="value"` to the end. */
const PARAMETERS =
  /[\w-]{1,40}=(?:\\?"[^"\\]{0,2048}\\?"|[^\t-\r ",\\]{0,2048})(?:,[ \t]{0,4}[\w-]{1,40}=(?:\\?"[^"\\]{0,2048}\\?"|[^\t-\r ",\\]{0,2048})){0,32}/y;
const WORD = /[^\t-\r "'`\\,;\])}]{1,8192}/y;
const NO_SECRET =
  /^(?:none|null|nil|undefined|required|denied|failed|failure|missing|invalid|ok|success|granted|true|false|yes|no|hidden|redacted|<.*|\$.*|\{\{.*|%[A-Z_]+%)$/i;

function authorization(text: string, at: number): { start: number; end: number } | undefined {
  const value = endOf(HEADER, text, at);
  if (value < 0) return undefined;
  const known = endOf(SCHEMES, text, value);
  const scheme = known < 0 ? endOf(OTHER_SCHEME, text, value) : known;
  const start = Math.max(value, scheme);
  const parameters = endOf(PARAMETERS, text, start);
  const end = Math.max(parameters, endOf(WORD, text, start));
  if (end < 0) return undefined;
  const secret = text.slice(start, end);
  if (isPlaceholder(text.slice(start, start + 80)) || NO_SECRET.test(secret)) return undefined;
  // Behind a scheme nobody knows, and alone, it could be the words of a sentence.
  return known >= 0 || /\d/.test(secret) || /[a-z][A-Z]|.=|[A-Za-z0-9+/_-]{24}/.test(secret)
    ? { start, end }
    : undefined;
}
