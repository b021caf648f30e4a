/** Records of loggers as XML: an element an event, whatever stands around them and wherever they stand. */
import { describe, expect, it } from "vitest";
import { parsedApart } from "./support.js";

const record = (level: string, message: string) => [
  "<record>",
  "  <date>2026-11-21T10:00:01.5Z</date>",
  "  <logger>org.example.Shop</logger>",
  `  <level>${level}</level>`,
  ...`  <message>${message}</message>`.split("\n"),
  "</record>",
];
const PREAMBLE = [
  '<?xml version="1.0" encoding="UTF-8" standalone="no"?>',
  '<!DOCTYPE log SYSTEM "logger.dtd">',
  "<log>",
];
const AT = { timestamp: "2026-11-21T10:00:01.5Z", logger: "org.example.Shop" };

describe("java.util.logging's", () => {
  const lines = [...PREAMBLE, ...record("INFO", "a &amp; b"), ...record("SEVERE", "one\ntwo"), "</log>"];
  const expected = [
    { ...AT, level: "info", message: "a & b" },
    { ...AT, level: "error", message: "one\ntwo" },
  ];

  it("makes an event of each record, and of nothing else", () => {
    expect(events(lines)).toEqual(expected);
    expect(events(lines.slice(3))).toEqual(expected);
    expect(events([...lines, ...lines])).toEqual([...expected, ...expected]);
  });

  it("is read in a container", () => {
    const read = events(lines.slice(3, -1).map((line) => `2026-11-21T10:00:01.7Z stderr F ${line}`));
    expect(read).toMatchObject(expected);
  });

  it("has the local time of old ones as a count", () => {
    const old = record("FINE", "a").map((line) =>
      line.replace("<date>2026-11-21T10:00:01.5Z", "<date>2026-11-21T11:00:01</date><millis>1795255201500"),
    );
    const closed = old.map((line) => line.replace("1500</date>", "1500</millis>"));
    expect(events(closed)).toEqual([
      { ...AT, timestamp: "2026-11-21T10:00:01.500Z", level: "debug", message: "a" },
    ]);
  });

  it("is text where it is cut off", () => {
    const read = events(record("INFO", "a").slice(0, -1));
    expect(read[0]).toEqual({ message: "<record>", unparsed: true });
  });
});

it("other elements of that name stay what they are", () => {
  const lines = ["<record>", "  <artist>Ada</artist>", "</record>"];
  expect(events(lines)).toEqual([{ message: lines.join("\n"), unparsed: true }]);
});

it.each<[string, readonly string[], object]>([
  [
    "log4j",
    [
      '<log4j:event logger="org.example.Shop" timestamp="1795255201500" level="ERROR" thread="main">',
      "<log4j:message><![CDATA[no <stock>]]></log4j:message>",
      "<log4j:throwable><![CDATA[java.lang.Error: no",
      "\tat org.example.Shop.run(Shop.java:7)",
      "]]></log4j:throwable>",
      '<log4j:locationInfo class="org.example.Shop" method="run" file="Shop.java" line="7"/>',
      "</log4j:event>",
    ],
    {
      ...{
        level: "error",
        thread: "main",
        message: "no <stock>",
        class: "org.example.Shop",
        function: "run",
      },
      ...{ file: "Shop.java", line: 7, logger: "org.example.Shop", timestamp: "2026-11-21T10:00:01.500Z" },
      exception: "java.lang.Error: no\n\tat org.example.Shop.run(Shop.java:7)",
    },
  ],
  [
    "log4j 2",
    [
      '<Event xmlns="http://logging.apache.org/log4j/2.0/events" timeMillis="1795255201500" thread="main" level="WARN" loggerName="org.example.Shop">',
      "  <Message>few left</Message>",
      '  <Thrown name="java.lang.Error" message="no">',
      "    <ExtendedStackTrace>",
      '      <ExtendedStackTraceItem class="org.example.Shop" method="run" file="Shop.java" line="7"/>',
      "    </ExtendedStackTrace>",
      "  </Thrown>",
      "</Event>",
    ],
    {
      ...{ level: "warn", thread: "main", message: "few left", logger: "org.example.Shop" },
      timestamp: "2026-11-21T10:00:01.500Z",
      exception: "java.lang.Error: no\n\tat org.example.Shop.run(Shop.java:7)",
    },
  ],
])("%s's is an event", (_, lines, expected) => {
  expect(events(lines)).toEqual([expected]);
  expect(events([...lines, "", ...lines])).toEqual([expected, expected]);
});

function events(lines: readonly string[]): unknown[] {
  return parsedApart([`${lines.join("\n")}\n`])
    .trimEnd()
    .split("\n")
    .map((event) => JSON.parse(event) as unknown);
}
