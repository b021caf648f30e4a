// Enter here: personal data: addresses, cards, phones, numbers of people.
import { detector, endOf } from "../detector.js";

/** RFC 5321: at most 64 bytes before the "@", 255 behind it. */
const LOCAL_MAX = 64;
const DOMAIN =
  /(?:[A-Za-z0-9\x80-\xff](?:[A-Za-z0-9\x80-\xff-]{0,61}[A-Za-z0-9\x80-\xff])?\.){1,8}(?:[A-Za-z\x80-\xff]{2,24}|xn--[a-z0-9-]{2,59})(?![A-Za-z0-9_\x80-\xff])/y;

export const email = detector({
  name: "email",
  summary: "e-mail addresses",
  label: "EMAIL",
  isDefault: true,
  group: "personal",
  shapes: ["at"],
  find(text, at) {
    let start = at;
    while (start > 0 && at - start <= LOCAL_MAX && isLocal(text.charCodeAt(start - 1))) start--;
    while (start < at && isEdge(text.charCodeAt(start))) start++;
    if (start === at || at - start > LOCAL_MAX || text.charCodeAt(at - 1) === 0x2e) return undefined;
    const end = endOf(DOMAIN, text, at + 1);
    if (end < 0 || isImage(text, end) || UNIT.test(text.slice(at + 1, end))) return undefined;
    if (REPOSITORY.test(text.slice(start, at)) && /[:/]/.test(text.charAt(end))) return undefined;
    return { start, end };
  },
  normal: (value) => value.toLowerCase(),
  positives: [
    "mail «ada@example.com» now",
    "from=<«ada.lovelace+tag@mail.example.co.uk»>",
    "«user@xn--80ak6aa92e.com»",
    "«grüße@bücher.example»",
    "mailto:«o'neil_1@example.org»?subject=x",
  ],
  negatives: [
    "user@localhost",
    "@example.com",
    "a@b",
    "npm i react@18.2.0",
    "icon@2x.png",
    "clone git@git.example.com:team/app.git",
    "git@{upstream}",
    "Started user@1000.service - User Manager",
    "Reached wg-quick@wg0.target",
    "ssh@10-192.0.2.7:22.socket: Succeeded",
    "a.@example",
  ],
});

/**
 * Letters, digits and what is common of RFC 5322's atext; not "=" and "/", which in logs stand between other things.
 */
function isLocal(c: number): boolean {
  return (
    (c >= 0x30 && c <= 0x39) ||
    (c >= 0x41 && c <= 0x5a) ||
    (c >= 0x61 && c <= 0x7a) ||
    c >= 0x80 ||
    c === 0x2e ||
    c === 0x2b ||
    c === 0x2d ||
    c === 0x5f ||
    c === 0x25 ||
    c === 0x27 ||
    c === 0x21 ||
    c === 0x23 ||
    c === 0x26 ||
    c === 0x7e
  );
}

/** What may stand inside but does not begin an address in a log. */
function isEdge(c: number): boolean {
  return c === 0x2e || c === 0x27 || c === 0x26 || c === 0x2d || c === 0x25 || c === 0x23 || c === 0x21;
}

/** Instances of systemd's units: `user@1000.service`, `getty@tty1.service` (systemd.unit(5)). */
const UNIT = /\.(?:service|socket|device|mount|automount|swap|slice|scope|timer|path)$|^[\w-]{1,64}\.target$/;

/** The users of servers of repositories: git@github.example:team/app.git. */
const REPOSITORY = /^(?:git|hg|svn)$/;

/** Pictures for screens of twice the density are called icon@2x.png. */
function isImage(text: string, end: number): boolean {
  return /@[1-9]x\.(?:png|jpe?g|gif|webp)$/.test(text.slice(Math.max(0, end - 12), end));
}
