import { describe, expect, it } from "vitest";
import { EventWriter } from "../../../../src/lib/event/writer.js";
import { FormatDetector } from "../../../../src/lib/format/detector.js";
import { formats } from "../../../../src/lib/format/registry.js";
import { NOW_MS } from "../examples.js";

/** By whichever format takes it. */
const parsed = (line: string): unknown => {
  const event = new EventWriter();
  const detector = new FormatDetector(formats, { nowMs: () => NOW_MS });
  if (detector.parse(line, event) !== true) return undefined;
  event.end();
  return JSON.parse(event.take());
};

const TIME = "2026-11-21 10:00:01";
const timestamp = "2026-11-21T10:00:01Z";

describe("a time at the end of a line", () => {
  it.each([
    "Run ended: 2026-11-21  10:00:01",
    "End-Date: 2026-11-21  10:00:01",
    "The key is valid until 2026-12-21 10:00:01",
    "Valid To: 2027-11-21 10:00:01 UTC",
    "Expires:2027-11-21 10:00:01",
    "Backup finished [2026-11-21 10:00:01]",
    "Key expires: 2027-11-21 10:00:01 (in a year)",
    "Next run: 2026-11-22 10:00:01 - shop",
    "Valid: 2026-11-21 10:00:01 - 2027-11-21 10:00:01",
  ])("is not that of the event: %s", (line) => expect(parsed(line)).toBeUndefined());

  it.each([
    [`[WARN] Stopped at: ${TIME}`, { level: "warn", message: `Stopped at: ${TIME}` }],
    [`INFO will run on ${TIME}`, { level: "info", message: `will run on ${TIME}` }],
    [`[web] ${TIME}`, { timestamp, logger: "web", message: "" }],
    [`shop: ${TIME} opened`, { timestamp, service: "shop", message: "opened" }],
    [`${TIME}`, { timestamp, message: "" }],
  ])("stays in the text: %s", (line, event) => expect(parsed(line)).toEqual(event));
});

describe("a zone that nobody knows", () => {
  it.each([
    [`${TIME} MEZ ERROR x`, { time: `${TIME} MEZ`, level: "error", message: "x" }],
    [`[${TIME} MEZ] [main] WARN x`, { time: `${TIME} MEZ`, level: "warn", thread: "main", message: "x" }],
    [
      `${TIME} MEZ - shop.Cart - INFO - x`,
      { time: `${TIME} MEZ`, level: "info", logger: "shop.Cart", message: "x" },
    ],
    [`${TIME} API ERROR x`, { timestamp, message: "API ERROR x" }],
  ])("is no moment, and the rest is read: %s", (line, event) => expect(parsed(line)).toEqual(event));
});

describe("counts since 1970", () => {
  const at = (text: string): string => `2026-11-21T10:00:01${text}Z`;
  it.each([
    ["[1795255201] ERROR x", { timestamp: at(""), level: "error", message: "x" }],
    ["[1795255201123] [WARN] x", { timestamp: at(".123"), level: "warn", message: "x" }],
    ["[1795255201] [31] ERROR x", { timestamp: at(""), level: "error", pid: 31, message: "x" }],
    ["[1795255201] HOST ALERT: db;DOWN", { timestamp: at(""), message: "HOST ALERT: db;DOWN" }],
    ["[1795255201 INFO] x", { timestamp: at(""), level: "info", message: "x" }],
    ["[WARN, 1795255201] x", { timestamp: at(""), level: "warn", message: "x" }],
    ["[INFO] [1795255201] x", { timestamp: at(""), level: "info", message: "x" }],
    ["ERROR [1795255201123456] x", { timestamp: at(".123456"), level: "error", message: "x" }],
    ["[1795255201123456789] ERROR x", { timestamp: at(".123456789"), level: "error", message: "x" }],
    ["1795255201123456789 WARN x", { timestamp: at(".123456789"), level: "warn", message: "x" }],
    [
      "1795255201123456789: [main] INFO x",
      { timestamp: at(".123456789"), level: "info", thread: "main", message: "x" },
    ],
    ["1795255201|ERROR|x", { timestamp: at(""), level: "error", message: "x" }],
    ["1795255201123: ERROR x", { timestamp: at(".123"), level: "error", message: "x" }],
    [`[1795255201] ${TIME} INFO x`, { timestamp, level: "info", pid: 1795255201, message: "x" }],
    ["[9795255201] ERROR x", { level: "error", pid: 9795255201, message: "x" }],
    ["[140123456789012] ERROR x", { level: "error", tid: 140123456789012, message: "x" }],
  ])("are times at the start of a line and behind a level: %s", (line, event) =>
    expect(parsed(line)).toEqual(event),
  );

  it.each([
    "1795255201123456789 was read by ada",
    "[1795255201123456789] opened",
    "1795255201,7,ada",
    "[order 1795255201] opened",
  ])("may be other numbers: %s", (line) => expect(parsed(line)).toBeUndefined());
});

