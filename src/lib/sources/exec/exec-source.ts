// Enter here: a program's standard output as lines.
/** The output of a program, run once or again and again. */
import { stat } from "node:fs/promises";
import { formatDuration } from "../../base/duration.js";
import { failure, reasonOf } from "../../base/errors/index.js";
import { shownName } from "../../base/local/byte-name.js";
import { formatSize } from "../../base/size.js";
import type { Block } from "../../event/block.js";
import type { Host } from "../../pipeline/contract/host.js";
import type { Source } from "../../pipeline/contract/source.js";
import { decoded } from "../decode/decode.js";
import { inputFailure, noticeOfNuls } from "../files/files.js";
import { BlockReader } from "../lines/block-reader.js";
import { DEFAULT_BLOCK_BYTES, DEFAULT_MAX_LINE_BYTES } from "../lines/line-splitter.js";
import type { Oversized } from "../lines/pieces.js";
import type { Command } from "./command-words.js";
import { type Exit, Program } from "./program.js";
import { Schedule, type ScheduleOptions } from "./schedule.js";
import { logLines } from "./stderr-log.js";

export interface ExecSettings extends ScheduleOptions {
  readonly command: Command;
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stderr: "drop" | "log" | "merge";
  /** A run that takes longer is ended, and has failed. */
  readonly timeoutMs?: number | undefined;
  /** The `source` of the events; undefined: none. */
  readonly label: string | undefined;
  /** The longest line, in bytes. Default 64 MiB. */
  readonly maxLineBytes?: number | undefined;
  /** Target size of a block. Default 1 MiB. */
  readonly blockBytes?: number | undefined;
}

/** One run of the program that is under way. */
interface Running {
  readonly program: Program;
  readonly reader: BlockReader;
  readonly startedMs: number;
  readonly timer: NodeJS.Timeout | undefined;
  readonly logging: Promise<void>;
  /** Why it was ended before it ended by itself. */
  cause: string | undefined;
}

export class ExecSource implements Source {
  onOversized?: Oversized;
  private readonly options: ExecSettings;
  private readonly host: Host;
  private readonly schedule: Schedule;
  private running: Running | undefined;
  private starting: Promise<unknown> | undefined;
  private nextAtMs: number | undefined;
  private isStopped = false;
  private hasEnded = false;
  /** That were dropped from what this run has written. */
  private nuls = 0;
  private wake = () => {};

  /** Starts the program. Throws exec.unstartable. */
  static async open(options: ExecSettings, host: Host): Promise<ExecSource> {
    const source = new ExecSource(options, host);
    await source.start();
    return source;
  }

  private constructor(options: ExecSettings, host: Host) {
    this.options = options;
    this.host = host;
    this.schedule = new Schedule(options);
  }

  private get name(): string {
    return this.options.command.name;
  }

  async read(): Promise<Block | undefined> {
    while (!this.hasEnded) {
      const { running } = this;
      if (running === undefined) {
        await this.startWhenDue();
        continue;
      }
      try {
        const block = await running.reader.next();
        if (block !== undefined) return block;
      } catch (error) {
        running.cause ??= inputFailure(this.name, error).message;
      }
      await this.finish(running);
    }
    return undefined;
  }

  /** The program is asked to end; what it says yet is read. */
  stop(): void {
    this.isStopped = true;
    void this.running?.program.end();
    this.wake();
  }

  async close(): Promise<void> {
    this.stop();
    this.hasEnded = true;
    await this.starting?.catch(() => {});
    const { running } = this;
    this.running = undefined;
    if (running === undefined) return;
    clearTimeout(running.timer);
    await running.program.close();
    await running.logging;
  }

  private async startWhenDue(): Promise<void> {
    const waitMs = (this.nextAtMs ?? 0) - performance.now();
    if (waitMs > 0 && !this.isStopped) {
      const timer = setTimeout(() => this.wake(), waitMs);
      await new Promise<void>((resolve) => (this.wake = resolve));
      clearTimeout(timer);
    }
    if (this.isStopped) this.hasEnded = true;
    else
      await this.start().catch((error: Error) =>
        this.over(`cannot be started: ${startReason(error.cause, this.options.command)}`, 0),
      );
  }

