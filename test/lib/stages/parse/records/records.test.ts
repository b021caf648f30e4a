/** What makes one record, as runtimes and databases print it; and what does not. */
import { describe, expect, it } from "vitest";
import { parsedApart } from "./support.js";

const HEAD = "2026-11-21 10:00:00 ERROR it failed";
const NEXT = "2026-11-21 10:00:01 INFO next";

/** Lines below a dated one that all belong to it. */
const BELOW: Readonly<Record<string, readonly string[]>> = {
  "Elasticsearch up to 6": [
    "MapperParsingException[Field name [a.b] cannot contain dots]",
    "    at org.example.Mapper.parse(Mapper.java:273)",
    "Caused by: RemoteTransportException[[Node 1][inet[/192.0.2.7:9300]]]; nested: IllegalStateException[no];",
    "    ... 12 more",
  ],
  "Elasticsearch up to 6: no frames": [
    "RemoteTransportException[[Node 1][indices:data]]; nested: NoShard[x];",
  ],
  "Java: a sentence before the frames": [
    "something went wrong",
    "\tat org.example.Cart.open(Cart.java:7)",
    "Caused by: java.io.IOException: gone",
    "\t... 3 more",
  ],
  ".NET: a sentence before the frames": [
    "Es ist etwas passiert.",
    "   at Shop.Cart.Open(Int32 id) in /srv/Cart.cs:line 7",
  ],
  Oracle: [
    "ORA-00942: table or view does not exist",
    'ORA-06512: at "SHOP.ORDERS", line 42',
    "ORA-06512: at line 1",
  ],
  "XML over lines": ['<order id="7"', '  when="now">', "  <item>a > b</item>", "text", "<br/>", "</order>"],
  "a debugger's": [
    "Program received signal SIGSEGV, Segmentation fault.",
    "#0  0x00005555555551a9 in main () at crash.c:5",
    "5\t  *p = 1;",
  ],
  "a sanitizer's": [
    "==31==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000010",
    "READ of size 4 at 0x602000000010 thread T0",
    "    #0 0x55d0 in main /srv/crash.c:7",
    "",
    "SUMMARY: AddressSanitizer: heap-use-after-free /srv/crash.c:7 in main",
  ],
  "Node: a sentence before the frames": ["it broke!", "    at run (/srv/shop.js:7:3)"],
  "Node: an error with fields": [
    "Error: connect ECONNREFUSED 192.0.2.7:6379",
    "    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16) {",
    "  errno: -111,",
    "  code: 'ECONNREFUSED'",
    "}",
  ],
  "Node: an uncaught one": [
    "/srv/shop/cart.js:12",
    "throw new Error('gone');",
    "^",
    "",
    "Error: gone",
    "    at Object.<anonymous> (/srv/shop/cart.js:12:7)",
    "",
    "Node.js v20.11.0",
  ],
  "Node: a code in brackets": ["TypeError [ERR_INVALID_ARG_TYPE]: no", "    at f (a.js:1:2)"],
  "Python: chained": [
    "Traceback (most recent call last):",
    '  File "/srv/cart.py", line 3, in open',
    "    return self.all[7]",
    "           ~~~~~~~~^^^",
    "KeyError: 7",
    "",
    "During handling of the above exception, another exception occurred:",
    "",
    "Traceback (most recent call last):",
    '  File "/srv/cart.py", line 5, in open',
    "shop.cart.Gone: cart 7",
  ],
  "Python: a group": [
    "  + Exception Group Traceback (most recent call last):",
    '  |   File "/srv/cart.py", line 3, in open',
    "  | ExceptionGroup: two (2 sub-exceptions)",
    "  +-+---------------- 1 ----------------",
    "    | ValueError: 1",
    "    +------------------------------------",
  ],
  "Python: what the database says": [
    "Traceback (most recent call last):",
    '  File "/srv/cart.py", line 3, in open',
    "sqlalchemy.exc.IntegrityError: (psycopg.errors.ForeignKeyViolation) no such cart",
    "DETAIL:  Key (cart)=(7) is not present.",
    "[SQL: INSERT INTO item VALUES (%s)]",
    "[parameters: (7,)]",
    "(Background on this error at: https://sqlalche.me/e/20/gkpj)",
  ],
  "Java: suppressed and nested": [
    "org.example.CartException: first line",
    "",
    "second line of the message",
    "\tat org.example.Cart.open(Cart.java:7)",
    "\tSuppressed: java.io.IOException: closed",
    "\t\tat org.example.Cart.close(Cart.java:9)",
    "Caused by: org.example.StoreException: one",
    "two",
    "\tat org.example.Store.get(Store.java:1)",
    "\t... 12 common frames omitted",
  ],
  "Java: an exception by another name": [
    "org.example.Gone: cart 7",
    "\tat org.example.Cart.open(Cart.java:7)",
  ],
  "Java: behind a blank line": ["", "java.lang.Exception: no", "", "\tat org.example.Cart.open(Cart.java:7)"],
  ".NET: inner": [
    "System.InvalidOperationException: no cart",
    " ---> System.IO.IOException: closed",
    "   at Shop.Cart.Open() in /srv/Cart.cs:line 7",
    "   --- End of inner exception stack trace ---",
    "   at Shop.Program.Main()",
    "--- End of stack trace from previous location ---",
    "   at Shop.Program.Run()",
  ],
  "PHP: the next one": [
    "RuntimeException: inner in /srv/cart.php:3",
    "Stack trace:",
    "#0 /srv/cart.php(12): Cart->open()",
    "#1 {main}",
    "",
    "Next LogicException: outer in /srv/cart.php:15",
    "Stack trace:",
    "#0 {main}",
    "  thrown in /srv/cart.php on line 15",
  ],
  "PHP: Monolog's": ["[stacktrace]", "#0 /srv/cart.php(12): Cart->open()", "#1 {main}", '"}'],
  "Ruby: Rails": [
    "RuntimeError (no cart):",
    "",
    "app/models/cart.rb:7:in `open'",
    "actionpack (7.1.2) lib/action_controller/metal.rb:224:in `dispatch'",
  ],
  "Ruby: plain": ["cart.rb:7:in 'Cart#open': no cart (RuntimeError)", "\tfrom cart.rb:12:in '<main>'"],
  "Rust: with a backtrace": [
    "thread 'main' panicked at src/cart.rs:7:9:",
    "no cart 7",
    "stack backtrace:",
    "   0: rust_begin_unwind",
    "             at /rustc/std/src/panicking.rs:645:5",
    "   1: shop::main",
    "note: Some details are omitted, run with `RUST_BACKTRACE=full`",
  ],
  "Go: two goroutines": [
    "panic: cart 7",
    "of two lines",
    "",
    "goroutine 1 [running]:",
    "shop.(*Cart).Open(0xc000012345, {0x4b2c40, 0x3})",
    "\t/srv/cart.go:7 +0x1d",
    "created by main.main in goroutine 1",
    "\t/srv/main.go:20 +0x25",
    "",
    "goroutine 7 [chan receive]:",
    "main.wait(...)",
    "\t/srv/main.go:33",
    "exit status 2",
  ],
  "C++: what()": [
    "terminate called after throwing an instance of 'std::runtime_error'",
    "  what():  no cart",
  ],
  Elixir: ["** (KeyError) key :cart not found", "    (shop 0.1.0) lib/cart.ex:7: Shop.Cart.open/1"],
  "JSON below a line": ["  {", '    "cart": 7', "  }", "}"],
};