describe("numbers in brackets", () => {
  it.each([
    ["[2/7] copying", "[2/7] copying"],
    ["[100/200] copying", "[100/200] copying"],
    ["[ 50%] copying", "[ 50%] copying"],
    ["[2 of 7] copying", "[2 of 7] copying"],
    ["[#7] closed", "[#7] closed"],
    ["[404] GET /cart", "[404] GET /cart"],
    ["[200]: POST /cart", "[200]: POST /cart"],
  ])("that count something belong to the text: %s", (text, message) => {
    expect(parsed(`${TIME} INFO ${text}`)).toEqual({ timestamp, level: "info", message });
    expect(parsed(`INFO ${text}`)).toEqual({ level: "info", message });
  });

  it.each([
    ["[31] started", { pid: 31 }],
    ["[31:7] started", { pid: 31, tid: 7 }],
    ["[4711/31] started", { pid: 4711, tid: 31 }],
    ["[pid 31] started", { pid: 31 }],
  ])("of processes are fields: %s", (text, numbers) => {
    expect(parsed(`${TIME} INFO ${text}`)).toEqual({
      timestamp,
      level: "info",
      message: "started",
      ...numbers,
    });
  });
});

describe("what has a colon behind the head", () => {
  const head = { timestamp, level: "error", thread: "main" };

  it.each([
    "https://example.org/x failed",
    "redis://cache:6379 is down",
    "s3://shop/x: no such key",
    "localhost:8080 refused",
    "localhost:8080: refused",
    "localhost:8080 - refused",
    "db.example.org:5432: refused",
    "C:\\temp\\x is missing",
    "urn:isbn:7 is missing",
    "java.lang.IllegalStateException: no stock",
    "OutOfMemoryError: no stock",
    "/etc/shop.conf: no such file",
    "Completed: 5 of 10",
    "Total: 7",
    "id:7 is missing",
  ])("is no logger: %s", (message) => {
    expect(parsed(`${TIME} ERROR [main] ${message}`)).toEqual({ ...head, message });
    expect(parsed(`${TIME} [main] ERROR ${message}`)).toEqual({ ...head, message });
  });

  it.each([
    ["org.example.Shop:opened", { logger: "org.example.Shop" }],
    ["org.example.Shop:42 - opened", { logger: "org.example.Shop", line: 42 }],
    ["Shop: opened", { logger: "Shop" }],
    ["shop.cart - opened", { logger: "shop.cart" }],
    ["o.a.c.c.C.[Tomcat].[localhost].[/] : opened", { logger: "o.a.c.c.C.[Tomcat].[localhost].[/]" }],
  ])("is a logger: %s", (text, fields) =>
    expect(parsed(`${TIME} ERROR [main] ${text}`)).toEqual({ ...head, message: "opened", ...fields }),
  );

  it.each(["Done: 5 of 10", "http://example.org/a: b", "cart-7: closed", "a.b: c"])(
    "stays text behind a logger in brackets: %s",
    (message) => {
      expect(parsed(`[${TIME}][ERROR][main][Cart] ${message}`)).toEqual({ ...head, logger: "Cart", message });
      expect(parsed(`${TIME} [ERROR] [shop.cart] ${message}`)).toEqual({
        timestamp,
        level: "error",
        logger: "shop.cart",
        message,
      });
    },
  );
});

describe("columns with a mark and no blank between", () => {
  it.each([
    [`${TIME},123:INFO:root:id=7 n=2`, { level: "info", logger: "root", id: 7, n: 2 }],
    [`${TIME},123:shop.cart:INFO:opened`, { level: "info", logger: "shop.cart", message: "opened" }],
    [`${TIME},123 INFO:__main__:opened`, { level: "info", logger: "__main__", message: "opened" }],
    [`${TIME},123,INFO,opened, late`, { level: "info", message: "opened, late" }],
    [`${TIME},123;shop;WARNING;opened`, { level: "warn", message: "shop;WARNING;opened" }],
    [`${TIME}.123,warn,opened`, { level: "warn", message: "opened" }],
    [`${TIME}.123 UTC,"a ""b"", ERROR",7,ERROR,x`, { level: "error", message: '"a ""b"", ERROR",7,ERROR,x' }],
    [`"${TIME}.123","shop","ERROR","x"`, { level: "error", message: '"shop","ERROR","x"' }],
    [`${TIME}.123,"INFO",opened`, { level: "info", message: "opened" }],
    [`${TIME}.123,7,error in the text,8`, { message: "7,error in the text,8" }],
  ])("%s", (line, fields) =>
    expect(parsed(line)).toEqual({ timestamp: "2026-11-21T10:00:01.123Z", ...fields }),
  );
});

