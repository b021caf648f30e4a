/** Every example of every declaration: run through bin/logpipe where it says what comes out, else read for truth. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { allOptions } from "../../src/lib/options/common.js";
import { flagName } from "../../src/lib/options/options.js";
import { exampleLine } from "../../src/lib/terminal/help/help.js";
import { ROOT, shell, temporaryDirectory } from "../support/logpipe.js";

const { COMMANDS, registry } = (await import(
  join(ROOT, "dist/commands/registry.js")
)) as typeof import("../../src/commands/registry.js");
const declarations = await registry.loadAll();

describe.each(declarations.map((declaration) => ({ name: declaration.name, declaration })))(
  "$name",
  ({ declaration }) => {
    it("is declared under the name and summary of its line in the registry", () => {
      expect(COMMANDS[declaration.name]?.summary).toBe(declaration.summary);
      expect(declaration.summary).toMatch(/^[a-z].*[^.]$/);
    });

    it.each(declaration.examples.map((example) => ({ ...example })))("$title", async (example) => {
      const line = exampleLine(example.command);
      // `logpipe app.log` is `logpipe view app.log`.
      const named =
        declaration.name === "view" ? "(view|\\S*(app|/var/log|logs)\\S*)" : `\\b${declaration.name}`;
      expect(line).toMatch(new RegExp(`logpipe .*${named}\\b`));
      expectKnownFlags(line);
      expectPrograms(line);
      if (example.stdin === undefined && example.stdout === undefined) return;
      const ran = await shell(line, { cwd: temporaryDirectory(), stdin: example.stdin ?? "" });
      expect(ran).toMatchObject({ code: 0 });
      if (example.stdout !== undefined) expect(ran).toMatchObject({ stdout: example.stdout, stderr: "" });
    });
  },
);

/** Each program of a shell pipeline is named: `parse x | logpipe sink` would run another program, or none. */
function expectPrograms(line: string): void {
  const shellLine = line.replaceAll(/'[^']*'|"[^"]*"/g, "''");
  // Named as commands of logpipe and of Unix: which one is meant cannot be told from here.
  const ours = declarations.map(({ name }) => name).filter((name) => name !== "sort");
  for (const part of shellLine.split(/\|\|?|&&|;|\n/)) expect(ours).not.toContain(part.trim().split(/\s/)[0]);
}

/** Every `--flag` in the line belongs to one of the commands that the line names. */
function expectKnownFlags(line: string): void {
  const called = declarations.filter(({ name }) => new RegExp(`\\b${name}\\b`).test(line));
  const named = called.length > 0 ? called : declarations.filter(({ name }) => name === "view");
  const known = new Set(named.flatMap((declaration) => Object.keys(allOptions(declaration)).map(flagName)));
  const ours = line.split(/[|;]/).filter((part) => named.some(({ name }) => part.includes(name)));
  for (const part of ours) {
    for (const [flag] of part.matchAll(/(?<=\s)--[a-z][a-z-]*/g)) expect([...known]).toContain(flag);
  }
}
