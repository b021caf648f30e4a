import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../../src/commands/registry.js";
import { checkFieldCondition, expressionOf, fieldConditionOf } from "../../../src/lib/show/conditions.js";
import { contentOf } from "../../../src/lib/show/content.js";
import { logsIn } from "../../../src/lib/show/directory.js";
import { commandFor, knownWords } from "../../../src/lib/show/elsewhere/words.js";
import { generationsOf } from "../../../src/lib/show/generations.js";
import { temporaryDirectory } from "../../support/logpipe.js";

describe("generations of a log", () => {
  it.each([
    [["app.log", "app.log.1", "app.log.2.gz"], [["app.log.2.gz", "app.log.1", "app.log"]]],
    [["app.log.10", "app.log.9", "app.log"], [["app.log.10", "app.log.9", "app.log"]]],
    [
      ["a/app.log.1", "b/app.log"],
      [["a/app.log.1"], ["b/app.log"]],
    ],
    [
      ["app.log", "app.log-20261122.gz", "app.log-20261121.gz"],
      [["app.log-20261121.gz", "app.log-20261122.gz", "app.log"]],
    ],
    [["app-2026-11-22.log", "app-2026-11-21.log"], [["app-2026-11-21.log", "app-2026-11-22.log"]]],
    [["app.1.log", "app.log"], [["app.1.log", "app.log"]]],
    [["app-2026-11-21-10.log", "app-2026-11-21-9.log"], [["app-2026-11-21-9.log", "app-2026-11-21-10.log"]]],
    [["web.2", "web", "web.1.gz"], [["web.2", "web.1.gz", "web"]]],
    [["syslog.1", "syslog.2.gz"], [["syslog.2.gz", "syslog.1"]]],
    // Hosts, not generations.
    [
      ["10.0.0.1", "10.0.0.2"],
      [["10.0.0.1"], ["10.0.0.2"]],
    ],
    [
      ["web.1", "web.2.gz", "other/web"],
      [["web.1"], ["web.2.gz"], ["other/web"]],
    ],
    [
      ["web.1.log", "web.2.log"],
      [["web.1.log"], ["web.2.log"]],
    ],
    [
      ["web-1.log", "web-2.log"],
      [["web-1.log"], ["web-2.log"]],
    ],
    [["x.log", "x.log"], [["x.log"]]],
  ])("%j", (paths, groups) => {
    expect(generationsOf(paths)).toEqual(groups);
  });
});

describe("conditions of fields", () => {
  it.each([
    ["service=api", 'service == "api"'],
    ["status=500", 'status in [500, "500"]'],
    ["ok=true", 'ok in [true, "true"]'],
    ["level=ERROR", 'level == "error"'],
    ["status!=500", '!has(status) || !(status in [500, "500"])'],
    ["path~/cart", 'string(path).contains("/cart")'],
    ["latency_ms>200", "latency_ms > 200"],
    ["x-id=1", '`x-id` in [1, "1"]'],
    ["user.id=7", 'user.id in [7, "7"]'],
    ["q=a=b", 'q == "a=b"'],
    ["name=", 'name == ""'],
    ["id=1e400", 'id == "1e400"'],
    [
      'path~a"b',
      'string(path).contains("a\\"b") || type(path) in ["list", "map"] && string(path).contains("a\\\\\\"b")',
    ],
    ['name="x"', 'name == "\\"x\\""'],
    ["user = u1", 'user == "u1"'],
    ["amount  > 9", "amount > 9"],
    ['name = "x y"', 'name == "x y"'],
    ['level=="error"', 'level == "error"'],
    ["level == 'ERROR'", 'level == "error"'],
    ["path ~ /cart", 'string(path).contains("/cart")'],
    ["name= x", 'name == " x"'],
  ])("%s", (operand, expression) => {
    expect(expressionOf(fieldConditionOf(operand)!, false)).toBe(expression);
  });

  it("that no number can meet is refused by its own words", () => {
    expect(() => expressionOf(fieldConditionOf("id>1e400")!, false)).toThrow("id>1e400");
  });

  it.each(["app.log", "a b=c", "a b = c", "./x=1", "=x", "1=2", "logs/*.gz"])("not %s", (operand) => {
    expect(fieldConditionOf(operand)).toBeUndefined();
  });
});

describe("conditions that nobody means as they are read", () => {
  const check = (operand: string) => checkFieldCondition(operand, fieldConditionOf(operand)!);

  it.each([
    ["svc=~ap.*", `svc~TEXT looks for a text; for a pattern: --where 'svc.matches("ap.*")'`],
    ["svc =~ api", `svc~TEXT looks for a text; for a pattern: --where 'svc.matches("api")'`],
    ["svc~=api", "svc~TEXT"],
    ["x-id=~1", "--where '`x-id`.matches"],
    ["a=>5", "write >="],
    ["a =< 5", "write <="],
    ["a<>5", "write !="],
    ["a > 5 && b == 1", "name each by itself"],
    ["a = 5 || b = 1", "name each by itself"],
    ["a>5&&b>1", "name each by itself"],
  ])("%s is refused", (operand, hint) => {
    expect(() => check(operand)).toThrow(/cannot read the condition/);
    try {
      check(operand);
    } catch (error) {
      expect((error as { help: string }).help).toContain(hint);
    }
  });

  it.each([
    "a=b",
    "a==b",
    "a!=b",
    "a~b",
    "a!~b",
    "a>=5",
    "a<5",
    "q=x&&y",
    "url=/a?b=~c",
    "a = b",
    "a>-5",
    "a=<html>",
  ])("%s is not", (operand) => {
    expect(() => check(operand)).not.toThrow();
  });
});

