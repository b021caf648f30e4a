import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { DeadLetters } from "../../../../../src/lib/pipeline/accounting/dead-letters/dead-letters.js";
import type { Sink } from "../../../../../src/lib/pipeline/contract/sink.js";
import { quietHost } from "../../support/host.js";

it("keeps lines that come from a worker, as plain bytes, letter for letter", () => {
  const directory = mkdtempSync(join(tmpdir(), "logpipe-letters-"));
  try {
    const path = join(directory, "dead.ndjson");
    const letters = new DeadLetters({ deadLetters: path }, quietHost(), {} as Sink);
    const raws = [Buffer.from("bad é"), Buffer.from([0x62, 0xff])].map((raw) => structuredClone(raw));
    letters.keep(raws.map((raw, n) => ({ stage: "s", reason: "r", raw, line: n, source: "in" })));
    const kept = readFileSync(path, "utf8").trim().split("\n");
    expect(kept.map((line) => JSON.parse(line) as { raw: string; raw_base64?: string })).toMatchObject([
      { raw: "bad é" },
      { raw: "b\ufffd", raw_base64: "Yv8=" },
    ]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
