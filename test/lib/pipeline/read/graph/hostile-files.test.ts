import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { dispatchInside } from "../../../../support/in-process.js";
import { HOSTILE_FILES } from "./hostile-files.js";

const GOLDEN = new URL("./hostile-files.txt", import.meta.url);

interface Found {
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
}

interface Fault {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
  readonly help?: string;
}

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "hostile-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function faultsOf(text: string): Promise<readonly Fault[]> {
  writeFileSync(join(directory, "h.yaml"), text);
  const ran = await dispatchInside(["run", "--check", "--to", "json", "h.yaml"], directory, Buffer.alloc(0));
  expect(ran.stderr.toString()).toBe("");
  return (JSON.parse(ran.stdout.toString()) as Found).faults;
}

it("all that is wrong with a file is said, with its place", async () => {
  let said = "";
  for (const [name, text] of Object.entries(HOSTILE_FILES)) {
    const faults = await faultsOf(text);
    for (const { file, line, column } of faults)
      expect([name, file, typeof line, typeof column]).toEqual([name, "h.yaml", "number", "number"]);
    const lines = faults.map(
      ({ line, column, message, help }) =>
        `  ${line}:${column}: ${message}${help === undefined ? "" : `\n    ${help}`}\n`,
    );
    said += `${name}\n${lines.join("")}\n`;
  }
  if (process.env["UPDATE"] === "1") writeFileSync(GOLDEN, said);
  expect(said).not.toMatch(/^\S.*\n\n/m);
  expect(said).toBe(readFileSync(GOLDEN, "utf8"));
});
