/** The built commands, in this process or as the program. */
import { spawn } from "node:child_process";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dispatch } from "../../../dist/dispatch.js";

export const BIN = fileURLToPath(new URL("../../../bin/logpipe", import.meta.url));

/** `logpipe WORDS` in `cwd`, here: exit code, stdout and stderr. */
export async function run(words, cwd, stdin = "") {
  const path = join(cwd, ".stdin");
  writeFileSync(path, stdin);
  const descriptor = openSync(path, "r");
  const out = [];
  const err = [];
  try {
    const code = await dispatch(words, ({ verbosity }) => terminalOf(descriptor, cwd, verbosity, out, err));
    return { code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() };
  } finally {
    try {
      closeSync(descriptor);
    } catch {
      // Whoever read it has closed it.
    }
  }
}

function terminalOf(stdin, cwd, verbosity, out, err) {
  const print = (text) => void err.push(Buffer.from(text));
  return {
    stdin,
    stdinIsTerminal: false,
    stdout: outputTo(out),
    stderr: outputTo(err),
    env: { HOME: cwd, XDG_STATE_HOME: join(cwd, ".state"), PATH: process.env["PATH"] },
    cwd,
    nowMs: Date.now,
    signal: new AbortController().signal,
    complain: (text, help) => print(`logpipe: ${text}\n${help === undefined ? "" : `  ${help}\n`}`),
    notice: (text) => print(`logpipe: ${text}\n`),
    verbosity,
  };
}

function outputTo(chunks) {
  return {
    isTerminal: false,
    hasColour: false,
    columns: 80,
    write: async (data) => {
      chunks.push(Buffer.from(data));
      return true;
    },
  };
}

/** The same in a process of its own. */
export async function runProgram(words, cwd, stdin = "") {
  const child = spawn(process.execPath, [BIN, ...words], { cwd, env: { ...process.env, HOME: cwd } });
  const out = [];
  const err = [];
  child.stdout.on("data", (chunk) => out.push(chunk));
  child.stderr.on("data", (chunk) => err.push(chunk));
  child.stdin.end(stdin);
  const code = await new Promise((resolve) => child.on("close", (ended) => resolve(ended)));
  return { code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() };
}
