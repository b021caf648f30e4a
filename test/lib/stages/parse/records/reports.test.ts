/** Whose a trace is: of the line above it only where that reports it, and was written at the same time. */
import { describe, expect, it } from "vitest";
import { parsedApart } from "./support.js";

const GO = ["panic: no cart", "", "goroutine 1 [running]:", "main.main()", "\t/srv/main.go:7 +0x1d"];
const JAVA = ['Exception in thread "main" java.lang.Error: no', "\tat org.example.Shop.run(Shop.java:7)"];
const PYTHON = ["Traceback (most recent call last):", '  File "/srv/shop.py", line 3, in f', "KeyError: 7"];
const NODE = ["/srv/shop.js:7", "throw gone;", "^", "", "Error: gone", "    at run (/srv/shop.js:7:3)"];
const RUST = ["thread 'main' panicked at src/main.rs:2:5:", "no cart", "note: run with `RUST_BACKTRACE=1`"];
const RUBY = ["shop.rb:6:in 'open': no cart (RuntimeError)", "\tfrom shop.rb:9:in '<main>'"];
const DOTNET = ["Unhandled exception. System.Exception: no", "   at Shop.Run() in /srv/Shop.cs:line 7"];
const GROUP = [
  "  + Exception Group Traceback (most recent call last):",
  '  |   File "/srv/shop.py", line 3, in f',
  "  | ExceptionGroup: two (1 sub-exception)",
  "  +-+---------------- 1 ----------------",
  "    | ValueError: 1",
  "    +------------------------------------",
];
const CRASHES = { GO, JAVA, PYTHON, NODE, RUST, RUBY, DOTNET, GROUP };
const NEXT = "2026-11-21 10:00:09 INFO next";

const ABOVE = {
  "a level in a column": "2026-11-21 10:00:00 INFO started",
  "a level in brackets": "2026-11-21 10:00:00 [info] started",
  klog: "I1121 10:00:00.000123       1 main.go:70] started",
  "Ruby's letter": "I, [2026-11-21T10:00:00.1 #7]  INFO -- : started",
  "no time": "INFO started",
};

describe.each(Object.entries(CRASHES))("%s", (_, crash) => {
  it.each(Object.entries(ABOVE))("begins an event below a line with %s", (_, above) => {
    expect(messages([above, ...crash, NEXT])).toEqual(["started", crash.join("\n"), "next"]);
  });

  it("belongs to a line that reports it", () => {
    const above = "2026-11-21 10:00:00 ERROR stopped";
    expect(messages([above, ...crash, NEXT])).toEqual([["stopped", ...crash].join("\n"), "next"]);
    const colon = "2026-11-21 10:00:00 INFO stopped by:";
    expect(messages([colon, ...crash, NEXT])).toEqual([["stopped by:", ...crash].join("\n"), "next"]);
  });

  it("is apart from what a container wrote long before", () => {
    for (const wrapped of [cri, docker, compose]) {
      const lines = [
        wrapped("08:00:00", "ERROR no stock"),
        ...crash.map((line) => wrapped("14:30:00", line)),
      ];
      const read = events(lines);
      expect(read.map(({ timestamp }) => timestamp)).toEqual([
        "2026-11-21T08:00:00.123456789Z",
        "2026-11-21T14:30:00.123456789Z",
      ]);
      expect(read[1]!.level).toBe(crash === GO ? "fatal" : "error");
      expect(read[1]!.message).toBe(crash.join("\n"));
    }
  });

  it("is apart from text of which nothing is known, in a container as in a file", () => {
    const lines = ["listening on :8080", ...crash];
    const apart = [lines[0], crash.join("\n")];
    expect(messages(lines)).toEqual(apart);
    expect(messages(lines.map((line) => `web-1  | ${line}`))).toEqual(apart);
    expect(messages(lines.map((line) => cri("10:00:00", line)))).toEqual(apart);
  });
});