describe("joins", () => {
  it.each(Object.entries(BELOW))("%s", (_, lines) => {
    expect(messages([HEAD, ...lines, NEXT])).toEqual([["it failed", ...lines].join("\n"), "next"]);
  });

  it.each(Object.entries(BELOW).filter(([title]) => /uncaught|Go|Rust|chained|suppressed|C\+\+/.test(title)))(
    "%s, with no line before it",
    (_, lines) => {
      expect(messages([...lines, NEXT])).toEqual([lines.join("\n"), "next"]);
    },
  );

  it("a statement of PostgreSQL, and the clauses of one that is named in a text", () => {
    const at = "2026-11-21 10:00:00 UTC [31] ada@shop";
    expect(
      messages([
        `${at} LOG:  statement: SELECT *`,
        "item.id,",
        "item.name",
        "FROM item;",
        "SELECT 1;",
        `${at} LOG:  next`,
        "2026-11-21 10:00:00 INFO asks SELECT id",
        "FROM item",
        "WHERE id = 7",
        "done",
      ]),
    ).toEqual([
      "statement: SELECT *\nitem.id,\nitem.name\nFROM item;\nSELECT 1;",
      "next",
      "asks SELECT id\nFROM item\nWHERE id = 7",
      "done",
    ]);
  });

  it("a row of PostgreSQL's csvlog, wherever the text is cut", () => {
    const row = (message: string, more: string) =>
      `2026-11-21 10:00:00.123 UTC,"ada","shop",31,"[local]",6740a1b2.1f,1,"SELECT",2026-11-21 09:00:00 UTC,3/1,0,ERROR,42601,"${message}",,,,,,"${more}",8,,"psql"`;
    const lines = [
      ...row("no", 'SELECT ""id""\n\n  FROM cart,\nitem').split("\n"),
      ...row("one\ntwo", "SELECT 1").split("\n"),
      row("never closed", "SELECT 1").replace(/1",8.*/, ""),
      row("next", "SELECT 2"),
      "other",
    ];
    const whole = messages(lines);
    expect(whole).toEqual(["no", "one\ntwo", "never closed", "next", "other"]);
    const text = `${lines.join("\n")}\n`;
    const events = parsedApart([text]);
    for (let at = text.indexOf("\n") + 1; at < text.length; at = text.indexOf("\n", at) + 1)
      expect(parsedApart([text.slice(0, at), text.slice(at)])).toBe(events);
    expect(events).toContain('"query":"SELECT \\"id\\"\\n\\n  FROM cart,\\nitem"');
  });

  it("the objects of an array, over lines or on one", () => {
    const pretty = [
      "[",
      "  {",
      '    "message": "a",',
      '    "in": [',
      "      { }",
      "    ]",
      "  },",
      "  {",
      '    "message": "b"',
      "  }",
      "]",
    ];
    expect(messages(pretty)).toEqual(["a", "b"]);
    expect(messages(["[", '{"message":"a"},', '{"message":"b"}', "]"])).toEqual(["a", "b"]);
    expect(
      messages(['[{"message":"a"}, {"message":"b"}]', '\u001e{"message":"c"}', '  {"message":"d"}']),
    ).toEqual(["a", "b", "c", "d"]);
    expect(messages(["[1,2]", "[]", "[ {"])).toEqual(["[1,2]", "[]", "[ {"]);
  });

  it("pretty printed JSON side by side", () => {
    expect(messages(["{", '  "message": "a"', "}{", '  "message": "b"', "},", '{"message":"c"},'])).toEqual([
      "a",
      "b",
      "c",
    ]);
  });
});

describe("keeps apart", () => {
  it.each<[string, readonly string[]]>([
    ["two traces", ["java.lang.Error: a\n\tat a.B.c(B.java:1)", "java.lang.Error: b\n\tat a.B.c(B.java:1)"]],
    ["two panics", ["panic: a\n\ngoroutine 1 [running]:\nmain.main()\n\t/a.go:1 +0x1", "panic: b"]],
    [
      "two tracebacks",
      [
        'Traceback (most recent call last):\n  File "a.py", line 1, in f\nKeyError: 1',
        'Traceback (most recent call last):\n  File "a.py", line 1, in f\nKeyError: 2',
      ],
    ],
    ["errors without a trace", ["java.lang.Error: a", "java.lang.Error: b", "words"]],
    ["words below a trace", ["java.lang.Error: a\n\tat a.B.c(B.java:1)", "words", "more words"]],
    ["words below an exception without frames", ["java.lang.Error: a", "words", "more words"]],
    ["indented words below words", ["words", "  more words"]],
    ["lines below a blank one", ["java.lang.Error: a", "words"]],
  ])("%s", (_, records) => {
    expect(messages(records)).toEqual(records);
  });

  it("a line behind blanks that begins with its time, or with a level that is set flush right", () => {
    expect(
      messages([
        "2026-11-21T10:00:00.000001Z  INFO a: one",
        " 2026-11-21T10:00:01.000001Z ERROR a: two",
        '  192.0.2.7 - - [21/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1',
        " WARN [main] o.e.Shop: three",
      ]),
    ).toEqual(["one", "two", undefined, "three"]);
  });

  it("streams of a container, and lines too far apart", () => {
    const at = (seconds: number, stream: string, text: string) =>
      `2026-11-21T10:00:${String(seconds).padStart(2, "0")}Z ${stream} F ${text}`;
    const head = at(0, "stderr", "java.lang.Error: a");
    const frame = (seconds: number) => at(seconds, "stderr", "\tat a.B.c(B.java:1)");
    const between = (n: number, seconds: number) =>
      Array.from({ length: n }, (_, i) => at(seconds, "stdout", `line ${i}`));
    expect(messages([head, ...between(3, 0), frame(1)])[0]).toBe("java.lang.Error: a\n\tat a.B.c(B.java:1)");
    expect(messages([head, ...between(3, 0), frame(3)])).toHaveLength(5);
    expect(messages([head, ...between(64, 0), frame(0)])).toHaveLength(66);
    expect(messages([head, frame(5)])).toHaveLength(1);
  });
});

/** The messages of what `parse` makes of the lines. */
function messages(lines: readonly string[]): unknown[] {
  const events = parsedApart([`${lines.join("\n")}\n`])
    .trimEnd()
    .split("\n");
  return events.map((event) => (JSON.parse(event) as { message?: unknown }).message);
}
