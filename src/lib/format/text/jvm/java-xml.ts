import { epochTime, isoTime } from "../../../base/time/read-time.js";
import { levelOfWord } from "../../../event/level-words.js";
import type { EventWriter } from "../../../event/writer.js";
import type { Format } from "../../format.js";
import { isKey } from "../../line/key.js";
import { type XmlElement, xmlElement } from "./xml-element.js";

/**
 * Records of loggers as XML, an element each: java.util.logging's `XMLFormatter`, which `FileHandler` writes unless it
 * is told otherwise, and the `XMLLayout` of log4j, log4j 2 and log4net. What stands around the records makes no event.
 */
export const javaXml: Format = {
  name: "java-xml",
  aliases: ["jul-xml", "log4j-xml"],
  summary: "java.util.logging's XMLFormatter and the XML layouts of log4j and log4net, an element an event",
  auto: true,
  openings: ["<"],
  reference:
    "https://docs.oracle.com/en/java/javase/21/docs/api/java.logging/java/util/logging/XMLFormatter.html; https://logging.apache.org/log4j/2.x/manual/layouts.html#XmlLayout",
  examples: [
    {
      line:
        "<record>\n  <date>2026-11-21T10:00:01.123456Z</date>\n  <millis>1795255201123</millis>\n  <nanos>456000</nanos>\n  <sequence>7</sequence>\n" +
        "  <logger>org.example.Shop</logger>\n  <level>SEVERE</level>\n  <class>org.example.Cart</class>\n  <method>open</method>\n" +
        "  <thread>1</thread>\n  <message>no &lt;stock&gt;</message>\n  <exception>\n    <message>java.lang.Error: no</message>\n    <frame>\n" +
        "      <class>org.example.Cart</class>\n      <method>open</method>\n      <line>7</line>\n    </frame>\n  </exception>\n</record>",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123456Z","level":"error","sequence":7,"logger":"org.example.Shop","class":"org.example.Cart",' +
        '"function":"open","thread":"1","exception":"java.lang.Error: no\\n\\tat org.example.Cart.open(7)","message":"no <stock>"}',
    },
    {
      line:
        '<log4j:event logger="org.example.Shop" timestamp="1795255201123" level="WARN" thread="main">\n<log4j:message><![CDATA[few left]]></log4j:message>\n' +
        '<log4j:properties>\n<log4j:data name="cart" value="7"/>\n</log4j:properties>\n</log4j:event>',
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"warn","logger":"org.example.Shop","thread":"main","cart":"7","message":"few left"}',
    },
    {
      line:
        '<Event xmlns="http://logging.apache.org/log4j/2.0/events" thread="main" level="INFO" loggerName="org.example.Shop">\n' +
        '  <Instant epochSecond="1795255201" nanoOfSecond="123456789"/>\n  <Message>open</Message>\n</Event>',
      event:
        '{"timestamp":"2026-11-21T10:00:01.123456789Z","level":"info","logger":"org.example.Shop","thread":"main","message":"open"}',
    },
    {
      line: '<log4net:event logger="Shop" timestamp="2026-11-21T10:00:01.1+01:00" level="ERROR" thread="7"><log4net:message>no</log4net:message></log4net:event>',
      event:
        '{"timestamp":"2026-11-21T09:00:01.1Z","level":"error","logger":"Shop","thread":"7","message":"no"}',
    },
    { line: "<record>", event: undefined },
    { line: "<record><level>INFO</level><message>when?</message></record>", event: undefined },
    { line: '<Event thread="main" level="INFO"><Message>whose?</Message></Event>', event: undefined },
  ],
  create: () => ({ parse }),
};

/** What stands before the first record of a file, and behind the last. */
const AROUND = new Set([
  '<?xml version="1.0" encoding="UTF-8" standalone="no"?>',
  '<!DOCTYPE log SYSTEM "logger.dtd">',
  "<log>",
  "</log>",
]);

/** Whether a line begins a record that may go on. */
export function beginsXmlRecord(line: string): boolean {
  return line.charCodeAt(0) === 0x3c && RECORD.test(line);
}

