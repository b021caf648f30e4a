import { isIPv4, isIPv6 } from "node:net";
import { detector, endOf, isWordAt } from "../detector.js";

const V4 = /(?:\d{1,3}\.){3}\d{1,3}(?![\w\x80-\xff]|\.\d)/y;
const V6 = /[0-9A-Fa-f:.]{2,45}/y;
const PREFIX = /\/\d{1,3}(?!\w)/y;

export const ip = detector({
  name: "ip",
  summary: "addresses of IPv4 and IPv6, with the length of a network if there is one",
  label: "IP",
  isDefault: true,
  group: "personal",
  shapes: ["ipv4", "ipv6"],
  find(text, at) {
    if (at > 0 && isWordAt(text, at - 1)) return undefined;
    const v4 = endOf(V4, text, at);
    if (v4 >= 0 && isVersion(text, at, v4)) return undefined;
    if (v4 >= 0) return isIPv4(text.slice(at, v4)) ? { start: at, end: withPrefix(text, v4, 32) } : undefined;
    let end = endOf(V6, text, at);
    while (end > at && isTrailing(text, end)) end--;
    if (end - at < 3 || (end < text.length && isWordAt(text, end))) return undefined;
    return isIPv6(text.slice(at, end)) ? { start: at, end: withPrefix(text, end, 128) } : undefined;
  },
  normal: (value) => value.toLowerCase(),
  positives: [
    "from «203.0.113.7» port 22",
    "«203.0.113.7»:8080",
    "[«2001:db8::1»]:443",
    "via «::ffff:192.0.2.1».",
    "net «2001:db8::/32» and «192.0.2.0/24»",
    "«2001:db8:0:0:0:0:0:1»",
    "«10.0.0.1»-«10.0.0.9»",
  ],
  negatives: [
    "version 1.2.3.4.5",
    "1.2.3",
    "256.1.1.1",
    "at 12:34:56",
    "std::cout",
    "aa:bb:cc:dd:ee:ff",
    "x2001:db8::1",
    "2001::db8::1",
    "a :: b",
    "1.2.3.4a",
    "kernel driver version 10.0.19.41",
    "version=6.1.7.601 installed",
    "libx 2.4.0.1-3ubuntu2",
    "openssl-1.1.1.12.tar.gz",
    "Mozilla/5.0 Chrome/131.0.0.0 Safari/537.36",
  ],
});

/** `Chrome/131.0.0.0`: a product and its version (RFC 9110, section 10.1.5); `version 4.18.0.305`, `libfoo-1.2.3.4`. */
function isVersion(text: string, at: number, end: number): boolean {
  if (isMark(text.charCodeAt(end)) && VERSION_BEHIND.test(text.slice(end, end + 12))) return true;
  if (at < 2) return false;
  if (text.charCodeAt(at - 1) === 0x2f) return isWordAt(text, at - 2);
  return mayEndVersionWord(text, at) && VERSION_BEFORE.test(text.slice(Math.max(0, at - 24), at));
}

/** "+", "-" and "~". */
function isMark(c: number): boolean {
  return c === 0x2d || c === 0x2b || c === 0x7e;
}

/**
 * A cheap look: the last letter before the number, behind blanks and marks, ends one of the words of VERSION_BEFORE.
 */
function mayEndVersionWord(text: string, at: number): boolean {
  let before = at - 1;
  while (before > 0 && at - before < 5 && !isWordAt(text, before)) before--;
  const c = text.charCodeAt(before) | 0x20;
  return text.charCodeAt(at - 1) === 0x2d || LAST_LETTERS.has(c);
}

const LAST_LETTERS = new Set([..."nserdwlvb"].map((letter) => letter.charCodeAt(0)));

/** Of a package: `1.2.3.4-1ubuntu2`, `1.2.3.4-beta`; not a range of addresses. */
const VERSION_BEHIND =
  /^(?:[-~+](?!\d{1,3}\.\d)[a-z]*\d|-(?:alpha|beta|rc|snapshot|release|dev|final|amd64|x86|arm))/i;

const VERSION_BEFORE =
  /(?:\b(?:version|versions|ver|release|rev|revision|build|firmware|driver|fw|kernel|libs?)(?:["']?[ \t]*[:=][ \t]*["']?|[ \t]{1,2})(?:v\.?)?|\bv\.?|[a-z][a-z]-)$/i;

/** A colon or point that ends a sentence, not the address. */
function isTrailing(text: string, end: number): boolean {
  const last = text.charCodeAt(end - 1);
  return last === 0x2e || (last === 0x3a && text.charCodeAt(end - 2) !== 0x3a);
}

function withPrefix(text: string, end: number, bits: number): number {
  const behind = endOf(PREFIX, text, end);
  return behind >= 0 && Number(text.slice(end + 1, behind)) <= bits ? behind : end;
}
