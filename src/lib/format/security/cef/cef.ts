// Enter here: CEF and LEEF, the event formats of security products.

import { table } from "../../../base/table.js";
import { timeOf } from "../../../base/time/read-time.js";
import { type Level, levelOfWord } from "../../../event/level-words.js";
import { quote } from "../../../event/writer.js";
import type { Format } from "../../format.js";
import { Normaliser } from "../../normalise/normaliser.js";
import { PairFields } from "../../structured/pairs/pairs.js";
import { OF_TRAFFIC } from "../of-traffic.js";

/**
 * ```
 * CEF:Version|Device Vendor|Device Product|Device Version|Device Event Class ID|Name|Severity|[Extension]
 * ```
 * In the header `\|` and `\\` stand for themselves; the extension is pairs apart by blanks, in whose values `\=`, `\\`,
 * `\n` and `\r` are escapes and blanks are not. Text before the first pair is `extension`. The keys of the extension
 * stay as they are (`src`, `dpt`, `cs1` and `cs1Label`); `msg` is the message, else the name is; `rt`, else `end`, else
 * `start`, is the time, too. Severity 0-3 is info, 4-6 warn, 7-8 error, 9-10 fatal. A header of syslog may stand before
 * it: then it is syslog with this in its body.
 */
export const cef: Format = {
  name: "cef",
  summary: "Common Event Format of ArcSight, as firewalls and scanners write it",
  auto: true,
  starts: "C",
  openings: ["upper"],
  reference: "ArcSight Common Event Format, implementation standard, version 25",
  examples: [
    {
      line: String.raw`CEF:0|Example|Gate|2.1|100|worm \| stopped|10|src=192.0.2.1 spt=1232 msg=a\=b and c\\d rt=1795255201123`,
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"fatal","cef_version":0,"device_vendor":"Example","device_product":"Gate",' +
        '"device_version":"2.1","device_event_class_id":"100","name":"worm | stopped","cef_severity":10,"src":"192.0.2.1","spt":1232,' +
        String.raw`"message":"a=b and c\\d","rt":1795255201123}`,
    },
    {
      line: "CEF:0|Example|Gate|2.1|login|User logged in|Low|",
      event:
        '{"level":"info","cef_version":0,"device_vendor":"Example","device_product":"Gate","device_version":"2.1",' +
        '"device_event_class_id":"login","message":"User logged in","cef_severity":"Low"}',
    },
    {
      line: "CEF:0|Example|Gate|2.1|100|scan|3|no pairs (yet) name=probe src=192.0.2.1",
      event:
        '{"level":"info","cef_version":0,"device_vendor":"Example","device_product":"Gate","device_version":"2.1","device_event_class_id":"100",' +
        '"message":"scan","cef_severity":3,"extension":"no pairs (yet)","extension.name":"probe","src":"192.0.2.1"}',
    },
    {
      line: "CEF:0|Example|Gate|2.1|vpn|vpn|Low|dvchost=gw msg=peer key aGVsbG8= pub=Zm9vYmFy= request= PanOSTunnelID= spt=6",
      event:
        '{"level":"info","cef_version":0,"device_vendor":"Example","device_product":"Gate","device_version":"2.1","device_event_class_id":"vpn",' +
        '"name":"vpn","cef_severity":"Low","dvchost":"gw","message":"peer key aGVsbG8=","pub":"Zm9vYmFy=","spt":6}',
    },
    {
      line: "CEF:0|Example|Gate|2.1|7|Site visited|Low|app=HTTPS hostname=www.example.org",
      event:
        '{"level":"info","cef_version":0,"device_vendor":"Example","device_product":"Gate","device_version":"2.1",' +
        '"device_event_class_id":"7","message":"Site visited","cef_severity":"Low","app":"HTTPS","hostname":"www.example.org"}',
    },
    { line: "CEF:0|Example|Gate|2.1|100|five of seven", event: undefined },
    { line: "CEF:x|Example|Gate|2.1|100|name|5|src=192.0.2.1", event: undefined },
    { line: "CEF: a text", event: undefined },
  ],
  create() {
    const normaliser = new Normaliser();
    return {
      parse(line, event) {
        const fields = readCef(line);
        if (fields === undefined) return false;
        normaliser.write(fields, event);
        return true;
      },
    };
  },
};

const HEADER_NAMES = ["device_vendor", "device_product", "device_version", "device_event_class_id", "name"];

