import { isUtf8 } from "node:buffer";
import { epochTime } from "../../base/time/read-time.js";
import { levelOfSeverity } from "../../event/level-words.js";
import { type EventWriter, quote } from "../../event/writer.js";
import { eachElement, JsonFault, type Members, scanMembers } from "../../json/members.js";
import type { Format, FormatContext } from "../format.js";
import { levelOfBody } from "../line/body.js";
import { SyslogWriter } from "../syslog/body/syslog-writer.js";
import { SyslogHeader } from "../syslog/header/header.js";

/**
 * The journal's export. Fields that have become well-known ones come first; all others keep name and place. Values that
 * the journal cannot show as text come as arrays of bytes: they become text again, and where the bytes are not UTF-8
 * the original field stays beside the text. The message is read on as the body of a line of syslog is; what it says of
 * itself counts, and what the journal says otherwise is `journal_level`, `journal_timestamp` and so on.
 */
export const journald: Format = {
  name: "journald",
  aliases: ["journal", "journal-export"],
  summary: "the systemd journal: journalctl -o json, and -o export",
  auto: true,
  starts: "{",
  reference: "https://systemd.io/JOURNAL_EXPORT_FORMATS/ and systemd.journal-fields(7)",
  examples: [
    {
      line: '{"__CURSOR":"s=1","__REALTIME_TIMESTAMP":"1763719200123456","PRIORITY":"4","_HOSTNAME":"web-1","SYSLOG_IDENTIFIER":"sshd","_PID":"812","MESSAGE":"Connection reset"}',
      event:
        '{"timestamp":"2025-11-21T10:00:00.123456Z","level":"warn","host":"web-1","service":"sshd","message":"Connection reset","__CURSOR":"s=1","_PID":"812"}',
    },
    {
      line: '{"__REALTIME_TIMESTAMP":"1763719200000000","_COMM":"cron","MESSAGE":[27,91,49,109,195,188]}',
      event: '{"timestamp":"2025-11-21T10:00:00.000000Z","message":"\\u001b[1mü","_COMM":"cron"}',
    },
    {
      line: String.raw`{"__REALTIME_TIMESTAMP":"1763719200123456","PRIORITY":"6","SYSLOG_IDENTIFIER":"shop","MESSAGE":"{\"level\":50,\"msg\":\"no stock\"}"}`,
      event:
        '{"timestamp":"2025-11-21T10:00:00.123456Z","journal_level":"info","service":"shop","level":"error","message":"no stock"}',
    },
    {
      line: '{"__REALTIME_TIMESTAMP":"1763719200123456","PRIORITY":"6","SYSLOG_IDENTIFIER":"shop","_TRANSPORT":"stdout","MESSAGE":"ERROR: no stock"}',
      event:
        '{"timestamp":"2025-11-21T10:00:00.123456Z","level":"error","service":"shop","message":"ERROR: no stock","_TRANSPORT":"stdout"}',
    },
    { line: '{"MESSAGE":"no time","PRIORITY":"6"}', event: undefined },
    { line: '{"__REALTIME_TIMESTAMP":"yesterday","MESSAGE":"x"}', event: undefined },
    { line: "-- Journal begins at Sat 2026-11-21 10:00:00 UTC. --", event: undefined },
  ],
  create(context) {
    let writer: JournalWriter | undefined;
    return {
      parse(line, event) {
        if (!line.includes('"__REALTIME_TIMESTAMP"')) return false;
        const members = scanMembers(line);
        if (members instanceof JsonFault) return false;
        writer ??= new JournalWriter(context);
        return writer.write(line, members, event);
      },
    };
  },
};

/** Journal field to well-known field, with how its text is read; undefined: it stays under its own name. */
const MEANINGS: readonly (readonly [string, string, (text: string) => string | undefined])[] = [
  ["__REALTIME_TIMESTAMP", "timestamp", (text) => epochTime(text, "us")],
  ["PRIORITY", "level", (text) => (/^[0-7]$/.test(text) ? levelOfSeverity(Number(text)) : undefined)],
  ["MESSAGE", "message", (text) => text],
  ["SYSLOG_IDENTIFIER", "service", (text) => text || undefined],
  ["_HOSTNAME", "host", (text) => text || undefined],
];

/** Stands before what the journal says otherwise than the message, as `syslog_` does in lines of syslog. */
class JournalHeader extends SyslogHeader {
  protected override readonly prefix = "journal_";
}

class JournalWriter {
  private readonly header = new JournalHeader();
  private readonly body: SyslogWriter;
  private readonly found = new Map<string, string>();
  private readonly taken = new Set<number>();

  constructor(context: FormatContext) {
    this.body = new SyslogWriter(context);
  }

  write(line: string, members: Members, event: EventWriter): boolean {
    const { names } = members;
    const raw = (i: number) => line.slice(members.valueStarts[i], members.valueEnds[i]);
    const { found, taken } = this;
    found.clear();
    taken.clear();
    for (const [field, name, read] of MEANINGS) {
      const i = names.lastIndexOf(field);
      const value = i < 0 ? undefined : textOf(raw(i));
      const meaning = value === undefined ? undefined : read(value.text);
      if (meaning === undefined && name === "timestamp") return false;
      if (meaning === undefined || names.includes(name)) continue;
      found.set(name, meaning);
      if (value!.isExact) taken.add(i);
    }
    const transport = names.lastIndexOf("_TRANSPORT");
    this.writeFound(transport >= 0 && raw(transport) === '"stdout"', event);
    for (const [i, name] of names.entries()) {
      if (taken.has(i)) continue;
      event.members(`${quote(event.mayHave(name) ? `journal_${name}` : name)}:${raw(i)}`);
    }
    return true;
  }

  private writeFound(isPrinted: boolean, event: EventWriter): void {
    const { header, found } = this;
    header.clear();
    header.timestamp = found.get("timestamp");
    header.level = found.get("level");
    header.service = found.get("service");
    header.host = found.get("host");
    const message = found.get("message");
    if (message === undefined || message === "") {
      header.write(event, undefined);
      if (message !== undefined) event.text("message", message);
      return;
    }
    // Whatever a program prints has this level: what its text says of itself counts.
    if (isPrinted && header.level === "info" && levelOfBody(message, 0) !== undefined)
      header.level = undefined;
    this.body.write(message, header, event);
  }
}

/** A string, or an array of bytes; of a field that was logged several times, an array of these, nothing. */
function textOf(raw: string): { text: string; isExact: boolean } | undefined {
  if (raw.startsWith('"')) return { text: JSON.parse(raw) as string, isExact: true };
  if (!/^\[[\d\s,]*\]$/.test(raw)) return undefined;
  const bytes: number[] = [];
  eachElement(raw, (element) => bytes.push(Number(element)));
  if (bytes.some((byte) => !(byte <= 255))) return undefined;
  const buffer = Buffer.from(bytes);
  return { text: buffer.toString("utf8"), isExact: isUtf8(buffer) };
}
