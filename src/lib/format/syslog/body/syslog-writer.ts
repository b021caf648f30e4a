// Enter here: the body of a line of syslog, read by what it is.
import type { EventWriter } from "../../../event/writer.js";
import type { FormatContext, LineParser } from "../../format.js";
import { levelOfBody } from "../../line/body.js";
import { LineParts } from "../../line/line-parts.js";
import { LineText } from "../../line/text-parts.js";
import { type Fields, Normaliser } from "../../normalise/normaliser.js";
import type { SyslogHeader } from "../header/header.js";
import { recordOf } from "./records.js";
import { phrasesOf, readCode } from "./services.js";
import { wholeFormatsOf } from "./whole.js";

/**
 * Writes the event of a line of syslog: the header, and the body as what it is.
 *
 * | body | becomes |
 * |---|---|
 * | an object of JSON, logfmt, CEF, LEEF, pairs of a firewall ... | its fields; its own time, level, host and message count, those of the header that say otherwise are `syslog_timestamp`, `syslog_level` ... beside them |
 * | a line of a known format (nginx's access log) | the same |
 * | text of a known service (sshd, postfix) | `message`, and what is known of it beside it |
 * | other text | `message`; its level, where the header has none |
 */
export class SyslogWriter {
  private readonly context: FormatContext;
  private readonly normaliser = new Normaliser();
  private readonly parts = new LineParts();
  private readonly tail = new LineText(this.parts);
  private readonly whole = new Map<string, readonly LineParser[]>();

  constructor(context: FormatContext) {
    this.context = context;
  }

  write(line: string, header: SyslogHeader, event: EventWriter): void {
    const body = header.bodyAt === 0 ? line : line.slice(header.bodyAt);
    if (body === "") header.write(event, undefined);
    else if (!this.writeFields(body, header, event)) this.writeText(body, header, event);
  }

  /** Bodies that are fields from end to end; false when this one is not. */
  private writeFields(body: string, header: SyslogHeader, event: EventWriter): boolean {
    const { service } = header;
    const record = recordOf(body, service);
    if (record !== undefined) {
      this.writeRecord(record, body, header, event);
      return true;
    }
    if (service !== undefined && this.writeWhole(service, body, header, event)) return true;
    return body.charCodeAt(0) === 0x25 && readCode(body, header, event);
  }

  private writeText(body: string, header: SyslogHeader, event: EventWriter): void {
    header.messageId ??= messageIdOf(body);
    header.write(event, levelOfBody(body, 0)?.level);
    const reader = phrasesOf(header.service, body);
    if (reader === undefined && (body.includes("=") || body.endsWith("}"))) this.writeTail(body, event);
    else event.text("message", body);
    reader?.read(body, event);
  }

  /** The text, and beside it the pairs or the object that it ends with. */
  private writeTail(body: string, event: EventWriter): void {
    this.parts.reset();
    this.tail.take(body, 0);
    this.parts.names.length = 0;
    this.parts.write(body, event);
  }

  private writeRecord(record: Fields, body: string, header: SyslogHeader, event: EventWriter): void {
    const { normaliser } = this;
    normaliser.write(record, event);
    const members = event.takeMembers();
    header.write(event, undefined, (name) => normaliser.written(record, name));
    if (normaliser.written(record, "message") === undefined) event.text("message", body);
    if (members !== "") event.members(members);
  }

  /** False when the body is no line of what the service is known to write. */
  private writeWhole(service: string, body: string, header: SyslogHeader, event: EventWriter): boolean {
    for (const parser of this.parsersOf(service)) {
      if (parser.parse(body, event) === true) {
        const written = event.written();
        const members = event.takeMembers();
        header.write(event, undefined, (name) => written?.raw(name));
        if (written?.has("message") !== true) event.text("message", body);
        if (members !== "") event.members(members);
        return true;
      }
      event.reset();
    }
    return false;
  }

  private parsersOf(service: string): readonly LineParser[] {
    const known = this.whole.get(service);
    if (known !== undefined) return known;
    const parsers = wholeFormatsOf(service).map((format) => format.create(this.context));
    if (this.whole.size < 1024) this.whole.set(service, parsers);
    return parsers;
  }
}

const MESSAGE_ID = /[A-Z][A-Z0-9]{1,31}(?:_[A-Z0-9]{1,31}){1,8}(?=: )/y;

/** `UI_DBASE_LOGOUT_EVENT: ...` of Juniper's routers. */
function messageIdOf(body: string): string | undefined {
  const second = body.charCodeAt(1);
  if (!(second >= 65 && second <= 90)) return undefined;
  MESSAGE_ID.lastIndex = 0;
  return MESSAGE_ID.exec(body)?.[0];
}