describe("levels of heads", () => {
  it.each([
    [`21-Nov-2026 10:00:01 general: error: no zone`, { logger: "general", message: "no zone" }],
    [`${TIME} |ERROR| no zone`, { message: "no zone" }],
    [`${TIME} (ERROR) no zone`, { message: "no zone" }],
    [`${TIME} level=error msg=no zone n=1`, { message: "level=error msg=no zone n=1" }],
    [`2026/11/21 10:00:01| ERROR: no zone`, { message: "no zone" }],
    [`shop ${TIME} 31 ERROR no zone`, { pid: 31, tags: ["shop"], message: "no zone" }],
    [
      `${TIME} ERROR shop[31:exec-7] no zone`,
      { service: "shop", pid: 31, thread: "exec-7", message: "no zone" },
    ],
  ])("%s", (line, fields) => expect(parsed(line)).toEqual({ timestamp, level: "error", ...fields }));

  it.each([
    [
      "17 [main] ERROR shop.Cart - none",
      { level: "error", thread: "main", logger: "shop.Cart", uptime_ms: 17, message: "none" },
    ],
    [
      "10:00:01.517 [main] ERROR Cart -- none",
      { level: "error", thread: "main", logger: "Cart", time: "10:00:01.517", message: "none" },
    ],
    ["verbose: opened", { level: "trace", message: "opened" }],
    [
      `${TIME}+00:00 [Note] [Entrypoint]: ready`,
      { timestamp, level: "info", logger: "Entrypoint", message: "ready" },
    ],
    ["1795255201: shop is open", { timestamp, message: "shop is open" }],
  ])("without a date, or of one program: %s", (line, event) => expect(parsed(line)).toEqual(event));
});

describe("pairs behind a name in brackets", () => {
  const line = `[${TIME},123] INFO`;
  const fields = { timestamp: "2026-11-21T10:00:01.123Z", level: "info" };

  it.each([
    ["[Broker id=7] ready (org.example.Broker)", { logger: "org.example.Broker", tags: ["Broker"], id: 7 }],
    ["[Fetcher replicaId=1, leaderId=2] ready", { tags: ["Fetcher"], replicaId: 1, leaderId: 2 }],
    [
      "[Partition carts-3 broker=1] ready (org.example.Log)",
      { logger: "org.example.Log", tags: ["Partition carts-3"], broker: 1 },
    ],
    [
      "[log-cleaner-thread-0]: ready (org.example.Log)",
      { logger: "org.example.Log", thread: "log-cleaner-thread-0" },
    ],
  ])("%s", (text, more) =>
    expect(parsed(`${line} ${text}`)).toEqual({ ...fields, ...more, message: "ready" }),
  );
});

describe("ids in brackets", () => {
  it.each([
    [",803b448a0489f840,3425f23bb2432450", { trace_id: "803b448a0489f840", span_id: "3425f23bb2432450" }],
    [
      ",803b448a0489f840,3425f23bb2432450,true",
      { trace_id: "803b448a0489f840", span_id: "3425f23bb2432450" },
    ],
    [
      ",24b65cc591d3a69da10f308ab41343d7,3425f23bb2432450,",
      { trace_id: "24b65cc591d3a69da10f308ab41343d7", span_id: "3425f23bb2432450" },
    ],
    [",,,", {}],
    [",,", {}],
  ])("of a trace: shop%s", (ids, fields) =>
    expect(parsed(`${TIME} INFO [shop${ids}] 8 --- [exec-5] o.e.Shop : x`)).toEqual({
      timestamp,
      level: "info",
      service: "shop",
      pid: 8,
      thread: "exec-5",
      logger: "o.e.Shop",
      message: "x",
      ...fields,
    }),
  );

  it.each([
    ['[web] opened {"id":7}', { logger: "web", id: 7, message: "opened" }],
    ['[web] [7f3a] {"id":7,"msg":"opened"}', { logger: "web", tags: ["7f3a"], id: 7, message: "opened" }],
    [
      '[c069aa8b-b42b-4683-bfc2-c89f716c5c18] {"status":200,"@timestamp":"2026-11-21T10:00:01Z","message":"opened"}',
      { timestamp, request_id: "c069aa8b-b42b-4683-bfc2-c89f716c5c18", status: 200, message: "opened" },
    ],
    ["[web] opened {7}", undefined],
  ])("before an object: %s", (line, event) => expect(parsed(line)).toEqual(event));
});
