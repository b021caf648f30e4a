import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openPaged } from "../../../../src/lib/terminal/output/paged.js";
import { testTerminal } from "../../../support/memory-terminal.js";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "logpipe-pager-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A pager that keeps what it is given; `body` is shell. */
function terminalWith(body: string) {
  const pager = join(directory, "pager");
  writeFileSync(pager, `#!/bin/sh\n${body}\n`);
  chmodSync(pager, 0o755);
  const env = {
    TERM: "xterm",
    LOGPIPE_PAGER: pager,
    OUT: join(directory, "out"),
    PATH: process.env["PATH"] ?? "",
  };
  return testTerminal({ stdout: { isTerminal: true }, env });
}

const manyLines = (count: number) => Array.from({ length: count }, (_, n) => `line ${n}\n`).join("");

describe("paged output", () => {
  it("goes straight to the terminal when it is short", async () => {
    const terminal = terminalWith('cat > "$OUT"');
    const paged = openPaged(terminal);
    expect(await paged.write(manyLines(10))).toBe(true);
    await paged.close();
    expect(terminal.stdout.text).toBe(manyLines(10));
    expect(existsSync(join(directory, "out"))).toBe(false);
  });

  it("goes to the pager whole when it is long", async () => {
    const terminal = terminalWith('cat > "$OUT"');
    const paged = openPaged(terminal);
    for (let n = 0; n < 50; n++) expect(await paged.write(manyLines(1000))).toBe(true);
    await paged.close();
    expect(terminal.stdout.text).toBe("");
    expect(readFileSync(join(directory, "out"), "utf8")).toBe(manyLines(1000).repeat(50));
  });

  it("stops when the reader leaves the pager", async () => {
    const paged = openPaged(terminalWith("head -1 > /dev/null"));
    let isWanted = true;
    for (let n = 0; n < 1000 && isWanted; n++) isWanted = await paged.write(manyLines(2000));
    expect(isWanted).toBe(false);
    await paged.close();
  });

  it("does without a pager that is not installed", async () => {
    const env = { TERM: "xterm", LOGPIPE_PAGER: "no-such-pager-here -x", PATH: directory };
    const terminal = testTerminal({ stdout: { isTerminal: true }, env });
    const paged = openPaged(terminal);
    await paged.write(manyLines(100));
    await paged.close();
    expect(terminal.stdout.text).toBe(manyLines(100));
  });
});
