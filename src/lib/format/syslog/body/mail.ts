/** Mail servers: postfix, sendmail, dovecot, amavis and the like. */

import { table } from "../../../base/table.js";
import type { EventWriter } from "../../../event/writer.js";
import { ADDRESS, Phrases, writePart } from "./phrases.js";

const QUEUE = "(?<queue_id>[0-9A-F]{6,15}|[0-9A-Za-z]{12,20}|NOQUEUE): ";
const PEER = `(?<client_host>[\\w.-]{1,253})?\\[(?<client>${ADDRESS}|unknown|private[^\\]]{0,64})\\](?::(?<client_port>\\d{1,5}))?`;

export const postfix = new Phrases([
  `${QUEUE}(?<action>reject|milter-reject|warn|hold|discard|filter|redirect): (?<stage>[A-Z]{3,16})(?: from| [\\w-]{1,32} from) ${PEER}: (?:(?<status>\\d{3}) )?(?:(?<dsn>\\d\\.\\d{1,3}\\.\\d{1,3}) )?(?<reason>.{1,1024}?)(?:; from=<(?<from>[^>]{0,320})>)?(?: to=<(?<to>[^>]{0,320})>)?(?: proto=(?<protocol>\\w{1,16}))?(?: helo=<(?<helo>[^>]{0,255})>)?$`,
  `${QUEUE}client=${PEER}(?:, sasl_method=(?<auth_method>[\\w-]{1,64}))?(?:, sasl_username=(?<user>[^\\s,]{1,320}))?`,
  `${QUEUE}message-id=<?(?<mail_id>[^>\\s]{0,998})>?`,
  `${QUEUE}(?<action>removed)$`,
  `${QUEUE}(?=(?:from|to|uid)=)`,
  `(?<action>connect|disconnect|lost connection after (?<stage>\\w{1,32})(?: \\(\\d{1,10} bytes\\))?|timeout after (?<stage>\\w{1,32})(?: \\(\\d{1,10} bytes\\))?|improper command pipelining after \\w{1,32}|too many errors after \\w{1,32}|SSL_accept error) from ${PEER}`,
  `warning: (?:hostname \\S{1,253} does not resolve to address (?<client_ip>${ADDRESS})|${PEER}: SASL (?<auth_method>[\\w-]{1,64}) authentication failed(?:: (?<reason>.{0,512}))?|${PEER}: )`,
  `(?:Anonymous|Trusted|Untrusted|Verified) TLS connection established (?:from|to) (?<peer_host>[\\w.-]{1,253})?\\[(?<peer_ip>${ADDRESS})\\](?::(?<peer_port>\\d{1,5}))?: (?<tls_version>\\S{1,16}) with cipher (?<cipher>\\S{1,64})`,
  `PREGREET|(?:DNSBL rank \\d{1,4} for|CONNECT from|PASS (?:OLD|NEW)|HANGUP after \\S{1,16} from|NOQUEUE) \\[(?<client>${ADDRESS})\\]:(?<client_port>\\d{1,5})`,
]);

const PAIR =
  /(?:^|[\s,])(from|to|orig_to|relay|delay|delays|dsn|status|size|nrcpt|uid|ctladdr|mailer|pri|stat|class|msgid|proto|daemon|xdelay)=(<[^>]{0,998}>|[^,\s]{0,512})/g;
const NAMES: Readonly<Record<string, string>> = table({
  msgid: "mail_id",
  proto: "protocol",
  status: "delivery",
  stat: "delivery",
  delay: "delay_s",
});

/** `queue_id: to=<a@b>, relay=..., status=sent (250 ok)`, of postfix and sendmail. */
export function readMail(text: string, event: EventWriter): boolean {
  const isRead = postfix.read(text, event);
  const queue = /^(?:[0-9A-F]{6,15}|[0-9A-Za-z]{12,20}): (?=(?:from|to|uid)=)/.exec(text);
  if (queue === null) return isRead;
  const parts = new Map<string, string>();
  const isReceived = text.startsWith("from=", queue[0].length);
  for (const [, name, value] of text.slice(queue[0].length).matchAll(PAIR)) {
    // Behind the message id, which is the sender's own text, sendmail says these.
    const isLast = isReceived && (name === "relay" || name === "proto" || name === "daemon");
    if (isLast || (!parts.has(name!) && parts.size <= 32)) parts.set(name!, value!);
  }
  for (const [name, value] of parts) writeMailPart(NAMES[name] ?? name, value.replace(/^<|>$/g, ""), event);
  const answer = /status=\w{1,16} \((.{0,1024})\)$/s.exec(text);
  if (answer !== null) event.textIf("response", answer[1]);
  return true;
}

function writeMailPart(name: string, value: string, event: EventWriter): void {
  if (name === "delay_s" && /^\d{1,9}(?:\.\d{1,6})?$/.test(value) && !/^0\d/.test(value))
    event.number(name, value);
  else writePart(name, value, event);
}

const DOVECOT_PAIR =
  /(?:^|[\s,(])(user|method|rip|lip|rport|lport|session|mpid|secured|TLS|service|in|out|proto|from|msgid|size)=(<[^>]{0,998}>|[^,\s)]{0,512})/g;
