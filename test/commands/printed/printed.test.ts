/**
 * Every example of every declaration, run as it is printed, with the files it names. Absolute paths are those of a
 * sandbox.
 */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exampleLine } from "../../../src/lib/terminal/help/help.js";
import { finished, ROOT, start, temporaryDirectory } from "../../support/logpipe.js";
import { makeSandbox } from "./sandbox.js";

const { registry } = (await import(
  join(ROOT, "dist/commands/registry.js")
)) as typeof import("../../../src/commands/registry.js");
const declarations = await registry.loadAll();
const examples = declarations.flatMap(
  ({ name, input, examples }: (typeof declarations)[number] & { input?: string }) =>
    examples.map((example) => ({
      ...example,
      name,
      isText: input === "text",
      line: exampleLine(example.command),
    })),
);

/** Those that end with another code than 0 in the sandbox, and what they say. */
const OTHERS: Readonly<Record<string, { readonly code: number; readonly says: RegExp }>> = {
  // The store of the sandbox is of now.
  'logpipe query "SELECT count(*) AS n FROM logs" --as-of "yesterday 10:00"': {
    code: 1,
    says: /it was not there yet/,
  },
  "logpipe window 1m --agg 'ratio(status >= 500) as failed' --fail-if 'failed > 0.02' access.ndjson": {
    code: 1,
    says: /condition holds/,
  },
  "logpipe store quarantine discard logs --id 458c970e": { code: 2, says: /not a terminal/ },
  'logpipe store delete logs --where "user_id = 1042"': { code: 2, says: /not a terminal/ },
};

let template = "";
beforeAll(async () => {
  template = mkdtempSync(join(tmpdir(), "logpipe-printed-"));
  await makeSandbox(template);
});
afterAll(() => rmSync(template, { recursive: true, force: true }));

describe("runs as printed", () => {
  it.each(examples.filter(({ stdout }) => stdout === undefined))("$name: $title", async (example) => {
    const cwd = temporaryDirectory();
    cpSync(template, cwd, { recursive: true });
    if (example.line.includes("config trust"))
      writeFileSync(join(cwd, "logpipe.yaml"), "redact:\n  text: true\n");
    // Of several tables one must be named.
    for (const table of ["web", "metrics"])
      if (!example.line.includes(table)) rmSync(join(cwd, "logpipe-store", table), { recursive: true });
    const [entry = ""] = readdirSync(join(cwd, "logpipe-store/logs/_quarantine"));
    const line = example.line
      .replaceAll(/(?<=[\s'"])\/(?=var\/|mnt\/|etc\/)/g, `${cwd}/`)
      .replace(/(?<=--id )\w+/, entry.slice(0, 8));
    const child = start(["bash", "-o", "pipefail", "-c", line], {
      cwd,
      // Where CI is set nothing is updated.
      env: { PROFILE: join(cwd, "profile.ps1"), CI: "" },
    });
    const stdin = example.stdin ?? (example.isText ? "app.log" : "app.ndjson");
    const input = example.stdin ?? readFileSync(join(cwd, stdin));
    const done = finished(child, input);
    if (/--follow| -f |--every|--restart always/.test(line)) {
      await until(cwd, child);
      child.kill("SIGTERM");
      expect([0, 143, null]).toContain((await done).code);
      return;
    }
    const ran = await done;
    const { code, says } = OTHERS[example.line] ?? { code: 0, says: /^/ };
    expect(ran.code, `${line}: ${ran.stderr}`).toBe(code);
    expect(ran.stderr).toMatch(says);
  });
});

/** A followed log is read and the program still there: it says so by its first output, or has made a store. */
async function until(cwd: string, child: ReturnType<typeof start>): Promise<void> {
  let hasPrinted = false;
  child.stdout?.on("data", () => {
    hasPrinted = true;
  });
  const store = join(cwd, "logpipe-store");
  const before = existsSync(store) ? readdirSync(store, { recursive: true }).length : 0;
  for (let n = 0; n < 600 && !hasPrinted && child.exitCode === null; n++) {
    if (existsSync(store) && readdirSync(store, { recursive: true }).length > before) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
