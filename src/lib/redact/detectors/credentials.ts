import { detector, endOf, isPlaceholder, isWordAt } from "../detector.js";

const BEARER = /(?:bearer|token)[ \t]{1,4}([\w.~+/-]{12,4096}={0,2})(?![\w.~+/-])/iy;
const BASIC = /basic[ \t]{1,4}([A-Za-z0-9+/]{6,1024}={0,2})(?![\w+/=])/iy;

export const credentials = detector({
  name: "credentials",
  summary: "what stands behind `Bearer` and `Basic` in headers",
  label: "CREDENTIALS",
  isDefault: true,
  group: "secrets",
  words: ["bearer", "basic"],
  find(text, at) {
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
  ],
  negatives: [
    "bearer of news",
    "Basic authentication",
    "basic arithmetic",
    "Bearer token_missing_here",
    "forbearer abc123def456ghi789",
  ],
});

/** RFC 7617: base64 of `user:password`. */
function isUserAndPassword(value: string): boolean {
  if (value.replace(/=+$/, "").length % 4 === 1) return false;
  const decoded = Buffer.from(value, "base64").toString("latin1");
  return /^[\x20-\x7e\x80-\xff]*:[\x20-\x7e\x80-\xff]*$/.test(decoded);
}