/** Undefined when it is no CEF. */
export function readCef(text: string): PairFields | undefined {
  const version = /^CEF: ?(\d{1,2}(?:\.\d{1,2})?)\|/.exec(text);
  if (version === null) return undefined;
  const parts: string[] = [];
  let at = version[0].length;
  for (let n = 0; n < HEADER_NAMES.length + 1; n++) {
    const end = endOfPart(text, at);
    // The severity may be the last part, without a bar behind it.
    if (end < 0 && n < HEADER_NAMES.length) return undefined;
    parts.push(unescaped(end < 0 ? text.slice(at) : text.slice(at, end)).trim());
    at = end < 0 ? text.length : end + 1;
  }
  const fields = new PairFields();
  fields.unclaimed = OF_TRAFFIC;
  fields.bare("cef_version", version[1]!);
  for (const [n, name] of HEADER_NAMES.entries()) fields.text(name, parts[n]!);
  const severity = parts[HEADER_NAMES.length]!;
  fields.bare("cef_severity", severity);
  readExtension(text.slice(at), fields);
  if (!fields.has("msg") && !fields.has("message")) renameNameToMessage(fields);
  addLevelAndTime(fields, levelOfSeverity(severity), ["rt", "end", "start"]);
  return fields;
}

function renameNameToMessage(fields: PairFields): void {
  const at = fields.names.indexOf("name");
  if (at >= 0) fields.names[at] = "message";
}

/** Puts level and time first; the time is the first of `names` that holds one, and stays there, too. */
export function addLevelAndTime(
  fields: PairFields,
  level: Level | undefined,
  names: readonly string[],
): void {
  if (level !== undefined && !fields.has("level")) fields.first("level", quote(level));
  for (const name of names) {
    const raw = fields.get(name);
    const time = raw === undefined ? undefined : timeOf(raw.startsWith('"') ? raw.slice(1, -1) : raw);
    if (time === undefined || fields.has("timestamp")) continue;
    fields.first("timestamp", quote(time));
    return;
  }
}

/** 0-10, where 10 is the worst, or a word. */
export function levelOfSeverity(text: string): Level | undefined {
  if (!/^\d{1,2}$/.test(text)) return SEVERITY_WORDS[text.toLowerCase()] ?? levelOfWord(text);
  const severity = Number(text);
  if (severity > 10) return undefined;
  return severity <= 3 ? "info" : severity <= 6 ? "warn" : severity <= 8 ? "error" : "fatal";
}

const SEVERITY_WORDS: Readonly<Record<string, Level>> = table({
  low: "info",
  medium: "warn",
  high: "error",
  "very-high": "fatal",
  "very high": "fatal",
});

/** The bar that ends the part at `at`, -1 when there is none. */
function endOfPart(text: string, at: number): number {
  for (let i = at; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5c) i++;
    else if (code === 0x7c) return i;
  }
  return -1;
}

const KEY = /(?:^|\s)([A-Za-z_][\w.-]{0,127}(?:\[\d{1,3}\])?)=/g;

function readExtension(text: string, fields: PairFields): void {
  const pairs: { readonly name: string; readonly start: number; readonly key: number }[] = [];
  for (const match of text.matchAll(KEY)) {
    const start = match.index + match[0].length;
    if (!isBase64(match[1]!, text, start)) pairs.push({ name: match[1]!, key: match.index, start });
  }
  fields.text(EXTENSION, unescaped(text.slice(0, pairs[0]?.key ?? text.length).trim()));
  const header = new Set(fields.names);
  for (const [n, { name, start }] of pairs.entries()) {
    const value = text.slice(start, pairs[n + 1]?.key ?? text.length).trim();
    fields.bare(extensionName(name, header), unescaped(value));
  }
}

/** What of an extension is no pair. */
export const EXTENSION = "extension";

/** The name of a pair; of one that the header has, too, `extension.NAME`. */
export function extensionName(name: string, header: ReadonlySet<string>): string {
  return header.has(name) ? `${EXTENSION}.${name}` : name;
}

/** Whether the last word of a value ends at `end` in the padding of base64, and is no key without a value. */
function isBase64(word: string, text: string, end: number): boolean {
  const padding = text.charCodeAt(end) === 0x3d ? 2 : 1;
  const next = text.charCodeAt(end + padding - 1);
  if ((word.length + padding) % 4 !== 0 || !(Number.isNaN(next) || next === 0x20)) return false;
  // Keys are words put together; what is at random changes its case all the time.
  const parts = word.split(/(?<=[a-z\d])(?=[A-Z])|(?=[A-Z][a-z])/);
  const short = parts.filter((part) => part.length < 3).length;
  return short > 1 && short * 2 >= parts.length;
}

function unescaped(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(/\\([\\|=nr])/g, (_, one: string) => (one === "n" ? "\n" : one === "r" ? "\r" : one));
}
