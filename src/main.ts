// Enter here: argument words and file descriptors to an exit code; dispatch.ts finds the command, reads its options
// and runs it.
/** argv to command to exit code. Only this file and `process/` read `process`. */
import { writeSync } from "node:fs";
import { isatty } from "node:tty";
import { dispatch, type Manners } from "./dispatch.js";
import { settleCompiler, stopCompiling } from "./lib/base/compiler.js";
import { hasStuckWrites } from "./lib/base/ending.js";
import type { Terminal } from "./lib/pipeline/contract/terminal.js";
import { DescriptorOutput, wantsColour } from "./lib/terminal/output/descriptor.js";
import { addressSpaceLimit, needsRestart, restart } from "./process/address-space.js";
import { commandWords } from "./process/command-words.js";
import { Stopping } from "./process/stopping.js";
import { workingDirectory } from "./process/working-directory.js";
import { bugText, printableLines } from "./report.js";

/** Runs the command line of this process and ends the process. */
export async function main(): Promise<void> {
  const limitBytes = addressSpaceLimit();
  if (limitBytes !== undefined && needsRestart(limitBytes)) {
    return leave(await restart(limitBytes, (text) => writeSync(2, `logpipe: ${text}\n`)));
  }
  const stopping = new Stopping(limitBytes === undefined);
  const outputs: DescriptorOutput[] = [];
  const open = (manners: Manners): Terminal => {
    const stdout = standardOutput(1, manners, stopping.signal);
    const stderr = standardOutput(2, manners, stopping.signal);
    outputs.push(stdout, stderr);
    return terminalOf(stdout, stderr, manners, stopping.signal);
  };
  process.on("uncaughtException", (error) => {
    if ((error as NodeJS.ErrnoException).code === "EPIPE") return void end(0, stopping);
    process.stderr.write(bugText(error), () => void end(70, stopping));
  });
  let code = 70;
  try {
    code = await dispatch(commandWords(), open, () => stopping.begin());
  } catch (error) {
    await standardOutput(2, { color: "auto", verbosity: "normal" }).write(bugText(error));
  }
  for (const output of outputs) await output.drained();
  await end(code, stopping);
}

/** Whatever is still open goes with the process; what must be closed well has been, by whoever opened it. */
async function end(code: number, stopping: Stopping): Promise<void> {
  // The exit would wait for them.
  if (hasStuckWrites()) await stopping.endBySignal();
  await stopping.end();
  await leave(code);
}

async function leave(code: number): Promise<void> {
  stopCompiling();
  // Where V8 cannot be asked, its compiler gets a moment in which this thread still makes the collections it waits for.
  if (!settleCompiler()) await new Promise((resolve) => setTimeout(resolve, 50));
  process.exit(code);
}

function terminalOf(
  stdout: DescriptorOutput,
  stderr: DescriptorOutput,
  manners: Manners,
  signal: AbortSignal,
): Terminal {
  const { verbosity } = manners;
  const print = (text: string) => void stderr.write(printableLines(text)).catch(() => false);
  const warn = (text: string, help?: string) =>
    print(`logpipe: ${text}\n${help === undefined ? "" : `  ${help}\n`}`);
  return {
    stdin: 0,
    stdinIsTerminal: isatty(0),
    stdout,
    stderr,
    env: process.env,
    cwd: workingDirectory(process.env),
    nowMs: Date.now,
    signal,
    complain: warn,
    warn,
    notice: (text) => {
      if (verbosity !== "quiet") print(`logpipe: ${text}\n`);
    },
    verbosity,
  };
}

function standardOutput(descriptor: 1 | 2, manners: Manners, signal?: AbortSignal): DescriptorOutput {
  const isTerminal = isatty(descriptor);
  const stream = () => (descriptor === 1 ? process.stdout : process.stderr);
  return new DescriptorOutput(descriptor, descriptor === 1 ? "standard output" : "standard error", {
    isTerminal,
    mayFail: descriptor === 2,
    signal,
    hasColour: wantsColour(manners.color, process.env, isTerminal),
    columns: () => sensibleWidth((isTerminal ? stream().columns : Number(process.env["COLUMNS"])) || 80),
  });
}

/** What is drawn as wide as asked for takes memory for it. */
function sensibleWidth(columns: number): number {
  return Math.min(1000, Math.max(10, Math.floor(columns)));
}
