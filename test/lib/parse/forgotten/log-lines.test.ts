import { describe, expect, it } from "vitest";
import { logLinesOf } from "../../../../src/lib/parse/forgotten/log-lines.js";

const DATED = "2026-11-21 10:00:00,123 ERROR [main] org.example.Shop - failed";
const of = (...lines: readonly string[]) =>
  logLinesOf(Buffer.from(lines.map((line) => `${line}\n`).join("")));

describe("log lines", () => {
  it.each<[string, readonly string[], string]>([
    ["of Java, with a trace", [DATED, "java.lang.Error: no", "\tat a.B.c(B.java:1)", DATED, DATED], "log4j"],
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

  it("are known by the beginning of a very long line, and without a line end", () => {
    expect(logLinesOf(Buffer.from(`${DATED} ${"x".repeat(1 << 20)}`))?.format).toBe("log4j");
  });
});
