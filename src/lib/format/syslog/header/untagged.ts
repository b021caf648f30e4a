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
