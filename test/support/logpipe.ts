/** Runs bin/logpipe as a user would: in a directory of its own, with no settings of the machine. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const BIN = join(ROOT, "bin", "logpipe");

export interface Ran {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly stdoutBytes: Buffer;
}

export interface RunSettings {
  readonly cwd?: string;
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** `logpipe WORDS`, to its end. */
export function logpipe(words: readonly string[], settings: RunSettings = {}): Promise<Ran> {
  return finished(start([BIN, ...words], settings), settings.stdin);
}

/** A line of bash in which `logpipe` is ours; `set -o pipefail` holds. */
export function shell(line: string, settings: RunSettings = {}): Promise<Ran> {
  return finished(start(["bash", "-o", "pipefail", "-c", line], settings), settings.stdin);
}

/** Starts it and leaves standard input open: for tests that type, wait or interrupt. */
export function start(command: readonly string[], settings: RunSettings = {}): ChildProcess {
  const cwd = settings.cwd ?? temporaryDirectory();
  return spawn(command[0]!, command.slice(1), { cwd, env: { ...cleanEnvironment(cwd), ...settings.env } });
}

/** Collects what it prints until it ends. */
export function finished(child: ChildProcess, stdin: string | Uint8Array | undefined): Promise<Ran> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => err.push(chunk));
  child.stdin?.on("error", () => {}); // it may end before it has read everything
  child.stdin?.end(stdin ?? "");
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const stdoutBytes = Buffer.concat(out);
      const stderr = Buffer.concat(err).toString();
      resolve({ code, signal, stdout: stdoutBytes.toString(), stderr, stdoutBytes });
    });
  });
}

/** Resolves once the stream has printed something that matches; rejects when it ends before. */
export function printed(child: ChildProcess, stream: "stdout" | "stderr", pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child[stream]!.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (pattern.test(text)) resolve(text);
    });
    child.on("close", () => reject(new Error(`ended without printing ${pattern}; it printed: ${text}`)));
  });
}

/** A directory that goes when the test is over. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "logpipe-test-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Nothing of the user's own settings, and `logpipe` on the path. */
export function cleanEnvironment(home: string): Record<string, string> {
  return {
    PATH: [join(ROOT, "bin"), process.env["PATH"] ?? ""].join(delimiter),
    HOME: home,
    XDG_CONFIG_HOME: join(home, ".config"),
    XDG_STATE_HOME: join(home, ".state"),
    LANG: "C.UTF-8",
    TZ: "UTC",
    TERM: "xterm",
  };
}