it.each<[string, readonly string[]]>([
  [
    "what a server says it has survived",
    ["2026/11/21 10:00:00 http: panic serving 192.0.2.7:1: no", ...GO.slice(2)],
  ],
  ["a traceback that was asked for", ["2026-11-21 10:00:00 INFO handled exception", ...PYTHON]],
  ["a warning's traceback", ["2026-11-21 10:00:00 WARNING slow", ...PYTHON]],
  ["a traceback below a line without a level", ["2026-11-21 10:00:00 buys", ...PYTHON]],
  [
    "an exception that a logger was given",
    ["2026-11-21 10:00:00 INFO gone", "java.lang.Error: no", JAVA[1]!],
  ],
  [
    "the stack that a logger was asked for",
    [
      "2026-11-21 10:00:00 INFO here",
      "Stack (most recent call last):",
      '  File "/srv/a.py", line 1, in f',
      "    x()",
    ],
  ],
  ["a message of two lines and its traceback", ["2026-11-21 10:00:00 ERROR failed to", "buy", ...PYTHON]],
  [
    "a message of lines and its exception",
    ["2026-11-21 10:00:00 ERROR a", "b", "", "c", "java.lang.Error: no", JAVA[1]!],
  ],
  [
    "a message of lines and its group",
    [
      "2026-11-21 10:00:00 ERROR a",
      "b",
      ...PYTHON,
      "",
      "During handling of the above exception, another exception occurred:",
      "",
      ...GROUP,
    ],
  ],
  ["notes below an exception", ["2026-11-21 10:00:00 ERROR a", ...PYTHON, "while it rained", "and poured"]],
  [
    "what a validator found",
    [
      ...[
        "2026-11-21 10:00:00 ERROR a",
        ...PYTHON.slice(0, 2),
        "shop.ValidationError: 2 validation errors for Cart",
      ],
      ...[
        "item",
        "  Field required [type=missing]",
        "    For further information visit https://example.com",
        "id",
        "  No",
      ],
    ],
  ],
])("keeps %s with the line above", (_, lines) => {
  expect(events([...lines, NEXT])).toHaveLength(2);
  expect(events([...lines, NEXT].map((line) => cri("10:00:00", line)))).toHaveLength(2);
});

it.each<[string, readonly string[], number]>([
  ["a line with a level below a traceback", ["2026-11-21 10:00:00 ERROR a", ...PYTHON, "INFO up"], 2],
  ["words below a traceback without a line above", [...PYTHON, "words", "  more words"], 3],
  ["words below an error, and a crash", ["2026-11-21 10:00:00 ERROR a", "words", ...GO], 3],
])("keeps apart %s", (_, lines, count) => {
  expect(events(lines)).toHaveLength(count);
});

it("a validator's errors belong to a traceback without a line above", () => {
  const lines = [...PYTHON.slice(0, 2), "shop.ValidationError: 1 validation error for Cart", "id", "  No"];
  expect(messages([...lines, "words"])).toEqual([lines.join("\n"), "words"]);
});

it("console.trace is one event", () => {
  expect(events(["Trace: here", "    at run (/srv/shop.js:7:3)", "up"])).toEqual([
    { level: "trace", message: "Trace: here\n    at run (/srv/shop.js:7:3)" },
    { message: "up", unparsed: true },
  ]);
});

it("lines of one record may come a second apart, its frames five", () => {
  const head = "2026-11-21 10:00:00 ERROR a";
  const at = (...seconds: number[]) =>
    events([head, "java.lang.Error: no", JAVA[1]!].map((line, n) => cri(`10:00:0${seconds[n]}`, line)))
      .length;
  expect(at(0, 1, 6)).toBe(1);
  expect(at(0, 2, 2)).toBe(2);
  expect(at(0, 0, 6)).toBe(2);
  const midnight = [head, "java.lang.Error: no"].map(
    (line, n) => `2026-${["12-31T23:59:59", "12-31T00:00:00"][n]}.123456789Z stderr F ${line}`,
  );
  expect(events(midnight)).toHaveLength(2);
  const turn = [head, "java.lang.Error: no"].map(
    (line, n) => `${["2026-12-31T23:59:59", "2027-01-01T00:00:00"][n]}.123456789Z stderr F ${line}`,
  );
  expect(events(turn)).toHaveLength(1);
});

