// Enter here: records of Linux's audit.
import { epochTime } from "../../../base/time/read-time.js";
import type { EventWriter } from "../../../event/writer.js";
import { PairFields } from "../../structured/pairs/pairs.js";

/** `type=SYSCALL msg=audit(1784628001.123:45): ` or without `msg=`, with the name of the node before it. */
const HEAD =
  /^(?:node=(\S{1,255}) )?type=(\w{1,64}|UNKNOWN\[\d{1,6}\]) (?:msg=)?audit\((\d{9,11}\.\d{1,9}):(\d{1,20})\): ?/;

/** A record. */
export interface AuditRecord {
  readonly timestamp: string;
  readonly host: string | undefined;
  readonly type: string;
  readonly serial: string;
  /** What stands behind the stamp. */
  readonly text: string;
}

/** Undefined when it is none. */
export function auditRecord(line: string): AuditRecord | undefined {
  const head = HEAD.exec(line);
  const timestamp = head === null ? undefined : epochTime(head[3]!, "s");
  if (head === null || timestamp === undefined) return undefined;
  return {
    timestamp,
    host: head[1],
    type: head[2]!,
    serial: head[4]!,
    text: textBehind(line, head[0].length),
  };
}

/** rsyslog writes the mark before what auditd has added (ENRICHED) as `#035`. */
function textBehind(line: string, at: number): string {
  const text = line.slice(at);
  return text.includes("#035") ? text.replaceAll("#035", "\u001d") : text;
}

/**
 * Fields of text of others, which the kernel writes in hexadecimal when it has blanks, quotes or control characters.
 */
const UNTRUSTED: ReadonlySet<string> = new Set(
  "proctitle comm exe cmd name cwd acct path data key dir ocomm old_comm subj_label vm file grp new_group".split(
    " ",
  ),
);
const HEX = /^(?:[0-9A-F]{2}){2,}$/;
const ABSENT: ReadonlySet<string> = new Set(["?", "(null)", "(none)", "(unset)", ""]);

const PAIR =
  /([A-Za-z_][\w-]{0,63})=(?:"([^"]{0,8192})"|'([^']{0,65536})'|(\{[^}]{0,1024}\}|[^\s\u001d'"]{0,65536}))/y;
const GAP =
  /[\s\u001d,]{0,16}(?:(?:denied|granted|for|apparmor|avc:)\s{1,4}){0,4}(?:\{ ?[\w ]{1,512} ?\}\s{1,4}(?:for\s{1,4})?)?/y;

/**
 * The pairs of a record's text, those of `msg='...'` and of the enriched part behind 0x1d among them. Text in
 * hexadecimal is text again, the NULs between arguments are blanks. Undefined when there is anything but pairs, but for
 * the words of AVC.
 */
export function auditPairs(text: string, type: string, fields: PairFields): void {
  let at = 0;
  const isArguments = type === "EXECVE" || type === "1309";
  while (at < text.length) {
    GAP.lastIndex = at;
    GAP.test(text);
    at = Math.max(at, GAP.lastIndex);
    PAIR.lastIndex = at;
    const match = PAIR.exec(text);
    if (match === null) {
      // A word that is no pair is left to the message.
      const next = text.indexOf(" ", at);
      at = next < 0 ? text.length : next + 1;
      continue;
    }
    at = PAIR.lastIndex;
    const [, name, quoted, inner, bare] = match;
    if (inner !== undefined) auditPairs(inner, type, fields);
    else if (bare?.startsWith("{") && bare.includes("=")) auditPairs(bare.slice(1, -1), type, fields);
    else put(name!, quoted, bare ?? "", isArguments, fields);
  }
}

/**
 * Of a name that a record's own part and the message within both have, the first counts: `pid` of the daemon, then of
 * the client.
 */
function put(
  name: string,
  quoted: string | undefined,
  bare: string,
  isArguments: boolean,
  fields: PairFields,
): void {
  const field = name === "type" || name === "msg" ? `${name}_` : name;
  if (fields.has(field)) return;
  if (quoted !== undefined) {
    fields.text(field, quoted);
    return;
  }
  if (ABSENT.has(bare)) return;
  const isText = UNTRUSTED.has(name) || (isArguments && /^a\d{1,4}(?:\[\d{1,4}\])?$/.test(name));
  if (isText && HEX.test(bare)) fields.text(field, decoded(bare));
  else if (isText || isArguments || /^(?:a\d|arch|saddr|cap_f[pi])$/.test(name)) fields.text(field, bare);
  else fields.bare(field, bare);
}

function decoded(hex: string): string {
  return Buffer.from(hex, "hex").toString("utf8").replace(/\0+$/, "").replaceAll("\0", " ");
}

/** Whether a text begins as a record does. */
export function isAuditRecord(text: string): boolean {
  return (text.startsWith("type=") || text.startsWith("node=")) && HEAD.test(text);
}

/** `USER_CMD pid=7 uid=0 msg='cmd="ls"'`: as systemd's journal gives records on, which has their stamp elsewhere. */
const TYPE = /^([A-Z][A-Z0-9_]{2,63}|UNKNOWN\[\d{1,6}\]) (?=[a-z_-]{1,64}=|avc:)/;

/** Writes the parts of a record that stands in other text, without its time: that of the text counts. */
export function auditParts(text: string, event: EventWriter): boolean {
  const record = auditRecord(text);
  const type = record?.type ?? TYPE.exec(text)?.[1];
  if (type === undefined) return false;
  event.text("audit_type", type);
  if (record !== undefined) event.number("serial", record.serial.replace(/^0+(?=\d)/, ""));
  const fields = new PairFields();
  auditPairs(record?.text ?? text.slice(type.length + 1), type, fields);
  for (const name of TAKEN) fields.take(name);
  if (fields.names.length > 0) fields.copy(0, fields.names.length - 1, event);
  return true;
}

/** Fields that the header of syslog has. */
const TAKEN = [
  "timestamp",
  "time",
  "level",
  "host",
  "service",
  "message",
  "facility",
  "pid",
  "uptime_s",
  "audit_type",
  "serial",
];