  /** Throws exec.unstartable. */
  private async start(): Promise<void> {
    const { command, cwd, env, stderr, timeoutMs } = this.options;
    const startedMs = performance.now();
    try {
      await checkDirectory(cwd);
      const starting = Program.start({ words: command.words, cwd, env, stderr });
      this.starting = starting;
      const program = await starting;
      const running: Running = {
        program,
        reader: this.readerOf(program),
        startedMs,
        timer: timeoutMs === undefined ? undefined : setTimeout(() => this.timeOut(running), timeoutMs),
        logging: this.logOf(program),
        cause: undefined,
      };
      this.running = running;
      if (this.isStopped) void program.end();
    } catch (error) {
      throw failure(
        "exec.unstartable",
        { program: command.words[0]!, reason: startReason(error, command) },
        error,
      );
    }
  }

  private readerOf(program: Program): BlockReader {
    const { maxLineBytes = DEFAULT_MAX_LINE_BYTES, blockBytes = DEFAULT_BLOCK_BYTES, label } = this.options;
    const name = shownName(this.name);
    const limits = {
      blockBytes,
      maxLineBytes,
      onOversized: (piece: Buffer, isLast: boolean) => {
        if (this.onOversized !== undefined) this.onOversized(piece, isLast, name);
        else if (isLast)
          this.host.fail(`a line of ${name} is longer than ${formatSize(maxLineBytes)} and was left out`);
      },
      onNuls: (count: number) => {
        this.nuls += count;
      },
    };
    const labels = label === undefined ? undefined : { source: shownName(label) };
    return new BlockReader(decoded(program.stdout), limits, { labels, name });
  }

  private async logOf({ stderr }: Program): Promise<void> {
    if (stderr === undefined) return;
    const say = (line: string) => this.host.log("warn", `${this.name}: ${line}`);
    await logLines(stderr, say, () => performance.now()).catch(() => {});
  }

  private timeOut(running: Running): void {
    running.cause ??= `took longer than ${formatDuration(this.options.timeoutMs!)}, and was ended`;
    void running.program.end();
  }

  /** Its output is at the end, or is none. */
  private async finish(running: Running): Promise<void> {
    const { program, startedMs, timer, logging } = running;
    if (running.cause !== undefined) void program.end();
    const exit = await program.exited;
    clearTimeout(timer);
    await program.close();
    await logging;
    noticeOfNuls(this.host, this.name, this.nuls);
    this.nuls = 0;
    this.running = undefined;
    if (this.isStopped) this.hasEnded = true;
    else this.over(running.cause ?? failureOf(exit), performance.now() - startedMs);
  }

  /** A run is over: says how, and when the next one is, if there is one. */
  private over(trouble: string | undefined, ranMs: number): void {
    const waitMs = this.schedule.next(trouble !== undefined, ranMs);
    this.hasEnded = waitMs === undefined;
    this.nextAtMs = performance.now() + (waitMs ?? 0);
    const { name, host } = this;
    if (waitMs === undefined) {
      if (trouble !== undefined) host.fail(`${name} ${trouble}`, "what it had written by then was read");
      return;
    }
    const again =
      waitMs < 50 ? "started again" : `started again in ${formatDuration(Math.ceil(waitMs / 100) * 100)}`;
    if (trouble !== undefined) host.log("error", `${name} ${trouble}: ${again}`);
    else if (this.options.everyMs === undefined) host.log("info", `${name} has ended: ${again}`);
  }
}

function failureOf({ code, signal }: Exit): string | undefined {
  if (signal !== null) return `was ended by ${signal}`;
  return code === 0 ? undefined : `ended with exit code ${code}`;
}

/** A directory that is not there would be said of the program. */
async function checkDirectory(cwd: string): Promise<void> {
  const found = await stat(cwd).catch(() => undefined);
  if (found?.isDirectory() !== true) throw new Error(`--cwd ${cwd} is no directory`);
}

function startReason(error: unknown, { words: [program = ""] }: Command): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" && !program.includes("/")) return "PATH has no such program";
  return reasonOf(error);
}
