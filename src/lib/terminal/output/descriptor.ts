// Enter here: standard output and error, pagers and progress.
/** Standard output and standard error as `Output`s on their file descriptors. */
import { write } from "node:fs";
import { failure, reasonOf } from "../../base/errors/index.js";
import type { Output } from "../../pipeline/contract/terminal.js";

export interface Looks {
  readonly isTerminal: boolean;
  readonly hasColour: boolean;
  /** Asked for again whenever it matters: windows are resized. */
  readonly columns: () => number;
  /** For messages about the work: one that cannot be written ends nothing. */
  readonly mayFail?: boolean;
}

/**
 * Writes to a file descriptor, in order, keeping the event loop free: a slow reader delays nothing but the writer, so
 * that Ctrl-C still works. Pipes set to non-blocking by someone else (EAGAIN) are waited for. Throws output.unwritable.
 */
export class DescriptorOutput implements Output {
  readonly isTerminal: boolean;
  readonly hasColour: boolean;
  private readonly descriptor: number;
  private readonly path: string;
  private readonly width: () => number;
  private readonly mayFail: boolean;
  private isClosed = false;
  private last: Promise<boolean> = Promise.resolve(true);

  constructor(descriptor: number, path: string, looks: Looks) {
    this.descriptor = descriptor;
    this.path = path;
    this.isTerminal = looks.isTerminal;
    this.hasColour = looks.hasColour;
    this.width = looks.columns;
    this.mayFail = looks.mayFail ?? false;
  }

  get columns(): number {
    return this.width();
  }

  write(data: string | Uint8Array): Promise<boolean> {
    const bytes = typeof data === "string" ? Buffer.from(data) : data;
    const next = this.last.then(() => this.writeAll(bytes));
    this.last = next.catch(() => false);
    return this.mayFail ? this.last : next;
  }

  /** Resolves once everything handed to `write` so far has left. */
  async drained(): Promise<void> {
    await this.last;
  }

  private async writeAll(bytes: Uint8Array): Promise<boolean> {
    let offset = 0;
    let waitMs = 1;
    while (offset < bytes.length && !this.isClosed) {
      try {
        offset += await writeSome(this.descriptor, bytes, offset);
        waitMs = 1;
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if (code === "EPIPE" || code === "ECONNRESET") this.isClosed = true;
        else if (code === "EAGAIN") await sleep((waitMs = Math.min(waitMs * 2, 20)));
        else throw failure("output.unwritable", { path: this.path, reason: reasonOf(error) }, error);
      }
    }
    return !this.isClosed;
  }
}

/** Whether to colour: the flag, then NO_COLOR, FORCE_COLOR and TERM=dumb, then whether it is a terminal. */
export function wantsColour(
  flag: "auto" | "always" | "never",
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  if (flag !== "auto") return flag === "always";
  if (env["NO_COLOR"]) return false;
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined && forced !== "") return forced !== "0" && forced !== "false";
  return isTerminal && env["TERM"] !== "dumb";
}

function writeSome(descriptor: number, bytes: Uint8Array, offset: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(descriptor, bytes, offset, bytes.length - offset, null, (error, written) => {
      if (error === null) resolve(written);
      else reject(error);
    });
  });
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
