// Enter here: what services write, where no header of syslog stands before it.
import type { EventWriter } from "../../../event/writer.js";
import type { Format } from "../../format.js";
import { levelOfBody } from "../../line/body.js";
import { charon, dropbear, lfd, pam, sshd, su, sudo } from "../body/logins.js";
import { mailscanner, readAmavis, readDovecot, readMail } from "../body/mail.js";
import { alerts } from "../body/network.js";
import type { TextReader } from "../body/services.js";

/**
 * What sshd, PAM, sudo, postfix, dovecot, amavis, strongSwan and others write, without a header: `journalctl -o cat`, a
 * collector that has taken the header off, strongSwan's own log. Only phrases that no other program writes; their parts
 * are the same fields as in syslog.
 */
export const serviceText: Format = {
  name: "service-text",
  summary:
    "text of sshd, PAM, sudo, postfix, dovecot, amavis, strongSwan and others without a header (journalctl -o cat)",
  auto: true,
  openings: ["upper", "lower", "day", "number", "other", "[", "blank"],
  reference: "the sources of these programs; journalctl(1), -o cat",
  examples: [
    {
      line: "Failed password for invalid user anna from 192.0.2.1 port 51000 ssh2",
      event:
        '{"service":"sshd","message":"Failed password for invalid user anna from 192.0.2.1 port 51000 ssh2","action":"Failed",' +
        '"auth_method":"password","user":"anna","client_ip":"192.0.2.1","client_port":51000}',
    },
    {
      line: "imap-login: Login: user=<anna>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.7, TLS, session=<abc>",
      event:
        '{"service":"dovecot","message":"imap-login: Login: user=<anna>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.7, TLS, session=<abc>",' +
        '"process":"imap-login","protocol":"imap","reason":"Login","user":"anna","auth_method":"PLAIN","client_ip":"192.0.2.1","server_ip":"198.51.100.7","session":"abc"}',
    },
    { line: "Failed password for the third time", event: undefined },
    { line: "auth: a text", event: undefined },
    { line: "06[NET] text", event: undefined },
  ],
  create: () => ({ parse }),
};

interface Known {
  readonly service: string | undefined;
  /** What tells it from any other text. */
  readonly pattern: RegExp;
  readonly reader: TextReader;
}

/** By the first characters, so that most text is looked at by one or two. */
const KNOWN: readonly (readonly [string, Known])[] = [
  [
    "AFIDCRMPU",
    known(
      "sshd",
      /^(?:(?:Accepted|Failed) [\w/-]{1,64} for .{1,256} from \S{1,253} port \d{1,5} ssh2|Invalid user .{0,256} from \S{1,253} port \d{1,5}$|Disconnected from (?:(?:authenticating|invalid) )?user .{1,256} port \d{1,5}|(?:Connection closed|Connection reset|Disconnecting) .{1,300} port \d{1,5}|Received disconnect from \S{1,253} port \d{1,5}:)/,
      sshd,
    ),
  ],
  [
    "BPLE",
    known(
      "dropbear",
      /^(?:Bad PAM password attempt for '|(?:Pubkey|Password) auth succeeded for '|Login attempt for nonexistent user |Exit before auth from <|Bad password attempt for ')/,
      dropbear,
    ),
  ],
  [
    "pP",
    known(
      undefined,
      /^(?:PAM )?pam_\w{1,32}\([^:)]{1,64}:\w{1,16}\): |^PAM \d{1,4} more authentication failures?; /,
      pam,
    ),
  ],
  [
    "ipmasldc",
    known(
      "dovecot",
      /^(?:imap-login|pop3-login|managesieve-login|submission-login|auth-worker|auth|lmtp|imap|pop3|lda|indexer-worker)(?:\([^)]{1,320}\))?(?:<[^>]{1,64}>)*: (?=.*(?:rip=|user=<|lip=|msgid=|session=<|(?:pam|passwd|sql|ldap|passwd-file|cache|shadow|static|sql)\([^)]{1,320}\):|(?:Info|Error|Warning|Debug|Fatal): ))/,
      { read: readDovecot },
    ),
  ],
  ["(", known("amavis", /^\(\d{1,10}-\d{1,6}(?:-\d{1,4})?\) (?:Passed|Blocked) [A-Z]/, { read: readAmavis })],
  ["(", known("lfd", /^\(\w{1,32}\) .{1,256}? from \S{1,64} \([A-Z]{2}\/[^/]{1,64}\/[^)]{1,253}\): /, lfd)],
  [
    "0123456789",
    known(
      "charon",
      /^\d\d\[[A-Z]{3}\d?\] (?:<[^>]{1,128}> |(?:sending|received) packet: from |\S{2,39} is initiating )/,
      charon,
    ),
  ],
  [
    "M",
    known(
      "MailScanner",
      /^Message [\w.]{1,32} from \S{1,64} \([^)]{0,320}\) to \S{1,320} is (?:spam|not spam|too big)/,
      mailscanner,
    ),
  ],
  [
    "Nnwcdtli0123456789ABCDEF",
    known(
      "postfix",
      /^(?:NOQUEUE: (?:reject|warn|milter-reject|filter): [A-Z]{3,10} from |(?:dis)?connect from \S{1,253}\[[\da-fA-F.:]{2,45}\]|lost connection after \w{1,16}(?: \(\d{1,10} bytes\))? from \S{1,253}\[|warning: \S{1,253}\[[\da-fA-F.:]{2,45}\]: SASL |[0-9A-F]{6,15}: (?:client=|from=<|to=<|message-id=|removed$|reject: ))/,
      { read: readMail },
    ),
  ],
  [
    " abcdefghijklmnopqrstuvwxyz",
    known("sudo", /^ {0,8}[\w.@-]{1,256} : (?:[^;=]{1,128} ; )?TTY=\S{1,64} ; PWD=/, sudo),
  ],
  [
    "SFsB(",
    known(
      "su",
      /^(?:(?:Successful|FAILED) su for \S{1,256} by |\(to [^)]{1,256}\) \S{1,256} on (?:pts|tty|none|\/dev)|BAD SU )/,
      su,
    ),
  ],
  [
    "[",
    known("snort", /^\[\d{1,10}:\d{1,10}:\d{1,10}\] .{1,512} \{[\w-]{1,32}\} \S{2,64} -> \S{2,64}$/, alerts),
  ],
];

function known(service: string | undefined, pattern: RegExp, reader: TextReader): Known {
  return { service, pattern, reader };
}

const BY_FIRST = new Map<string, Known[]>();
for (const [letters, one] of KNOWN)
  for (const letter of letters) BY_FIRST.set(letter, [...(BY_FIRST.get(letter) ?? []), one]);

function parse(line: string, event: EventWriter): boolean {
  const candidates = BY_FIRST.get(line.charAt(0));
  const found = candidates?.find(({ pattern }) => pattern.test(line));
  if (found === undefined) return false;
  const level = levelOfBody(line, 0)?.level;
  if (level !== undefined) event.text("level", level);
  if (found.service !== undefined) event.text("service", found.service);
  event.text("message", line);
  return found.reader.read(line, event);
}
