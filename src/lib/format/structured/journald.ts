import { isUtf8 } from "node:buffer";
import { epochTime } from "../../base/time/read-time.js";
import { levelOfSeverity } from "../../event/level-words.js";
import { type EventWriter, quote } from "../../event/writer.js";
import { eachElement, JsonFault, type Members, scanMembers } from "../../json/members.js";
import type { Format } from "../format.js";

/**
 * The journal's export. Fields that have become well-known ones come first; all others keep name and place. Values that
 * the journal cannot show as text come as arrays of bytes: they become text again, and where the bytes are not UTF-8 the
 * original field stays beside the text.
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
        '{"timestamp":"2025-11-21T10:00:00.123456Z","level":"warn","message":"Connection reset","service":"sshd","host":"web-1","__CURSOR":"s=1","_PID":"812"}',
    },
    {
      line: '{"__REALTIME_TIMESTAMP":"1763719200000000","_COMM":"cron","MESSAGE":[27,91,49,109,195,188]}',
      event: '{"timestamp":"2025-11-21T10:00:00.000000Z","message":"\\u001b[1mü","_COMM":"cron"}',
    },
    { line: '{"MESSAGE":"no time","PRIORITY":"6"}', event: undefined },
    { line: '{"__REALTIME_TIMESTAMP":"yesterday","MESSAGE":"x"}', event: undefined },
    { line: "-- Journal begins at Sat 2026-11-21 10:00:00 UTC. --", event: undefined },
  ],
  create: () => ({
    parse(line, event) {
      if (!line.includes('"__REALTIME_TIMESTAMP"')) return false;
      const members = scanMembers(line);
      return members instanceof JsonFault ? false : write(line, members, event);
    },
  }),
};

/** Journal field to well-known field, with how its text is read; undefined: it stays under its own name. */
const MEANINGS: readonly (readonly [string, string, (text: string) => string | undefined])[] = [
  ["__REALTIME_TIMESTAMP", "timestamp", (text) => epochTime(text, "us")],
  ["PRIORITY", "level", (text) => (/^[0-7]$/.test(text) ? levelOfSeverity(Number(text)) : undefined)],
  ["MESSAGE", "message", (text) => text],
  ["SYSLOG_IDENTIFIER", "service", (text) => text || undefined],
  ["_HOSTNAME", "host", (text) => text || undefined],
];

function write(line: string, members: Members, event: EventWriter): boolean {
  const { names } = members;
  const raw = (i: number) => line.slice(members.valueStarts[i], members.valueEnds[i]);
  const taken = new Set<number>();
  for (const [field, name, read] of MEANINGS) {
    const i = names.lastIndexOf(field);
    const text = i < 0 ? undefined : textOf(raw(i));
    const value = text === undefined ? undefined : read(text.text);
    if (value === undefined && name === "timestamp") return false;
    if (value === undefined || names.includes(name)) continue;
    event.text(name, value);
    if (text!.isExact) taken.add(i);
  }
  for (const [i, name] of names.entries()) if (!taken.has(i)) event.members(`${quote(name)}:${raw(i)}`);
  return true;
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
