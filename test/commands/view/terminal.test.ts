/** view where a person looks at it: the pager, and files that grow. */
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BIN, finished, printed, start, temporaryDirectory } from "../../support/logpipe.js";
import { hasPseudoTerminal, onTerminal } from "../../support/pseudo-terminal.js";

const line = (n: number) =>
  `time=2026-11-21T10:00:${String(n % 60).padStart(2, "0")}Z level=info msg=m${n} n=${n}\n`;

function withLog(lines: number): string {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "app.log"), Array.from({ length: lines }, (_, n) => line(n)).join(""));
  return cwd;
}

describe.skipIf(!hasPseudoTerminal)("the pager of view", () => {
  const PAGER = "sed 's/^/P:/'";

  it("is used for more than a screen has", () => {
    const { screen, code } = onTerminal("logpipe app.log; echo code $?", {
      cwd: withLog(60),
      env: { PAGER, TERM: "xterm" },
    });
    expect(code).toBe(0);
    expect(screen.match(/^P:/gm)?.length).toBe(60);
    expect(screen).toContain("code 0");
  });

  it("is not for less, nor where nobody wants it, nor for standard input", () => {
    const env = { PAGER, TERM: "xterm" };
    expect(onTerminal("logpipe app.log", { cwd: withLog(5), env }).screen).not.toContain("P:");
    expect(onTerminal("logpipe app.log --no-pager", { cwd: withLog(60), env }).screen).not.toContain("P:");
    expect(onTerminal("cat app.log | logpipe view", { cwd: withLog(60), env }).screen).not.toContain("P:");
    expect(onTerminal("logpipe app.log | cat", { cwd: withLog(60), env }).screen).not.toContain("P:");
  });

  it("may leave before the end", () => {
    const env = { PAGER: "head -3", TERM: "xterm" };
    const { screen } = onTerminal("logpipe app.log; echo code $?", { cwd: withLog(200_000), env });
    expect(screen).toContain("code 0");
    expect(screen.trimEnd().split("\n").length).toBe(4);
  });
});

describe("view --follow", () => {
  it("begins with the last lines, goes on with what comes, and ends at Ctrl-C", async () => {
    const cwd = withLog(30);
    const child = start([BIN, "-f", "app.log", "-t", "3", "--utc"], { cwd });
    const first = printed(child, "stdout", /m29/);
    const later = printed(child, "stdout", /late/);
    const whole = finished(child, "");
    expect((await first).match(/ m\d+/g)).toEqual([" m27", " m28", " m29"]);
    appendFileSync(join(cwd, "app.log"), "time=2026-11-21T10:02:00Z level=warn msg=late\n");
    await later;
    child.kill("SIGINT");
    const ran = await whole;
    expect(ran.code).toBe(130);
    expect(ran.stdout).not.toContain("source=");
  });

  it("names the files where there are several", async () => {
    const cwd = withLog(2);
    writeFileSync(join(cwd, "b.log"), line(7));
    const child = start([BIN, "-f", "app.log", "b.log", "n=7"], { cwd });
    const whole = finished(child, "");
    await printed(child, "stdout", /m7.*source=b\.log/);
    child.kill("SIGTERM");
    expect((await whole).code).toBe(143);
  });
});
