// Enter here: standard output and error, pagers and progress.
/** Standard output and standard error as `Output`s on their file descriptors. */
import { write } from "node:fs";
import { withinGrace } from "../../base/ending.js";
import { failure, LogpipeError, reasonOf } from "../../base/errors/index.js";
import type { Output } from "../../pipeline/contract/terminal.js";

export interface Looks {
  readonly isTerminal: boolean;
  readonly hasColour: boolean;
  /** Asked for again whenever it matters: windows are resized. */
  readonly columns: () => number;
  /** For messages about the work: one that cannot be written ends nothing. */
  readonly mayFail?: boolean;
  /** Aborted when the user asks to stop: a reader that takes nothing is not waited for after that. */
  readonly signal?: AbortSignal | undefined;
}

/** What is written at once after a stop: a reader that is slow is no reader that has gone to sleep. */
const LAST_PIECE_BYTES = 64 * 1024;

/**
 * Writes to a file descriptor, in order, keeping the event loop free: a slow reader delays nothing but the writer, so
 * that Ctrl-C still works. Pipes set to non-blocking by someone else (EAGAIN) are waited for. Throws
 * output.unwritable, and output.stuck, once `signal` is aborted, for a reader that takes nothing for two seconds.
 */
export class DescriptorOutput implements Output {
  readonly isTerminal: boolean;
  readonly hasColour: boolean;
  private readonly descriptor: number;
  private readonly path: string;
  private readonly width: () => number;
  private readonly mayFail: boolean;
  private readonly signal: AbortSignal | undefined;
  private isClosed = false;
  private stuck: LogpipeError | undefined;
  private last: Promise<boolean> = Promise.resolve(true);

  constructor(descriptor: number, path: string, looks: Looks) {
    this.descriptor = descriptor;
    this.path = path;
    this.isTerminal = looks.isTerminal;
    this.hasColour = looks.hasColour;
    this.width = looks.columns;
    this.mayFail = looks.mayFail ?? false;
    this.signal = looks.signal;
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
    while (offset < bytes.length && !this.isClosed) {
      if (this.stuck !== undefined) throw this.stuck;
      try {
        offset += await withinGrace(this.writeNext(bytes, offset), this.path, this.signal);
      } catch (error) {
        if (error instanceof LogpipeError && error.code === "output.stuck") this.stuck = error;
        throw error;
      }
    }
    return !this.isClosed;
  }

  /** Resolves with how many bytes were taken. */
  private async writeNext(bytes: Uint8Array, offset: number): Promise<number> {
    const most = this.signal?.aborted === true ? LAST_PIECE_BYTES : bytes.length;
    const end = Math.min(bytes.length, offset + most);
    for (let waitMs = 1; !this.isClosed && this.stuck === undefined; ) {
      try {
        return await writeSome(this.descriptor, bytes, offset, end);
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if (code === "EPIPE" || code === "ECONNRESET") this.isClosed = true;
        else if (code === "EAGAIN") await sleep((waitMs = Math.min(waitMs * 2, 20)));
        else throw failure("output.unwritable", { path: this.path, reason: reasonOf(error) }, error);
      }
    }
    return 0;
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

function writeSome(descriptor: number, bytes: Uint8Array, offset: number, end: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(descriptor, bytes, offset, end - offset, null, (error, written) => {
      if (error === null) resolve(written);
      else reject(error);
    });
  });
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
