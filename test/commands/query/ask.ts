/** Runs `query` in process and gives back what it wrote. */
import { expect } from "vitest";
import query from "../../../src/commands/query.js";
import { registry } from "../../../src/commands/registry.js";
import { LogpipeError } from "../../../src/lib/base/errors/index.js";
import { defaultsOf } from "../../../src/lib/options/options.js";
import { type TerminalSetup, testTerminal } from "../../support/memory-terminal.js";

type Given = Partial<Parameters<typeof query.run>[0]["options"]>;

export async function ask(operands: string | string[], options: Given = {}, setup: TerminalSetup = {}) {
  const terminal = testTerminal(setup);
  try {
    const given = { operands: [operands].flat(), options: { ...defaultsOf(query.options), ...options } };
    const code = await query.run(given, terminal, registry);
    const { stdout, notices, complaints } = terminal;
    return { code, text: stdout.text, bytes: stdout.bytes, notices, complaints };
  } finally {
    terminal.close();
  }
}

export async function failureOf(
  operands: string | string[],
  options: Given = {},
  setup: TerminalSetup = {},
): Promise<LogpipeError> {
  try {
    await ask(operands, options, setup);
  } catch (error) {
    expect(error).toBeInstanceOf(LogpipeError);
    return error as LogpipeError;
  }
  return expect.fail(`${operands} did not fail`);
}

export const lines = (...events: object[]) => events.map((event) => `${JSON.stringify(event)}\n`).join("");
