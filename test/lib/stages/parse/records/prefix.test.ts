/** What tools put before lines is taken off, and nothing else is. */
import { describe, expect, it } from "vitest";
import { prefixOf } from "../../../../../src/lib/stages/parse/records/prefix.js";
import { parsedInTurn } from "./support.js";

describe("a prefix", () => {
  it.each<[string, Record<string, string>, string]>([
    ["web-1  | GET /", { container: "web-1", service: "web" }, "GET /"],
    ["web_12 | GET /", { container: "web_12", service: "web" }, "GET /"],
    ["shop-api-2  | text", { container: "shop-api-2", service: "shop-api" }, "text"],
    ["cache   | ready", { container: "cache" }, "ready"],
    ["web-1  | ", { container: "web-1", service: "web" }, ""],
    ["web-1  | | a bar", { container: "web-1", service: "web" }, "| a bar"],
    [
      "web.2.k3nqabcdefghijklmnopqrstu@node7    | up",
      { container: "web.2.k3nqabcdefghijklmnopqrstu", service: "web", node: "node7" },
      "up",
    ],
    ["[pod/shop-0/app] up", { pod: "shop-0", container: "app" }, "up"],
    ["[shop-6d5f4c8b7d-x8k2p app] up", { pod: "shop-6d5f4c8b7d-x8k2p", container: "app" }, "up"],
    ["shop-6d5f4c8b7d-x8k2p app up", { pod: "shop-6d5f4c8b7d-x8k2p", container: "app" }, "up"],
    [
      "prod shop-6d5f4c8b7d-x8k2p app up",
      { namespace: "prod", pod: "shop-6d5f4c8b7d-x8k2p", container: "app" },
      "up",
    ],
    ["[web]   | up", { service: "web" }, "up"],
    ["10:00:00 web.1   | up", { process: "web.1" }, "up"],
    ["0|api    | up", { service: "api" }, "up"],
    ["web-1  | 2026-11-21T10:00:00.123456789Z up", { container: "web-1", service: "web" }, "up"],
    ["2026-11-21T10:00:00.123456789+02:00 up", {}, "up"],
  ])("is taken off: %s", (line, fields, rest) => {
    const prefix = prefixOf(line);
    expect(Object.fromEntries(prefix?.fields ?? [])).toEqual(fields);
    expect(line.slice(prefix?.end)).toBe(rest);
  });

  it.each([
    "INFO   | jvm 1    | 2026/11/21 10:00:00 | started",
    "DEBUG  | text",
    "alice  | bob    | 42",
    "2026-11-21 | 401 | 12 ms",
    "192.0.2.7  | GET /",
    "17  | 42",
    "name | text",
    "a b  | text",
    "web-1  |text",
    "[error] [pid 7] text",
    "[error] text | more",
    "[pod/UPPER/app] text",
    "[main-thread-pools app] text",
    "some-longer-words and more",
    'example.org:443 192.0.2.7 - - [21/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 7',
    "2026-11-21T10:00:00.123Z INFO up",
    "2026-11-21T10:00:00.123456789Z stdout F up",
    "10:00:00 INFO up",
    "10:00:00.123 [main] INFO x | y",
    "",
    "|",
  ])("is not found in: %s", (line) => {
    expect(prefixOf(line)).toBeUndefined();
  });

  // What grows with the square of the length takes longer than a test may.
  it("takes time linear in any line", () => {
    for (const text of ["a", "a-", "-", "9", "[a", "[pod/a", "a ", "a| ", "x-1 |", "2026-11-21T"]) {
      const line = text.repeat(2_000_000);
      expect(() => prefixOf(line)).not.toThrow();
    }
  });
});

describe("the line behind a prefix", () => {
  const events = (...lines: string[]) =>
    parsedInTurn([lines.map((line) => `${line}\n`).join("")])
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it("is read by its own format, and what it says itself counts", () => {
    expect(
      events(
        'web-1  | 192.0.2.1 - - [21/Nov/2026:10:00:11 +0000] "GET / HTTP/1.1" 200 7',
        'api-1  | {"level":"warn","msg":"slow","service":"orders"}',
        "db-1   | nothing known",
      ),
    ).toEqual([
      expect.objectContaining({ client_ip: "192.0.2.1", status: 200, container: "web-1", service: "web" }),
      { level: "warn", message: "slow", service: "orders", container: "api-1" },
      { message: "nothing known", unparsed: true, container: "db-1", service: "db" },
    ]);
  });

  it("joins the records of each on its own", () => {
    const [a, b, c] = events(
      "web-1  | java.lang.IllegalStateException: no",
      "db-1   | panic: boom",
      "web-1  | \tat org.example.Shop.run(Shop.java:7)",
      "db-1   | ",
      "db-1   | goroutine 1 [running]:",
      "web-1  | next",
    );
    expect(a).toMatchObject({ message: expect.stringContaining("\tat org"), service: "web" });
    expect(b).toMatchObject({ message: "panic: boom\n\ngoroutine 1 [running]:", service: "db" });
    expect(c).toMatchObject({ message: "next", container: "web-1" });
  });

  it("reads JSON over lines", () => {
    expect(
      events("web-1  | {", 'web-1  |   "level": "error",', 'web-1  |   "msg": "x"', "web-1  | }"),
    ).toEqual([{ level: "error", message: "x", container: "web-1", service: "web" }]);
  });

  it("keeps the tool's time beside the line's own", () => {
    const [own, none, list] = events(
      "2026-11-21T10:00:01.123456789Z 2026-11-21T10:00:00Z ERROR own",
      "2026-11-21T10:00:01.123456789Z INFO none",
      "2026-11-21T10:00:01.123456789Z level=info n=1",
    );
    expect(own).toMatchObject({
      timestamp: "2026-11-21T10:00:00Z",
      container_time: "2026-11-21T10:00:01.123456789Z",
    });
    expect(none).toMatchObject({
      timestamp: "2026-11-21T10:00:01.123456789Z",
      level: "info",
      message: "none",
    });
    expect(list).toMatchObject({ timestamp: "2026-11-21T10:00:01.123456789Z", level: "info", n: 1 });
  });

  it("leaves an access log its continuation lines as they are", () => {
    const lines = events(
      '2026-11-21T10:00:01.123456789Z 192.0.2.1 - - [21/Nov/2026:10:00:11 +0000] "GET / HTTP/1.1" 200 7',
      "2026-11-21T10:00:01.123456789Z   indented",
    );
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({ status: 200 });
  });
});

describe("a program's text in a container", () => {
  const event = (line: string) => JSON.parse(parsedInTurn([`${line}\n`])) as Record<string, unknown>;

  it("is read by its format", () => {
    expect(event("2026-11-21T10:00:00.5Z stdout F 2026-11-21T10:00:00Z ERROR it broke")).toEqual({
      timestamp: "2026-11-21T10:00:00Z",
      level: "error",
      message: "it broke",
      stream: "stdout",
      container_time: "2026-11-21T10:00:00.5Z",
    });
  });

  it("has the runtime's time where its own has no zone and another clock", () => {
    expect(event("2026-11-21T10:00:00.5Z stdout F 2026-11-21 12:00:00 ERROR it broke")).toMatchObject({
      timestamp: "2026-11-21T10:00:00.5Z",
      "event.timestamp": "2026-11-21T12:00:00Z",
    });
  });
});