describe("logs in a directory", () => {
  it("are those that are logs, and the others are named", async () => {
    const directory = temporaryDirectory();
    const line = "2026-11-21 10:00:00,000 INFO [main] org.example.Shop - up\n";
    writeFileSync(join(directory, "app.log"), line);
    writeFileSync(join(directory, "app.log.1.gz"), gzipSync(line));
    writeFileSync(join(directory, "odd.data"), line);
    writeFileSync(join(directory, "empty.log"), "");
    writeFileSync(join(directory, "plain.log"), "no format at all\n");
    writeFileSync(join(directory, "README"), "read me\n");
    writeFileSync(join(directory, "x.parquet"), Buffer.from([0x50, 0x41, 0x52, 0x31, 0x15, 0, 1]));
    writeFileSync(join(directory, "wtmp"), Buffer.alloc(384, 0).fill(7, 0, 40).fill(9, 100, 140));
    writeFileSync(join(directory, ".hidden.log"), line);
    mkdirSync(join(directory, "pods", "web"), { recursive: true });
    writeFileSync(join(directory, "pods", "web", "0.log"), line);
    mkdirSync(join(directory, "logs", "_delta_log"), { recursive: true });
    writeFileSync(join(directory, "logs", "part.log"), line);
    symlinkSync(directory, join(directory, "round"));
    const server = createServer().listen(join(directory, "sock"));
    await new Promise((resolve) => server.once("listening", resolve));
    const { logs, leftOut } = await logsIn(directory);
    server.close();
    const names = logs.map(({ path }) => path.slice(directory.length + 1));
    expect(names).toEqual(["app.log", "app.log.1.gz", "odd.data", "plain.log", "pods/web/0.log"]);
    expect(leftOut).toContain("5 files left out");
  });

  it("names links to nothing, and counts what is too much", async () => {
    const directory = temporaryDirectory();
    for (const name of ["a", "b", "c", "d"]) writeFileSync(join(directory, name), '{"a":1}\n');
    symlinkSync("nowhere", join(directory, "0"));
    symlinkSync("round", join(directory, "round"));
    const { logs, leftOut, beyond } = await logsIn(directory, 3);
    expect(logs.length).toBe(3);
    expect(beyond).toBe(2);
    expect(leftOut).toContain("0 (a link to nothing)");
    expect((await logsIn(directory)).leftOut).toContain("2 files left out: 0 (a link to nothing), round (a");
  });

  it("tells what a file is", async () => {
    const directory = temporaryDirectory();
    const kindOf = async (name: string, bytes: string | Buffer) => {
      writeFileSync(join(directory, name), bytes);
      return (await contentOf(join(directory, name))).kind;
    };
    expect(await kindOf("a", '{"a":1}\n{"b":2}\n')).toBe("events");
    expect(await kindOf("b", '[\n{"a":1}\n]\n')).toBe("logs");
    expect(await kindOf("c", "a,b\n1,2\n")).toBe("text");
    expect(await kindOf("d", "\n\n")).toBe("empty");
    expect(await kindOf("e", Buffer.from("level=info msg=x\r\n", "utf16le"))).not.toBe("refused");
    expect(await kindOf("f", gzipSync('{"a":1}\n'))).toBe("events");
    expect(await kindOf("g", gzipSync('{"a":1}\n').subarray(0, 15))).toBe("text");
  });
});

describe("words from elsewhere", () => {
  const commands = new Set(Object.keys(COMMANDS).map((name) => name.split(" ")[0]!));

  it("are no commands here, and lead to commands that are", () => {
    for (const word of knownWords()) {
      expect(commands.has(word), word).toBe(false);
      const line = commandFor(word, ["x", "app.log"])!;
      for (const [, command] of line.matchAll(/logpipe ([a-z]+)(?= |$)/g))
        expect(commands.has(command!) || /^(?:x|app)$/.test(command!), `${word}: ${line}`).toBe(true);
    }
  });

  it.each([
    ["grep", ["timeout", "app.log"], "logpipe app.log --grep timeout"],
    ["grep", ["-i", "-e", "time out", "a.log", "b.log"], "logpipe a.log b.log --grep 'time out' -i"],
    ["egrep", ["a|b", "a.log"], "logpipe a.log --grep-regex 'a|b'"],
    ["grep", ["-A3", "x", "a.log"], "logpipe parse a.log | logpipe filter --grep x -A 3 | logpipe view"],
    ["tail", ["-n", "20", "a.log"], "logpipe a.log --tail 20"],
    ["tail", ["-50f", "a.log"], "logpipe -f a.log --tail 50"],
    ["tail", ["-F", "a.log"], "logpipe -f a.log"],
    ["head", ["-5", "a.log"], "logpipe a.log | head -n 5"],
    ["count", ["a.log"], "logpipe stats count a.log"],
    ["jq", ["select(.status >= 500)", "a.ndjson"], "logpipe parse a.ndjson | logpipe filter 'status >= 500'"],
    ["cat", ["it's.log"], "logpipe 'it'\\''s.log'"],
    ["GREP", ["x"], "logpipe FILE --grep x"],
  ])("%s %j", (word, words, line) => {
    expect(commandFor(word, words)).toBe(line);
  });
});