describe("records of databases and proxies in containers", () => {
  const both = (lines: readonly string[]) => [
    events(lines),
    events(lines.map((line) => cri("10:00:00", line))),
    events(lines.map((line) => `db-1  | ${line}`)),
  ];

  it("PostgreSQL's, whatever stands before them", () => {
    const prefixes = [
      "< 2026-11-21 10:00:01.238 UTC > ",
      "<2026-11-21 10:00:01.238 UTC>",
      "[31] ",
      "ada@shop ",
      "user=ada,db=shop ",
    ];
    for (const prefix of prefixes) {
      const lines = [
        "LOG:  statement: select 1",
        "ERROR:  gone",
        "LOG:  up",
        "LOG:  statement: select",
        "a from t",
      ];
      const written = lines.map((line) => (line.includes(":") ? prefix + line : line));
      for (const read of both(written).slice(1)) expect(read, prefix).toHaveLength(4);
    }
  });

  it("MySQL's slow ones", () => {
    const lines = [
      "# User@Host: ada[ada] @ shop [192.0.2.7]",
      "# Query_time: 1.5  Lock_time: 0.1  Rows_sent: 0  Rows_examined: 2",
      "SET timestamp=1795255200;",
      "SELECT id",
      "FROM cart;",
    ];
    for (const read of both(lines))
      expect(read).toMatchObject([{ query_time: 1.5, user: "ada", message: "SELECT id\nFROM cart;" }]);
  });

  it("heads of two lines", () => {
    const lines = [
      "Nov 21, 2026 10:00:01 AM org.example.Shop open",
      "SEVERE: no stock",
      "java.lang.Error: no",
    ];
    for (const read of both(lines))
      expect(read).toMatchObject([{ level: "error", message: "no stock\njava.lang.Error: no" }]);
  });

  it.each<[string, readonly string[]]>([
    [
      "PHP's messages",
      [
        '*7 FastCGI sent in stderr: "PHP message: one',
        "",
        'PHP message: two" while reading upstream, client: 192.0.2.7, server: shop, request: "GET / HTTP/1.1"',
      ],
    ],
    [
      "PHP's trace",
      [
        '*7 FastCGI sent in stderr: "PHP message: PHP Fatal error:  Uncaught Error: no in /srv/a.php:1',
        ...["Stack trace:", "#0 /srv/a.php(3): f()", "#1 {main}"],
        '  thrown in /srv/a.php on line 1" while reading upstream, client: 192.0.2.7, server: shop, request: "GET / HTTP/1.1"',
      ],
    ],
    [
      "Lua's trace",
      [
        "*7 lua entry thread aborted: runtime error: /srv/a.lua:1: no",
        ...["stack traceback:", "coroutine 0:", "\t[C]: in function 'error'"],
        '\t/srv/a.lua:1: in main chunk, client: 192.0.2.7, server: shop, request: "GET / HTTP/1.1"',
      ],
    ],
  ])("nginx's with %s", (_, [first, ...rest]) => {
    const lines = [
      `2026/11/21 10:00:01 [error] 31#32: ${first}`,
      ...rest,
      "2026/11/21 10:00:02 [notice] 1#1: up",
    ];
    for (const read of both(lines)) {
      expect(read).toHaveLength(2);
      expect(read[0]).toMatchObject({
        level: "error",
        client_ip: "192.0.2.7",
        request: "GET / HTTP/1.1",
        connection: 7,
      });
      expect(String(read[0]!.message).split("\n")).toHaveLength(lines.length - 1);
    }
  });

  it("nginx's that never name a client leave others alone", () => {
    const lines = [
      "2026/11/21 10:00:01 [info] 31#32: *7 closed",
      "words",
      "2026/11/21 10:00:02 [notice] 1#1: up",
    ];
    for (const read of both(lines)) expect(read).toHaveLength(3);
  });
});

it("takes the colours off the lines that go on", () => {
  const lines = ["\u001b[33m2026-11-21 10:00:00 WARN\u001b[39m a", "    \u001b[35muser\u001b[39m: 7"];
  expect(messages(lines)).toEqual(["a\n    user: 7"]);
  expect(messages(lines.map((line) => cri("10:00:00", line)))).toEqual(["a\n    user: 7"]);
});

const cri = (clock: string, line: string) => `2026-11-21T${clock}.123456789Z stderr F ${line}`;
const docker = (clock: string, line: string) =>
  JSON.stringify({ log: `${line}\n`, stream: "stderr", time: `2026-11-21T${clock}.123456789Z` });
const compose = (clock: string, line: string) => `web-1  | 2026-11-21T${clock}.123456789Z ${line}`;

interface Read {
  readonly timestamp?: string;
  readonly level?: string;
  readonly message?: string;
}

function events(lines: readonly string[]): Read[] {
  return parsedApart([`${lines.join("\n")}\n`])
    .trimEnd()
    .split("\n")
    .map((event) => JSON.parse(event) as Read);
}

function messages(lines: readonly string[]): unknown[] {
  return events(lines).map(({ message }) => message);
}
