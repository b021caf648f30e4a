// Enter here: the body of a line of syslog, read by what it is.
import type { EventWriter } from "../../../event/writer.js";
import type { FormatContext, LineParser } from "../../format.js";
import { levelOfBody } from "../../line/body.js";
import { LineParts } from "../../line/line-parts.js";
import { LineText } from "../../line/text-parts.js";
import { type Fields, Normaliser } from "../../normalise/normaliser.js";
import type { SyslogHeader } from "../header/header.js";
import { DatedBodies } from "./dated.js";
import { recordOf } from "./records.js";
import { readCode, readerOf, readerOfText, type TextReader } from "./services.js";
import { SetAside, unusable } from "./unusable.js";
import { countsMessages, wholeFormatsOf } from "./whole.js";

/**
 * Writes the event of a line of syslog: the header, and the body as what it is.
 *
 * | body | becomes |
 * |---|---|
 * | an object of JSON, logfmt, CEF, LEEF, pairs of a firewall ... | its fields; its own time, level, host and message count, those of the header that say otherwise are `syslog_timestamp`, `syslog_level` ... beside them |
 * | a line of a known format (nginx's access log), any line with a time of its own | the same |
 * | text of a known service (sshd, postfix) | `message`, and what is known of it beside it |
 * | other text | `message`; its level, where the header has none |
 */
export class SyslogWriter {
  private readonly context: FormatContext;
  private readonly normaliser = new Normaliser();
  private readonly parts = new LineParts();
  private readonly tail = new LineText(this.parts);
  private readonly services = new Map<string | undefined, KnownService>();
  private readonly dated: DatedBodies;
  private lastName: string | undefined = "\0";
  private last: KnownService | undefined;

  constructor(context: FormatContext) {
    this.context = context;
    this.dated = new DatedBodies(context);
  }

  write(line: string, header: SyslogHeader, event: EventWriter): void {
    let body = header.bodyAt === 0 ? line : line.slice(header.bodyAt);
    const service = this.serviceOf(header.service);
    if (service.countsMessages) body = behindCount(body, header);
    if (body === "") {
      header.write(event, undefined);
      return;
    }
    if (!this.writeFields(body, header, service, event)) writeText(body, header, service, event, this);
  }

  /** Bodies that are fields from end to end; false when this one is not. */
  private writeFields(
    body: string,
    header: SyslogHeader,
    service: KnownService,
    event: EventWriter,
  ): boolean {
    const record = recordOf(body, header.service);
    if (record !== undefined) {
      this.writeRecord(record, body, header, event);
      return true;
    }
    if (service.parsers.length > 0 && readWhole(service.parsers, body, event)) {
      writeAround(body, header, event);
      return true;
    }
    if (body.charCodeAt(0) === 0x25) return readCode(body, header, event);
    if (!this.dated.read(body, header.timestamp, event)) return false;
    writeAround(body, header, event);
    return true;
  }

  /** The text, and beside it the pairs or the object that it ends with. */
  writeTail(body: string, event: EventWriter): void {
    this.parts.reset();
    this.tail.take(body, 0);
    this.parts.names.length = 0;
    this.parts.write(body, event);
  }

  private writeRecord(record: Fields, body: string, header: SyslogHeader, event: EventWriter): void {
    const { normaliser } = this;
    normaliser.write(record, event, record.unclaimed ?? severityOf(record, header));
    const useless = unusable(header.known(), (name) => normaliser.written(record, name));
    if (useless.some((name) => record.names.includes(name))) {
      event.reset();
      this.writeRecord(new SetAside(record, useless), body, header, event);
      return;
    }
    const members = event.takeMembers();
    header.write(event, undefined, (name) => normaliser.written(record, name));
    if (normaliser.written(record, "message") === undefined) event.text("message", body);
    if (members !== "") event.members(members);
  }

  /** Most lines are of the service of the line before. */
  private serviceOf(name: string | undefined): KnownService {
    if (name === this.lastName && this.last !== undefined) return this.last;
    let known = this.services.get(name);
    if (known === undefined) {
      const formats = name === undefined ? [] : wholeFormatsOf(name);
      known = {
        parsers: formats.map((format) => format.create(this.context)),
        reader: readerOf(name),
        countsMessages: name !== undefined && countsMessages(name),
      };
      if (this.services.size < 1024) this.services.set(name, known);
    }
    this.lastName = name;
    this.last = known;
    return known;
  }
}

const SEVERITY: ReadonlySet<string> = new Set(["severity"]);

/**
 * A severity that is a number counts upwards or downwards, whoever wrote it: beside a priority, which is sure, it is no
 * level.
 */
function severityOf(record: Fields, header: SyslogHeader): ReadonlySet<string> | undefined {
  const at = header.priority < 0 ? -1 : record.names.lastIndexOf("severity");
  return at >= 0 && /^"?\d{1,3}"?$/.test(record.raw(at)) ? SEVERITY : undefined;
}

/** What is known of a service's bodies. */
interface KnownService {
  /** Of its own log, which the body may be a line of. */
  readonly parsers: readonly LineParser[];
  /** Of the parts of its texts. */
  readonly reader: TextReader | undefined;
  readonly countsMessages: boolean;
}

const COUNT = /^\[(\d{1,10}-\d{1,10})\] ?/;

/** Takes PostgreSQL's count of messages and their pieces, `[5-1] `, for the sequence. */
function behindCount(body: string, header: SyslogHeader): string {
  const count = body.charCodeAt(0) === 0x5b ? COUNT.exec(body) : null;
  if (count === null) return body;
  header.sequence = count[1];
  return body.slice(count[0].length);
}

function writeText(
  body: string,
  header: SyslogHeader,
  service: KnownService,
  event: EventWriter,
  writer: SyslogWriter,
): void {
  header.messageId ??= messageIdOf(body);
  header.write(event, header.ownLevel === undefined ? levelOfBody(body, 0)?.level : undefined);
  const reader = service.reader ?? readerOfText(body);
  if (reader === undefined && (body.includes("=") || body.endsWith("}"))) writer.writeTail(body, event);
  else event.text("message", body);
  reader?.read(body, event);
}

/** False when the body is no line of what the service is known to write. */
function readWhole(parsers: readonly LineParser[], body: string, event: EventWriter): boolean {
  for (const parser of parsers) {
    if (parser.parse(body, event) === true) return true;
    event.reset();
  }
  return false;
}

/** Puts the header before what was read of the body, and beside it what the header says otherwise. */
function writeAround(body: string, header: SyslogHeader, event: EventWriter): void {
  const written = event.written();
  const members = event.takeMembers();
  header.write(event, undefined, (name) => written?.raw(name));
  if (written?.has("message") !== true) event.text("message", body);
  if (members !== "") event.members(members);
}

const MESSAGE_ID = /[A-Z][A-Z0-9]{1,31}(?:_[A-Z0-9]{1,31}){1,8}(?=: )/y;

/** `UI_DBASE_LOGOUT_EVENT: ...` of Juniper's routers. */
function messageIdOf(body: string): string | undefined {
  const second = body.charCodeAt(1);
  if (!(second >= 65 && second <= 90)) return undefined;
  MESSAGE_ID.lastIndex = 0;
  return MESSAGE_ID.exec(body)?.[0];
}
