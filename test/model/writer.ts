import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { buildProgram } from "../support/program.js";

let built: Promise<string> | undefined;

/** A writer in a process of its own, which can be killed. */
export class WriterProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #closed: Promise<void>;
  #answers = 0;
  #wanted = 0;
  #complaint = "";
  #isClosed = false;
  #wake: () => void = () => {};

  private constructor(child: ChildProcessByStdio<Writable, Readable, Readable>) {
    this.#child = child;
    child.stdin.on("error", () => {});
    child.stdout.on("data", (chunk: Buffer) => {
      this.#answers += chunk.toString().split("\n").length - 1;
      this.#wake();
    });
    child.stderr.on("data", (chunk) => (this.#complaint += chunk));
    this.#closed = new Promise((resolve) =>
      child.on("close", () => {
        this.#isClosed = true;
        this.#wake();
        resolve();
      }),
    );
  }

  static async open(table: string, nowMs: number): Promise<WriterProcess> {
    built ??= buildProgram(fileURLToPath(new URL("./writer-main.ts", import.meta.url)));
    const writer = new WriterProcess(
      spawn(process.execPath, [await built, table, `${nowMs}`], { stdio: ["pipe", "pipe", "pipe"] }),
    );
    await writer.#answered();
    return writer;
  }

  /** Resolves once the lines are acknowledged. */
  async append(lines: readonly string[]): Promise<void> {
    this.#send({ append: lines });
    await this.#answered();
  }

  async close(): Promise<void> {
    this.#send({ close: true });
    await this.#answered();
    await this.#closed;
  }

  /** Kills it while it appends the lines. Resolves with whether they were acknowledged. */
  async crash(lines: readonly string[], afterMs: number): Promise<boolean> {
    const before = this.#answers;
    if (lines.length > 0) this.#send({ append: lines });
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    this.#child.kill("SIGKILL");
    await this.#closed;
    return this.#answers > before;
  }

  #send(order: object): void {
    this.#child.stdin.write(`${JSON.stringify(order)}\n`);
  }

  async #answered(): Promise<void> {
    this.#wanted++;
    while (this.#answers < this.#wanted) {
      if (this.#isClosed) throw new Error(`the writer ended: ${this.#complaint}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
