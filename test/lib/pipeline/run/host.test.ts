import { expect, onTestFinished, test } from "vitest";
import { hostOf } from "../../../../src/lib/pipeline/run/host.js";
import { testTerminal } from "../../../support/memory-terminal.js";

function hosted(verbosity: "quiet" | "normal" | "verbose") {
  const terminal = testTerminal({ stdin: "" });
  onTestFinished(() => terminal.close());
  const warnings: string[] = [];
  const host = hostOf({ ...terminal, verbosity, warn: (text) => warnings.push(text) });
  return { host, terminal, warnings };
}

test("only what fails counts for the exit code: errors that are logged do not", () => {
  const { host, terminal, warnings } = hosted("normal");
  host.log("error", "the look-up table cannot be read");
  host.log("warn", "late");
  expect(terminal.complaints).toEqual([]);
  expect(warnings).toEqual(["the look-up table cannot be read", "late"]);
  host.fail("half of the input is missing");
  expect(terminal.complaints).toEqual(["half of the input is missing"]);
});

test.each([
  ["normal", ["info"]],
  ["verbose", ["debug", "info"]],
] as const)("with verbosity %s, below warnings %j are shown", (verbosity, shown) => {
  const { host, terminal } = hosted(verbosity);
  host.log("debug", "debug");
  host.log("info", "info");
  expect(terminal.notices).toEqual([...shown]);
});
