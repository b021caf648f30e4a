/** Mail servers' own log files, which have a time and no header of syslog. */

import { timeAt } from "../../../base/time/time-at.js";
import { levelOfWord } from "../../../event/level-words.js";
import type { Format } from "../../format.js";
import { readExim } from "../body/exim.js";
import { readDovecot } from "../body/mail.js";

/** `TIME [PID] MESSAGE-ID <= ...`, `TIME AUTHENTICATOR authenticator failed for ...`. */
export const exim: Format = {
  name: "exim",
  summary: "main and reject log of Exim",
  auto: true,
  openings: ["iso"],
  starts: "2",
  reference: "Exim specification, chapter 53: Log files",
  examples: [
    {
      line: "2026-11-21 10:00:01 1vMabc-00000000ABC-1dEF <= anna@example.org H=mx1.example.org (helo1) [192.0.2.1]:51000 P=esmtps X=TLS1.3 S=1234 id=7@example.org",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","service":"exim","message":"1vMabc-00000000ABC-1dEF <= anna@example.org H=mx1.example.org (helo1) [192.0.2.1]:51000 P=esmtps X=TLS1.3 S=1234 id=7@example.org",' +
        '"mail_id":"1vMabc-00000000ABC-1dEF","flag":"<=","address":"anna@example.org","client_host":"mx1.example.org","helo":"helo1","client_ip":"192.0.2.1","client_port":51000,' +
        '"protocol":"esmtps","tls":"TLS1.3","size":1234,"message_id":"7@example.org"}',
    },
    {
      line: "2026-11-21 10:00:01 1vMabc-00000000ABC-1dEF Completed",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","service":"exim","message":"1vMabc-00000000ABC-1dEF Completed","mail_id":"1vMabc-00000000ABC-1dEF","action":"Completed"}',
    },
    { line: "2026-11-21 10:00:01 a text", event: undefined },
    { line: "2026-11-31 10:00:01 1vMabc-00000000ABC-1dEF Completed", event: undefined },
  ],
  create: ({ nowMs }) => ({
    parse(line, event) {
      if (!EXIM.test(line)) return false;
      const time = timeAt(line, 0, nowMs());
      if (time?.timestamp === undefined) return false;
      const text = line.slice(time.end).trimStart();
      event.text("timestamp", time.timestamp);
      event.text("service", "exim");
      event.text("message", text);
      return readExim(text, event);
    },
  }),
};

const EXIM =
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?(?: [+-]\d{4})?(?: \[\d{1,10}\])? (?:[0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4} |[\w-]{1,64} authenticator failed for |unexpected disconnection while reading SMTP|no host name found for IP|H=\S{0,253} ?(?:\([^)]{0,253}\) )?\[|SMTP (?:connection|protocol|call|syntax|data|command) |TLS error on connection from |rejected \w{1,16} from )/;

/** `TIME imap-login: Info: Login: user=<anna>, rip=...`. */
export const dovecot: Format = {
  name: "dovecot",
  summary: "Dovecot's own log file",
  auto: true,
  openings: ["iso", "month"],
  reference: "https://doc.dovecot.org: logging, log_timestamp, login_log_format_elements",
  examples: [
    {
      line: "Nov 21 10:00:01 imap-login: Info: Login: user=<anna>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.7, TLS, session=<abc>",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"info","service":"dovecot","message":"Login: user=<anna>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.7, TLS, session=<abc>",' +
        '"process":"imap-login","protocol":"imap","reason":"Login","user":"anna","auth_method":"PLAIN","client_ip":"192.0.2.1","server_ip":"198.51.100.7","session":"abc"}',
    },
    {
      line: "2026-11-21 10:00:01 master: Warning: Killed with signal 15",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"warn","service":"dovecot","message":"Killed with signal 15","process":"master"}',
    },
    { line: "Nov 21 10:00:01 web1 imap-login: Info: Login", event: undefined },
    { line: "Nov 21 10:00:01 other: Info: Login", event: undefined },
  ],
  create: ({ nowMs }) => ({
    parse(line, event) {
      // Of syslog a host stands there.
      if (line.charCodeAt(15) === 0x20 && !isProcessAt(line, 16)) return false;
      const match = DOVECOT.exec(line);
      const time = match === null ? undefined : timeAt(line, 0, nowMs());
      if (match === null || time?.timestamp === undefined) return false;
      event.text("timestamp", time.timestamp);
      event.textIf("level", levelOfWord(match[2]!));
      event.text("service", "dovecot");
      event.text("message", match[3]!);
      readDovecot(`${match[1]}: ${match[3]}`, event);
      return true;
    },
  }),
};