const RECORD = /^<(?:record>|log4\w{1,8}:event |Event xmlns="http:\/\/logging\.apache\.org\/)/;

function parse(text: string, event: EventWriter): boolean | "skip" {
  if (AROUND.has(text.trimEnd())) return "skip";
  const element = beginsXmlRecord(text) ? xmlElement(text) : undefined;
  if (element === undefined) return false;
  return element.name === "record" ? writeRecord(element, event) : writeEvent(element, event);
}

function writeRecord(record: XmlElement, event: EventWriter): boolean {
  const textOf = (name: string) => within(record, name)?.text.trim();
  const date = textOf("date");
  const millis = textOf("millis");
  const counted = millis && epochTime(millis, "ms");
  // Before Java 9 the date has no zone.
  const timestamp = (date && (ZONED.test(date) || !counted) && isoTime(date)) || counted;
  const level = textOf("level");
  if (!timestamp || !level) return false;
  event.text("timestamp", timestamp);
  event.text("level", levelOfWord(level) ?? level);
  const sequence = textOf("sequence");
  if (sequence !== undefined && WHOLE.test(sequence)) event.number("sequence", sequence);
  for (const [name, field] of RECORD_FIELDS) event.textIf(field, textOf(name));
  const exception = within(record, "exception");
  if (exception !== undefined) event.text("exception", exceptionText(exception));
  event.text("message", within(record, "message")?.text ?? "");
  return true;
}

const ZONED = /(?:Z|[+-]\d\d:?\d\d)$/;
const WHOLE = /^(?:0|[1-9]\d{0,18})$/;
const RECORD_FIELDS = [
  ["logger", "logger"],
  ["class", "class"],
  ["method", "function"],
  ["thread", "thread"],
] as const;

function exceptionText(exception: XmlElement): string {
  const frames = exception.children.filter(({ name }) => name === "frame");
  const lines = frames.map((frame) => {
    const part = (name: string) => within(frame, name)?.text.trim() ?? "";
    return `\tat ${part("class")}.${part("method")}(${part("line")})`;
  });
  return [within(exception, "message")?.text.trim() ?? "", ...lines].join("\n");
}

function writeEvent(element: XmlElement, event: EventWriter): boolean {
  const { attributes } = element;
  const timestamp = timeOfEvent(element);
  const level = attributes.get("level");
  if (timestamp === undefined || level === undefined) return false;
  event.text("timestamp", timestamp);
  event.text("level", levelOfWord(level) ?? level);
  event.textIf("logger", attributes.get("logger") ?? attributes.get("loggerName"));
  event.textIf("thread", attributes.get("thread"));
  writePlace(within(element, "locationInfo") ?? within(element, "Source"), event);
  writePairs(within(element, "properties") ?? within(element, "ContextMap"), event);
  const thrown = within(element, "throwable") ?? within(element, "exception");
  event.textIf("exception", thrown?.text.trim() ?? thrownText(within(element, "Thrown")));
  event.text("message", (within(element, "message") ?? within(element, "Message"))?.text ?? "");
  return true;
}

function timeOfEvent(element: XmlElement): string | undefined {
  const { attributes } = element;
  const instant = within(element, "Instant")?.attributes;
  const seconds = instant?.get("epochSecond");
  if (seconds !== undefined) {
    const nanos = instant!.get("nanoOfSecond") ?? "";
    return epochTime(nanos === "" ? seconds : `${seconds}.${nanos.padStart(9, "0")}`, "s");
  }
  const text = attributes.get("timestamp") ?? attributes.get("timeMillis") ?? "";
  return epochTime(text, "ms") ?? isoTime(text);
}

function writePlace(place: XmlElement | undefined, event: EventWriter): void {
  const at = (name: string) => place?.attributes.get(name);
  event.textIf("class", at("class"));
  event.textIf("function", at("method"));
  event.textIf("file", at("file"));
  const line = at("line");
  if (line !== undefined && WHOLE.test(line)) event.number("line", line);
}

/** What the program has put beside its message: names that are none of the record's own. */
function writePairs(pairs: XmlElement | undefined, event: EventWriter): void {
  const written = new Set(OWN);
  for (const { attributes } of pairs?.children ?? []) {
    const name = attributes.get("name") ?? attributes.get("key") ?? "";
    const value = attributes.get("value");
    if (value === undefined || !isKey(name, 0, name.length) || written.has(name)) continue;
    written.add(name);
    event.text(name, value);
  }
}

const OWN = "timestamp level logger thread class function file line exception message".split(" ");

/** log4j 2 writes the frames as elements. */
function thrownText(thrown: XmlElement | undefined): string | undefined {
  if (thrown === undefined) return undefined;
  const name = thrown.attributes.get("name") ?? "";
  const message = thrown.attributes.get("message");
  const stack = within(thrown, "ExtendedStackTrace");
  const frames = (stack?.children ?? []).map(({ attributes }) => {
    const part = (key: string) => attributes.get(key) ?? "";
    return `\n\tat ${part("class")}.${part("method")}(${part("file")}:${part("line")})`;
  });
  return `${name}${message === undefined ? "" : `: ${message}`}${frames.join("")}${stack?.text.trim() ?? ""}`;
}

/** The first element of a name within another, whatever stands before the colon of its own. */
function within(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name.slice(child.name.indexOf(":") + 1) === name);
}
