/** argv to command to exit code. The only file that reads `process`. */
import { isatty } from "node:tty";
import { dispatch, type Manners } from "./dispatch.js";
import type { Terminal } from "./lib/stage/terminal.js";
import { DescriptorOutput, wantsColour } from "./lib/terminal/descriptor.js";
import { bugText, printableLines } from "./report.js";

/** Runs the command line of this process and ends the process. */
export async function main(): Promise<void> {
  const interruption = listenForSignals();
  const outputs: DescriptorOutput[] = [];
  const open = (manners: Manners): Terminal => {
    const stdout = standardOutput(1, manners);
    const stderr = standardOutput(2, manners);
    outputs.push(stdout, stderr);
    return terminalOf(stdout, stderr, manners, interruption);
  };
  process.on("uncaughtException", (error) => {
    if ((error as NodeJS.ErrnoException).code === "EPIPE") process.exit(0);
    process.stderr.write(bugText(error), () => process.exit(70));
  });
  let code = 70;
  try {
    code = await dispatch(process.argv.slice(2), open);
  } catch (error) {
    await standardOutput(2, { color: "auto", verbosity: "normal" }).write(bugText(error));
  }
  for (const output of outputs) await output.drained();
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
  return {
    stdin: 0,
    stdinIsTerminal: isatty(0),
    stdout,
    stderr,
    env: process.env,
    cwd: process.cwd(),
    nowMs: Date.now,
    signal,
    complain: (text, help) => print(`logpipe: ${text}\n${help === undefined ? "" : `  ${help}\n`}`),
    notice: (text) => {
      if (verbosity !== "quiet") print(`logpipe: ${text}\n`);
    },
    verbosity,
  };
}

function standardOutput(descriptor: 1 | 2, manners: Manners): DescriptorOutput {
  const isTerminal = isatty(descriptor);
  const stream = () => (descriptor === 1 ? process.stdout : process.stderr);
  return new DescriptorOutput(descriptor, descriptor === 1 ? "standard output" : "standard error", {
    isTerminal,
    mayFail: descriptor === 2,
    hasColour: wantsColour(manners.color, process.env, isTerminal),
    columns: () => (isTerminal ? stream().columns : Number(process.env["COLUMNS"])) || 80,
  });
}

/**
 * The first signal asks for the end: aborted with the exit code as its reason. The second one has its usual effect, so
 * that nothing can hold the process: not even a write that no one reads.
 */
function listenForSignals(): AbortSignal {
  const controller = new AbortController();
  const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  for (const [name, code] of Object.entries(codes) as [keyof typeof codes, number][]) {
    process.on(name, () => {
      if (controller.signal.aborted) die(name);
      else controller.abort(code);
    });
  }
  return controller.signal;
}

function die(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
