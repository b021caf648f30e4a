/** What `--dry-run` of `view` prints gives what `view` does, run by a shell. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { logpipeInside } from "../../support/in-process.js";
import { ROOT, shell, temporaryDirectory } from "../../support/logpipe.js";

const TIMES = ["10:00:01", "10:00:03", "10:00:05", "10:00:07"];

function lay(): string {
  const cwd = temporaryDirectory();
  const shop = (n: number, level: string) =>
    `2026-11-21 ${TIMES[n]},000 ${level} [main] org.example.Shop - order ${n} of user${n}\n`;
  writeFileSync(
    join(cwd, "shop.log"),
    `${shop(1, "WARN")}${shop(2, "ERROR")}java.lang.Gone: x\n\tat a.B.c(B.java:7)\n`,
  );
  writeFileSync(join(cwd, "shop.log.2.gz"), gzipSync(shop(0, "ERROR")));
  writeFileSync(join(cwd, "shop.log.1"), shop(0, "INFO"));
  const api = (n: number, level: string, status: number) =>
    `time=2026-11-21T${TIMES[n]}.500Z level=${level} msg="GET /a${n}" status=${status} service=api\n`;
  writeFileSync(
    join(cwd, "api.log"),
    [api(0, "info", 200), api(1, "warn", 404), api(3, "error", 502)].join(""),
  );
  writeFileSync(
    join(cwd, "events.ndjson"),
    '{"timestamp":"2026-11-21T10:00:02Z","level":"error","message":"a","service":"db","x-id":1}\n' +
      '{"timestamp":"2026-11-21T10:00:04Z","level":"info","message":"b","service":"api","status":500}\n' +
      '{"timestamp":"2026-11-21T10:00:06Z","message":"c","status":"500","ok":true}\n',
  );
  writeFileSync(join(cwd, "notes.txt"), "nothing here\nis a log\n");
  writeFileSync(
    join(cwd, "docker.log"),
    '{"log":"level=error msg=full\\n","stream":"stdout","time":"2026-11-21T10:00:04.1Z"}\n',
  );
  writeFileSync(join(cwd, "it's odd.log"), api(2, "error", 500));
  mkdirSync(join(cwd, "logs"));
  for (const name of ["shop.log", "shop.log.1", "shop.log.2.gz", "api.log"])
    cpSync(join(cwd, name), join(cwd, "logs", name));
  writeFileSync(
    join(cwd, "logs", "table.parquet"),
    Buffer.from([0x50, 0x41, 0x52, 0x31, 0x15, 0, 1, 2, 0, 0]),
  );
  return cwd;
}

const CASES = [
  "shop.log",
  "events.ndjson",
  "notes.txt",
  "docker.log",
  '"it\'s odd.log"',
  "shop.log --level error+",
  "events.ndjson --level error+",
  "docker.log --level error+",
  "notes.txt --grep log",
  "shop.log --grep ORDER -i",
  "shop.log --grep-regex 'user[12]'",
  "events.ndjson service=api",
  "events.ndjson status=500",
  "events.ndjson service!=db",
  "events.ndjson service~p",
  "events.ndjson x-id=1",
  "events.ndjson ok=true",
  "api.log 'status>=404'",
  "api.log --where 'status == 404'",
  "api.log --since 2026-11-21T10:00:02Z --until 2026-11-21T10:00:04Z --tz UTC",
  "shop.log.2.gz shop.log.1 shop.log",
  "shop.log shop.log.1 shop.log.2.gz --level error+",
  "shop.log api.log",
  "api.log events.ndjson shop.log --level error+",
  "api.log docker.log",
  "logs",
  "logs --level error+ --tail 2",
  "logs --tail 3",
  "'*.log'",
  "shop.log --tail 1",
  "shop.log --tail 1 --level warn",
  "shop.log.2.gz --tail 1",
  "events.ndjson --tail 2 --utc --fields status",
  "api.log --tail 0",
  "shop.log shop.log.1 --tail 2",
  "api.log --color always --grep GET",
];

describe("the long way", () => {
  it.each(CASES)("of %s", async (words) => {
    const cwd = lay();
    const short = await logpipeInside(`${words} -q`, { cwd });
    const line = await logpipeInside(`${words} -q --dry-run`, { cwd });
    expect(line.code).toBe(0);
    expect(line.stderr).toBe("");
    const colour = words.includes("--color") ? "export FORCE_COLOR=1;" : "";
    const long = await shell(`${colour} ${line.stdout}`, { cwd });
    expect(long.stdout).toBe(short.stdout);
    expect(short.code).toBe(0);
    if (!/tail 0|ok=false/.test(words)) expect(short.stdout).not.toBe("");
  });

  it("is printed, and nothing changes", () => {
    const cwd = lay();
    const before = execFileSync("ls", ["-lAR", cwd]).toString();
    execFileSync(join(ROOT, "bin/logpipe"), ["logs", "-n"], { cwd });
    expect(execFileSync("ls", ["-lAR", cwd]).toString()).toBe(before);
  });
});
