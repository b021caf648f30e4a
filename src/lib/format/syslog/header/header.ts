// Enter here: what a line of syslog says before its body.
/** What a line of syslog says before its body, whichever way it is written. */

import { levelOfSeverity, levelOfWord } from "../../../event/level-words.js";
import { type EventWriter, quote } from "../../../event/writer.js";

/** The parts of a header. One object serves all lines of a parser: `clear` first. */
export class SyslogHeader {
  /** What stands before the names of fields that the body has, too. */
  protected readonly prefix: string = "syslog_";
  timestamp: string | undefined;
  /** A time in a zone that is not known. */
  time: string | undefined;
  /** -1: none. */
  priority = -1;
  /** A level word beside the tag: `notice tmm[12]:` of F5, `In(14)` of ESXi. Counts where there is no priority. */
  level: string | undefined;
  facility: string | undefined;
  host: string | undefined;
  port: string | undefined;
  /** Who handed the line on: the host of the header around this one. */
  relay: string | undefined;
  service: string | undefined;
  process: string | undefined;
  messageId: string | undefined;
  /** Cisco's count of messages. */
  sequence: string | undefined;
  uptime: string | undefined;
  /** Which part of the device speaks, under the name that it has there: `node`, `task`, `engine`. */
  part: readonly [name: string, value: string] | undefined;
  /** MikroTik's, apart by commas: `system,info,account`. */
  topics: string | undefined;
  /** JSON text of an object; "" when there is none. */
  data = "";
  /** Where the body begins in the line. */
  bodyAt = 0;

  clear(): void {
    this.timestamp = undefined;
    this.time = undefined;
    this.priority = -1;
    this.level = undefined;
    this.facility = undefined;
    this.host = undefined;
    this.port = undefined;
    this.relay = undefined;
    this.service = undefined;
    this.process = undefined;
    this.messageId = undefined;
    this.sequence = undefined;
    this.uptime = undefined;
    this.part = undefined;
    this.topics = undefined;
    this.data = "";
    this.bodyAt = 0;
  }

  /** The level of the priority, else of the word beside the tag. */
  get ownLevel(): string | undefined {
    if (this.priority >= 0) return levelOfSeverity(this.priority);
    return this.level === undefined ? undefined : levelOfWord(this.level);
  }

  /**
   * Writes all of it. `level`: of the body, where the header has none. `has`: whether the body has a field of that
   * name, too; then the header's is `syslog_NAME` beside it, unless it says the same.
   */
  write(event: EventWriter, level: string | undefined, has?: (name: string) => string | undefined): void {
    if (has === undefined) this.writeAlone(event, level);
    else this.writeBeside(event, has);
    if (this.port !== undefined) event.number("port", this.port);
    if (this.sequence !== undefined) event.text("sequence", this.sequence);
    if (this.uptime !== undefined) event.text("uptime", this.uptime);
    if (this.part !== undefined) event.text(...this.part);
    if (this.topics !== undefined) event.text("topics", this.topics);
    if (this.data !== "") event.json("structured_data", this.data);
  }

  /** Which well-known fields it has a value for. */
  known(): readonly string[] {
    const known: string[] = [];
    if (this.timestamp !== undefined) known.push("timestamp");
    if (this.ownLevel !== undefined) known.push("level");
    if (this.host) known.push("host");
    if (this.service) known.push("service");
    return known;
  }

  /** Beside text. Hot: what needs no escapes is not searched for them. */
  private writeAlone(event: EventWriter, level: string | undefined): void {
    const { priority } = this;
    if (this.timestamp !== undefined) event.json("timestamp", `"${this.timestamp}"`);
    else if (this.time !== undefined) event.text("time", this.time);
    const own = this.ownLevel ?? level;
    if (own !== undefined) event.json("level", `"${own}"`);
    if (priority >= 0) event.json("facility", QUOTED_FACILITIES[priority >> 3]!);
    else if (this.facility !== undefined) event.text("facility", this.facility);
    event.textIf("host", this.host);
    if (this.relay !== undefined) event.textIf("relay", this.relay);
    event.textIf("service", this.service);
    if (this.process !== undefined) this.writeProcess(event, undefined);
    if (this.messageId !== undefined) event.textIf("msgid", this.messageId);
  }

  private writeBeside(event: EventWriter, has: (name: string) => string | undefined): void {
    const text = (name: string, value: string | undefined) => {
      if (value === undefined || value === "" || value === "-") return;
      const other = has(name);
      if (other === undefined) event.text(name, value);
      else if (!saysTheSame(name, value, other)) event.text(this.prefix + name, value);
    };
    text("timestamp", this.timestamp);
    text("time", this.time);
    text("level", this.ownLevel);
    text("facility", this.priority >= 0 ? FACILITIES[this.priority >> 3] : this.facility);
    text("host", this.host);
    text("relay", this.relay);
    text("service", this.service);
    if (this.process !== undefined) this.writeProcess(event, has);
    text("msgid", this.messageId);
  }

  /** `pid` when it is a whole number, else `procid`: RFC 5424 allows any text there. */
  private writeProcess(event: EventWriter, has: ((name: string) => string | undefined) | undefined): void {
    const process = this.process!;
    if (!isWhole(process)) event.textIf("procid", process);
    else if (has?.("pid") === undefined) event.number("pid", process);
    else if (has("pid") !== process) event.number(`${this.prefix}pid`, process);
  }
}

function isWhole(text: string): boolean {
  if (text.length > 1 && text.charCodeAt(0) === 48) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return text !== "";
}

/** `other`: JSON text. A time says the same when it is the same second, told more exactly. */
function saysTheSame(name: string, value: string, other: string): boolean {
  if (name === "timestamp")
    return other.startsWith(`"${value.replace(/(?:\.\d+)?Z$/, "")}`) && other.length >= value.length + 2;
  return other === quote(value);
}

/** The end of `<PRI>` at `at`; 0 when there is none, -1 when it is malformed. PRI is 0-191, no leading zero. */
export function endOfPriority(line: string, at = 0): number {
  if (line.charCodeAt(at) !== 0x3c) return 0;
  return priorityAt(line, at) < 0 ? -1 : line.indexOf(">", at) + 1;
}

/** The number of `<PRI>` at `at`, -1 when there is no such. */
export function priorityAt(line: string, at: number): number {
  let value = 0;
  let digits = 0;
  for (let i = at + 1; digits < 4; i++, digits++) {
    const code = line.charCodeAt(i);
    if (code === 0x3e) return digits > 0 && value <= 191 ? value : -1;
    if (!(code >= 48 && code <= 57) || (digits > 0 && value === 0)) return -1;
    value = value * 10 + code - 48;
  }
  return -1;
}

/** RFC 5424 table 1, in the names of syslog.h and rsyslog. */
export const FACILITIES: readonly string[] = (
  "kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp security console solaris-cron " +
  "local0 local1 local2 local3 local4 local5 local6 local7"
).split(" ");
const QUOTED_FACILITIES = FACILITIES.map((name) => `"${name}"`);