const DOVECOT_NAMES: Readonly<Record<string, string>> = table({
  method: "auth_method",
  rip: "client",
  lip: "server_ip",
  rport: "client_port",
  lport: "server_port",
  in: "bytes_in",
  out: "bytes_out",
  msgid: "mail_id",
});
const dovecotHead = new Phrases([
  `(?<process>auth|auth-worker)(?:\\((?<worker>[^)]{1,128})\\))?: (?:(?:Info|Debug|Warning|Error|Fatal|Panic): )?(?:conn unix:\\S{1,256} \\(.{1,256}?\\): )?(?:auth-worker<\\d{1,10}>: )?(?<passdb>[a-z][\\w-]{1,32})\\((?<user>[^)]{0,320}?)(?:,(?<client>${ADDRESS}))?(?:,<[^>]{0,128}>)?(?:,(?!${ADDRESS}[,)])[^,)]{0,128})?\\): (?!.*,${ADDRESS}(?:,<[^>]{0,128}>)?\\): )(?:(?<auth_function>pam_\\w{1,32}\\(\\)) failed: )?(?<reason>.{1,512})`,
  `(?<process>imap-login|pop3-login|managesieve-login|submission-login|lmtp|auth|indexer-worker|imap|pop3|lda|managesieve|master|log|anvil|config|stats|ssl-params|doveadm|quota-status)(?:\\((?<user>[^,)<]{1,320})(?:,[^)]{0,128})?\\))?(?:<[^>]{1,64}>)*(?:\\([^)]{1,320}\\))?: `,
]);

/**
 * `imap-login: Login: user=<anna>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.2, TLS, session=<...>`, without or with
 * `dovecot: `.
 */
export function readDovecot(text: string, event: EventWriter): boolean {
  if (!dovecotHead.read(text, event)) return false;
  const login = LOGIN.exec(text);
  if (login !== null) {
    event.text("protocol", login[1]!);
    event.textIf("reason", login[2]);
  }
  for (const [name, value] of dovecotPairs(text)) {
    const target = DOVECOT_NAMES[name] ?? name;
    const plain = value.replace(/^<|>$/g, "");
    if (target.startsWith("bytes_") && /^\d{1,15}$/.test(plain))
      event.number(target, plain.replace(/^0+(?=\d)/, ""));
    else if (!event.mayHave(target)) writePart(target, plain, event);
  }
  return true;
}

/**
 * The pairs of a text. The name that a client gives stands before what dovecot knows of it, so that the last of each is
 * dovecot's; the id of a message is its sender's, and no address is looked for where there is one.
 */
function dovecotPairs(text: string): Map<string, string> {
  const pairs = new Map<string, string>();
  const hasMessage = text.includes("msgid=");
  for (const [, name, value] of text.matchAll(DOVECOT_PAIR)) {
    if (hasMessage && DOVECOT_NAMES[name!] !== undefined && name !== "msgid") continue;
    if (name === "user" ? !pairs.has(name) : pairs.size <= 32) pairs.set(name!, value!);
  }
  return pairs;
}

/** What happened, before the pairs. */
const LOGIN =
  /^(imap|pop3|managesieve|submission)-login(?:\([^)]{1,320}\))?: (?:(?:Info|Debug|Warning|Error|Fatal): )?(.{1,256}?)(?=: user=<|: rip=|$)/;

const amavisHead = new Phrases([
  `\\((?<amavis_id>\\d{1,10}-\\d{1,6}(?:-\\d{1,4})?)\\) (?<action>Passed|Blocked) (?<category>[A-Z][A-Z-]{1,32})(?: \\((?<match>[^)]{0,512})\\))?(?: \\{(?<disposition>[^}]{0,256})\\})?, (?:[A-Z][A-Z-]{0,32} )?(?:LOCAL )?(?:\\[(?<client>[^\\]]{1,64})\\](?::(?<client_port>\\d{1,5}))? ?)?(?:\\[(?<origin_ip>[^\\]]{1,64})\\](?::\\d{1,5})? ?)?<(?<from>[^>]{0,320})> -> <(?<to>[^>]{0,320})>`,
]);
const AMAVIS_PAIR = /, (quarantine|Queue-ID|Message-ID|mail_id|Hits|size|queued_as): <?([^,>]{0,512})/g;
const AMAVIS_NAMES: Readonly<Record<string, string>> = table({
  "Queue-ID": "queue_id",
  "Message-ID": "message_id",
  Hits: "score",
});

/**
 * `(12-34) Blocked SPAM {...}, [192.0.2.1]:1434 <a@b> -> <c@d>, Queue-ID: ..., Hits: 7, size: 12, 104 ms` of
 * amavisd-new.
 */
export function readAmavis(text: string, event: EventWriter): boolean {
  if (!amavisHead.read(text, event)) return false;
  const done = new Set<string>();
  for (const [, name, value] of text.matchAll(AMAVIS_PAIR)) {
    const target = AMAVIS_NAMES[name!] ?? name!;
    if (!done.has(target)) writePart(target, value, event);
    done.add(target);
  }
  writePart("duration_ms", /, (\d{1,9}) ms$/.exec(text)?.[1], event);
  return true;
}

export const mailscanner = new Phrases([
  `Message (?<queue_id>[\\w.]{1,32}) from (?<client>${ADDRESS}) \\((?<from>[^)]{0,320})\\) to (?<to>\\S{1,320}) is (?<action>spam|not spam|too big)(?:, .{0,64}?score=(?<score>-?\\d{1,4}(?:\\.\\d{1,6})?)|[ ,(]|$)`,
]);
