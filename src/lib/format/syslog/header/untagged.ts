/** Bodies that tell by themselves what they are, so that the word before them is the name of a host. */

import { readCheckPoint } from "../../security/pairs/check-point.js";
import { readFirewallPairs } from "../../security/pairs/firewall-pairs.js";
import { isMessageCode } from "./tag.js";

const HOST = /[A-Za-z0-9][\w.:-]{0,254}(?= )|\[[\da-fA-F:.]{2,45}\](?::\d{1,5})?(?= )/y;
/** Numbers, and what programs write behind their time. */
const NO_HOST =
  /^(?:\d+|trace|debug|info|notice|warn|warning|error|err|crit|critical|alert|emerg|fatal|severe|panic|stdout|stderr)$/i;

/** The end of a word that may name a host; -1. */
export function endOfHostName(line: string, at: number): number {
  HOST.lastIndex = at;
  if (!HOST.test(line)) return -1;
  const end = HOST.lastIndex;
  return NO_HOST.test(line.slice(at, end)) ? -1 : end;
}

const SIGNS = "{@%[-<:*. ";
const WORDS: ReadonlySet<string> = new Set(
  "emerg alert crit error warn warning notice info debug last message".split(" "),
);

/**
 * Whether what stands behind a host, from `at` on, may be a body without a tag, at a glance: text of programs, which
 * comes here, too, begins with a word.
 */
export function mayBeUntagged(line: string, at: number): boolean {
  const first = line.charCodeAt(at);
  if (at === 0 || Number.isNaN(first)) return false;
  if (!((first | 32) >= 0x61 && (first | 32) <= 0x7a))
    return first <= 0x39 || SIGNS.includes(line.charAt(at));
  const end = line.indexOf(" ", at);
  if (end < 0) return line.includes("=", at) || line.includes("|", at);
  // The name of a month, `err`.
  if (end === at + 3) return true;
  for (let i = at + 1; i < end; i++) {
    const code = line.charCodeAt(i);
    // `=`, `,`, `|`, or a colon that ends the word, or stands within as in `CEF:0`.
    if (code === 0x3d || code === 0x2c || code === 0x7c || code === 0x3a) return true;
  }
  return WORDS.has(line.slice(at, end));
}

const EVENT_FORMAT = /(?:CEF: ?\d{1,2}(?:\.\d{1,2})?|LEEF:\d(?:\.\d)?)\|/y;
const PALO_ALTO = /\d{0,3},\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d,/y;
const ALERT = /\[\d{1,10}:\d{1,12}:\d{1,6}\] /y;
const NOTICE = /last message (?:buffered|repeated) \d|message repeated \d|-{2,} ?MARK ?-{2,}/y;
/** Members and pairs of records, not of what a program adds to a text. */
const RECORD_MEMBER = /"(?:msg|message|MESSAGE|short_message|log|level|severity|event_type)" ?:/;
const DEVICE_PAIRS =
  /(?:^| )(?:src|srcip|src_ip|dst|dstip|dst_ip|vendor|product|device\w{0,32}|devname|action|act)=\S/g;

/** Whether the text at `at` is what devices and collectors write, from its first character on. */
export function isKnownBody(line: string, at: number): boolean {
  const code = line.charCodeAt(at);
  if (code >= 48 && code <= 57) return isAt(PALO_ALTO, line, at);
  switch (code) {
    case 0x25:
      return isMessageCode(line, at);
    case 0x40:
      return line.startsWith("@cee:", at);
    case 0x7b:
      return line.endsWith("}") && line.startsWith('"', at + 1) && RECORD_MEMBER.test(line);
    case 0x5b:
      return isAt(ALERT, line, at) || isPacket(line, at) || readCheckPoint(line.slice(at)) !== undefined;
    case 0x2d:
    case 0x6c:
    case 0x6d:
      if (isAt(NOTICE, line, at)) return true;
  }
  return isAt(EVENT_FORMAT, line, at) || isPairs(line, at);
}

/** Of netfilter, as Linux and what is made of it write. */
function isPacket(line: string, at: number): boolean {
  return line.includes(" SRC=", at) && line.includes(" DST=", at) && line.includes("IN=", at);
}

function isPairs(line: string, at: number): boolean {
  const equals = line.indexOf("=", at);
  if (equals < 0 || line.lastIndexOf(" ", equals) > at) return false;
  const body = line.slice(at);
  return readFirewallPairs(body) !== undefined || (body.match(DEVICE_PAIRS)?.length ?? 0) >= 3;
}

function isAt(pattern: RegExp, line: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(line);
}
