import { describe, expect, it } from "vitest";
import { logLinesOf } from "../../../../../src/lib/stages/parse/unparsed/log-lines.js";

const DATED = "2026-11-21 10:00:00,123 ERROR [main] org.example.Shop - failed";
const of = (...lines: readonly string[]) =>
  logLinesOf(Buffer.from(lines.map((line) => `${line}\n`).join("")));

const frames = (count: number) => Array.from({ length: count }, (_, n) => `\tat a.B.c(B.java:${n})`);
const raws = (...lines: readonly string[]) => lines.map((raw) => JSON.stringify({ source: "a.log", raw }));

describe("log lines", () => {
  it.each<[string, readonly string[], string]>([
    ["of Java, with a trace", [DATED, "java.lang.Error: no", "\tat a.B.c(B.java:1)", DATED, DATED], "log4j"],
    ["of Java, whose first trace is long", [DATED, "java.lang.Error: no", ...frames(60), DATED], "log4j"],
    ["of Java, that begins within a trace", [...frames(3), DATED, DATED], "log4j"],
    [
      "of Python, with a traceback",
      [
        "2026-11-21 10:00:00,123 - app - ERROR - failed",
        "Traceback (most recent call last):",
        ...Array.from({ length: 12 }, (_, n) => [`  File "/srv/a.py", line ${n}, in f`, "    g(n)"]).flat(),
        "ValueError: no",
        "2026-11-21 10:00:01,123 - app - INFO - ok",
      ],
      "python",
    ],
    [
      "of Go, with a panic",
      [
        "2026/11/21 10:00:00 main.go:7: started",
        "panic: no",
        "",
        "goroutine 1 [running]:",
        ...Array.from({ length: 14 }, (_, n) => [`main.f${n}(0x1)`, `\t/srv/a.go:${n} +0x1`]).flat(),
        "exit status 2",
      ],
      "text",
    ],
    ["of a web server", ['192.0.2.1 - - [21/Nov/2026:10:00:11 +0000] "GET / HTTP/1.1" 200 7'], "common"],
    ["logfmt, below blank lines", ["", "  ", "level=info msg=started"], "logfmt"],
    ["of a container", ["2026-11-21T10:00:00Z stdout F text"], "cri"],
    ["most of one format", ["level=info msg=a", DATED, DATED], "log4j"],
  ])("%s", (_, lines, format) => {
    expect(of(...lines)).toMatchObject({ format, isRaw: false, isJson: false });
  });

  it.each<[string, readonly string[]]>([
    ["events", ['{"level":"info"}', DATED]],
    ["events with fields of a logging library", ['{"level":30,"msg":"a","time":1763719200123}']],
    ["words", ["plain words", DATED, DATED]],
    ["one line among words", [DATED, "a", "b", "c"]],
    ["CSV with a header", ["time,level,text", "2026-11-21 10:00:00,info,a"]],
    ["nothing", []],
    ["a table", ["id  name", "1   a"]],
  ])("are not %s", (_, lines) => {
    expect(of(...lines)).toBeUndefined();
  });

  it("are known in the events of ingest and of Docker, which are events all the same", () => {
    expect(of(`{"source":"a.log","raw":"level=info msg=a"}`)).toEqual({
      format: "logfmt",
      isRaw: true,
      isJson: true,
    });
    const docker = '{"log":"a\\n","stream":"stdout","time":"2026-11-21T10:00:00Z"}';
    expect(of(docker)).toEqual({ format: "docker", isRaw: false, isJson: true });
    expect(of('{"source":"a.log","raw":"plain words"}')).toBeUndefined();
  });

  it("are known in the events of ingest, with a trace over many of them", () => {
    const found = of(...raws(DATED, "java.lang.Error: no", ...frames(40), DATED));
    expect(found).toEqual({ format: "log4j", isRaw: true, isJson: true });
  });

  it("are known by the beginning of a very long line, and without a line end", () => {
    expect(logLinesOf(Buffer.from(`${DATED} ${"x".repeat(1 << 20)}`))?.format).toBe("log4j");
  });
});
