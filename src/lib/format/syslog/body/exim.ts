/** exim's main log. */

import type { EventWriter } from "../../../event/writer.js";
import { ADDRESS, Phrases, writePart } from "./phrases.js";

const ID = "(?<mail_id>[0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4})";
/** The address of a host, with what it calls itself: a name, or an address in brackets (`([192.0.2.1])`). */
const CLIENT = `(?:\\((?<helo>\\[[^\\]\\s]{1,253}\\]|[^()[\\]\\s]{1,253})\\) )?\\[(?<client>${ADDRESS})\\](?::(?<client_port>\\d{1,5})(?!\\d))?`;

const EXIM = new Phrases([
  `${ID} (?<flag><=|=>|->|>>|\\*>|\\*\\*|==) (?<address>"(?:[^"\\\\]|\\\\.){0,320}"@[^\\s]{1,255}|[^\\s]{1,320})`,
  `${ID} (?<action>Completed|Frozen|removed|SMTP error|(?!H=)[A-Z]\\w{2,16})`,
  `${ID} (?=H=)`,
  `(?<authenticator>[\\w-]{1,64}) authenticator failed for (?:[\\w.-]{1,253} )?${CLIENT}(?: I=\\[[^\\]]{1,64}\\](?::\\d{1,5})?)?: (?:(?<status>\\d{3}) )?(?<reason>(?!.*\\) \\[).{1,512})`,
  `(?<authenticator>[\\w-]{1,64}) authenticator failed for `,
  "(?<action>unexpected disconnection|no host name found|SMTP (?:connection|command|protocol|call|syntax|data)|rejected \\w{1,16}|TLS error|no IP address found)",
  "(?=H=)",
]);

const PAIR =
  /(?:^|\s)(H|I|P|S|T|R|U|X|A|C|F|RT|QT|DT|id|CV|K|DN)=("(?:[^"\\]|\\.){0,998}"|(?<=H=)(?:[^\s(["]{1,253} )?(?:\([^)]{0,253}\) )?\[[^\]]{1,64}\](?::\d{1,5})?|[^\s]{0,512})/g;
/** Of a message that comes in `T` is its subject, `R` the one that it answers; of one that goes out they say how. */
const RECEIVED: ReadonlyMap<string, string> = new Map([
  ["H", "peer"],
  ["P", "protocol"],
  ["S", "size"],
  ["T", "subject"],
  ["R", "reference"],
  ["U", "local_user"],
  ["X", "tls"],
  ["A", "auth"],
  ["C", "response"],
  ["F", "from"],
  ["id", "message_id"],
  ["CV", "certificate"],
  ["QT", "queue_time"],
  ["DT", "delivery_time"],
]);
const SENT: ReadonlyMap<string, string> = new Map([
  ...RECEIVED,
  ["P", "return_path"],
  ["T", "transport"],
  ["R", "router"],
]);

/** A line of exim's main log behind its time. */
export function readExim(text: string, event: EventWriter): boolean {
  const start = /^\[\d{1,10}\] /.exec(text)?.[0].length ?? 0;
  const behindPid = start === 0 ? text : text.slice(start);
  if (!EXIM.read(behindPid, event)) return false;
  const message = MESSAGE.exec(behindPid);
  const isSent = message !== null && message[1] !== "<=";
  // What the address of the sender, which may be in quotes, says is no pair.
  readPairs(message === null ? behindPid : behindPid.slice(message[0].length), isSent, event);
  const rejected = message === null ? REJECTED.exec(behindPid) : null;
  if (rejected !== null) event.text("action", rejected[1]!);
  return true;
}

const MESSAGE = /^\S{15,24} ([<>=*-]{2}) (?:"(?:[^"\\]|\\.){0,320}"@\S{1,255}|\S{1,320})/;
const REJECTED =
  /^(?:\S{15,24} )?H=[^"]{1,600}? F=<[^>\s]{0,320}> (?:temporarily )?(rejected (?:RCPT|MAIL|after DATA|DATA|VRFY|EXPN|ETRN))\b/;

/** Behind the sender's own texts (the message's id and subject, the address that was refused) nothing is a pair. */
function readPairs(text: string, isSent: boolean, event: EventWriter): void {
  const names = isSent ? SENT : RECEIVED;
  const done = new Set<string>();
  let hasOwnText = false;
  for (const match of text.matchAll(PAIR)) {
    const name = match[1]!;
    const value = match[2]!;
    const target = names.get(name);
    if (target === undefined || done.has(target) || (hasOwnText && name !== "T")) continue;
    done.add(target);
    if (target === "peer") writePeer(value, text.slice(match.index + match[0].length), event);
    else writePart(target, value.startsWith('"') ? unquoted(value) : value, event);
    if (isSent) continue;
    if (name === "T" || name === "F") return;
    if (name === "id") hasOwnText = true;
  }
}

function unquoted(value: string): string {
  return value.replace(/^"|"$/g, "").replace(/\\(["\\])/g, "$1");
}

const PEER = new RegExp(
  `^(?:([\\w.-]{1,253}) )?(?:\\((\\[[^\\]\\s]{1,253}\\]|[^()[\\]\\s]{1,253})\\) )?\\[(${ADDRESS})\\](?::(\\d{1,5}))?$`,
);

/** Not where a host's name for itself has such brackets of its own: which address is exim's is not told then. */
function writePeer(value: string, behind: string, event: EventWriter): void {
  const match = PEER.exec(value);
  if (match === null || /\) \[[\dA-Fa-f.:]{2,45}\]/.test(behind)) {
    if (match === null) writePart("peer", value, event);
    return;
  }
  event.textIf("client_host", match[1]);
  event.textIf("helo", match[2]);
  writePart("client", match[3], event);
  writePart("client_port", match[4], event);
}
