/** Output that goes through a pager once it is longer than a screen is sure to hold. */
import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { beginReading } from "../../base/long-work.js";
import type { Terminal } from "../../pipeline/contract/terminal.js";
import { pagerFor } from "./pager.js";

/** No terminal is lower, near enough; less leaves at once when all fits on a higher one. */
const SHORT_LINES = 20;

export interface PagedOutput {
  /** Resolves false once the reader has left the pager. */
  write(data: string | Uint8Array): Promise<boolean>;
  /** Waits until the reader has finished. */
  close(): Promise<void>;
}

/** What is asked of the surroundings. */
export type PagedOn = Pick<Terminal, "stdout" | "env">;

export interface PagedLooks {
  /** False: never through a pager. */
  readonly isWanted?: boolean;
  /** Long lines are cut and not wrapped. Default true. */
  readonly isTable?: boolean;
}

/** Standard output, through a pager where `pagerFor` says so and there is one. */
export function openPaged(terminal: PagedOn, { isWanted = true, isTable }: PagedLooks = {}): PagedOutput {
  if (!isWanted) return { write: (data) => terminal.stdout.write(data), close: async () => undefined };
  const pager = pagerFor(terminal, isTable);
  if (pager === undefined || !isInstalled(pager.command, terminal.env["PATH"])) {
    return { write: (data) => terminal.stdout.write(data), close: async () => undefined };
  }
  return new Paged(terminal, () => {
    const env = { ...terminal.env, ...pager.env } as NodeJS.ProcessEnv;
    return spawn(pager.command, { shell: true, stdio: ["pipe", "inherit", "inherit"], env });
  });
}

class Paged implements PagedOutput {
  private readonly terminal: PagedOn;
  private readonly start: () => ChildProcess;
  private pending = "";
  private child: ChildProcess | undefined;
  private isGone = false;

  constructor(terminal: PagedOn, start: () => ChildProcess) {
    this.terminal = terminal;
    this.start = start;
  }

  async write(data: string | Uint8Array): Promise<boolean> {
    this.pending += typeof data === "string" ? data : Buffer.from(data).toString("utf8");
    if (this.child === undefined) {
      if (this.pending.split("\n").length <= SHORT_LINES) return true;
      this.child = this.start();
      const stopped = beginReading();
      this.child.once("exit", () => {
        this.isGone = true;
        stopped();
      });
      this.child.stdin?.on("error", () => {
        this.isGone = true;
      });
    }
    return this.pass();
  }

  async close(): Promise<void> {
    const { child } = this;
    if (child === undefined) {
      await this.terminal.stdout.write(this.pending);
      return;
    }
    child.stdin?.end();
    if (child.exitCode === null && child.signalCode === null) {
      await new Promise((resolve) => child.once("close", resolve));
    }
  }

  private async pass(): Promise<boolean> {
    const text = this.pending;
    this.pending = "";
    const { child } = this;
    const stdin = child?.stdin;
    if (this.isGone || stdin === null || stdin === undefined) return false;
    if (!stdin.write(text)) {
      await new Promise<void>((resolve) => {
        stdin.once("drain", resolve);
        stdin.once("error", () => resolve());
        child?.once("exit", () => resolve());
      });
    }
    return !this.isGone;
  }
}

function isInstalled(command: string, path = ""): boolean {
  const program = command.split(/\s/)[0]!;
  const candidates = program.includes("/")
    ? [program]
    : path.split(delimiter).map((directory) => join(directory, program));
  return candidates.some((candidate) => {
    try {
      accessSync(candidate, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