const DOVECOT =
  /^(?:[A-Z][a-z]{2} [ \d]\d|\d{4}-\d\d-\d\d) \d\d:\d\d:\d\d (?:dovecot: )?((?:imap-login|pop3-login|managesieve-login|submission-login|lmtp|auth|auth-worker|indexer-worker|imap|pop3|lda|managesieve|master|log|anvil|config|stats|ssl-params|doveadm)(?:\([^)]{1,320}\))?(?:<[^>]{1,64}>)*): (Debug|Info|Warning|Error|Fatal|Panic): (.*)$/s;

/** `TIME [USER/]ADDRESS:PORT TEXT`, and lines of the server itself. */
export const openvpn: Format = {
  name: "openvpn",
  summary: "OpenVPN's own log file",
  auto: true,
  openings: ["iso", "weekday"],
  reference: "https://github.com/OpenVPN/openvpn: src/openvpn/error.c, multi.c",
  hasContinuations: true,
  examples: [
    {
      line: "2026-11-21 10:00:01 anna/192.0.2.1:51000 TLS Error: TLS handshake failed",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"error","service":"openvpn","message":"TLS Error: TLS handshake failed","user":"anna","client_ip":"192.0.2.1","client_port":51000}',
    },
    {
      line: "Sat Nov 21 10:00:01 2026 192.0.2.1:51000 VERIFY ERROR: depth=0, error=certificate has expired: CN=anna",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"error","service":"openvpn","message":"VERIFY ERROR: depth=0, error=certificate has expired: CN=anna","client_ip":"192.0.2.1","client_port":51000}',
    },
    { line: "2026-11-21 10:00:01 192.0.2.1:51000 GET /", event: undefined },
    { line: "2026-11-21 10:00:01 TLS Error: of whom", event: undefined },
  ],
  create: ({ nowMs }) => ({
    parse(line, event) {
      const time = OPENVPN_TIME.test(line) ? timeAt(line, 0, nowMs()) : undefined;
      if (time?.timestamp === undefined) return false;
      const peer = OPENVPN_PEER.exec(line.slice(time.end));
      if (peer === null) return false;
      const [whole, user, address, port] = peer;
      event.text("timestamp", time.timestamp);
      event.textIf(
        "level",
        OPENVPN_LEVEL.exec(line.slice(time.end + whole.length))?.[1]
          ?.toLowerCase()
          .replace("warning", "warn"),
      );
      event.text("service", "openvpn");
      event.text("message", line.slice(time.end + whole.length));
      event.textIf("user", user);
      event.text("client_ip", address!.replace(/^\[AF_INET6?\]/, ""));
      event.number("client_port", port!.replace(/^0+(?=\d)/, ""));
      return true;
    },
  }),
};

const OPENVPN_TIME = /^(?:\d{4}-\d\d-\d\d|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d) \d\d:\d\d:\d\d /;
const OPENVPN_LEVEL = /^(?:[A-Za-z]{3,8}[ :] ?)?(ERROR|Error|error|WARNING)\b/;
const OPENVPN_PEER =
  /^ (?:us=\d{1,6} )?(?:([\w.@-]{1,128})\/)?((?:\[AF_INET6?\])?(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-fA-F:]{2,39})):(\d{1,5}) (?=TLS|VERIFY|OpenSSL|MULTI|SIG|peer info|PUSH|Connection reset|Data Channel|Control Channel|Outgoing |Incoming |WARNING|\[|Peer Connection|Re-using|Expected |Fatal |Bad |AUTH|Authenticate|Non-OpenVPN|SENT CONTROL|LZO|Local Options|Inactivity)/;

/** Whether a word in small letters ends in a colon or opens a bracket. */
function isProcessAt(line: string, start: number): boolean {
  let at = start;
  for (
    let code = line.charCodeAt(at);
    (code >= 0x61 && code <= 0x7a) || code === 0x2d;
    code = line.charCodeAt(++at)
  );
  const next = line.charCodeAt(at);
  return at > start && (next === 0x3a || next === 0x28 || next === 0x3c);
}
