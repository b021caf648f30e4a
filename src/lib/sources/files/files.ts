/** Files, pipes and standard input, one after the other. */
import { statSync } from "node:fs";
import { failure, type LogpipeError, reasonOf } from "../../base/errors/index.js";
import { shownName, systemPath } from "../../base/local/byte-name.js";
import { localName } from "../../base/local/path.js";
import { countOf, formatSize } from "../../base/size.js";
import { type Block, type Origin, writtenLongAgo } from "../../event/block.js";
import type { Host } from "../../pipeline/contract/host.js";
import type { Source } from "../../pipeline/contract/source.js";
import { DecodeError } from "../decode/decode-error.js";
import { RefusedInput } from "../decode/refused.js";
import { BlockReader } from "../lines/block-reader.js";
import { DEFAULT_BLOCK_BYTES, DEFAULT_MAX_LINE_BYTES } from "../lines/line-splitter.js";
import type { Oversized } from "../lines/pieces.js";
import { type OpenedInput, openDescriptor, openPath } from "./input.js";
import { LastLines, lastLinesOf } from "./last-lines.js";
import { labelsOf, type SourceOptions } from "./options.js";
import { orderOfDatesIn } from "./order-of-dates.js";
import type { FilePool } from "./pooled.js";
import { quotedForShell } from "./shell.js";
import { unpackBeside } from "./unpacking.js";

const FIRST_BLOCK_BYTES = 64 * 1024;
const STDIN = "standard input";

/**
 * Reads the inputs in order: plain, gzip or zstd by their first bytes; `-` is standard input. One that cannot be read
 * is named through `host.complain`, and the others are read.
 *
 * ```ts
 * const source = openFiles(["access.log.1.gz", "access.log"], { label: "path" }, host);
 * for (let block; (block = await source.read()) !== undefined; ) use(block.bytes, block.labels);
 * ```
 */
export function openFiles(paths: readonly string[], options: SourceOptions, host: Host): Source {
  for (const path of paths) localName(path, "FILE");
  return new FileSequence(paths, options, host);
}

class FileSequence implements Source {
  onOversized?: Oversized;
  private readonly paths: Iterator<string>;
  private readonly names: readonly string[];
  private totalBytes: number | undefined;
  /** Of the inputs before the current one. */
  private doneBytes = 0;
  private readonly options: SourceOptions;
  private readonly host: Host;
  private current:
    | {
        readonly path: string;
        readonly reader: BlockReader;
        readonly isReadAgain: boolean;
        readonly origin: Origin;
        readonly input: OpenedInput;
      }
    | undefined;
  private ahead: Promise<Block | undefined> | undefined;
  /** NULs that were dropped from the current input. */
  private nuls = 0;
  private isStopped = false;

  constructor(paths: readonly string[], options: SourceOptions, host: Host) {
    this.paths = paths.values();
    this.names = paths;
    this.options = options;
    this.host = host;
    if (options.onOversized !== undefined) this.onOversized = options.onOversized;
  }

  /** Reads one block ahead, so that reading overlaps with what is done to the block before. */
  async read(): Promise<Block | undefined> {
    const block = await (this.ahead ?? this.advance());
    this.ahead = block && this.advance();
    this.ahead?.catch(() => undefined);
    return block;
  }

  stop(): void {
    this.isStopped = true;
    this.current?.reader.stop(this.current.isReadAgain);
  }

  /** Undefined where one of the inputs is no regular file. */
  amount(): { readonly doneBytes: number; readonly totalBytes: number } | undefined {
    this.totalBytes ??= totalOf(this.names);
    const { totalBytes, current } = this;
    if (Number.isNaN(totalBytes)) return undefined;
    return {
      doneBytes: Math.min(totalBytes, this.doneBytes + (current?.input.position?.() ?? 0)),
      totalBytes,
    };
  }

  async close(): Promise<void> {
    this.stop();
    await this.ahead?.catch(() => undefined);
    await this.current?.reader.close();
    this.current = undefined;
  }

  private async advance(): Promise<Block | undefined> {
    for (;;) {
      if (this.current === undefined) {
        const path = this.isStopped ? undefined : this.paths.next().value;
        if (path === undefined) return undefined;
        await this.openNext(path);
        continue;
      }
      const { path, reader } = this.current;
      try {
        const block = await reader.next();
        if (block !== undefined) {
          block.origin = this.current.origin;
          return block;
        }
      } catch (error) {
        this.complain(path, error);
      }
      this.doneBytes += this.current.input.sizeBytes ?? 0;
      this.current = undefined;
      await reader.close();
      this.tellOfNuls(nameOf(path));
    }
  }

  private async openNext(path: string): Promise<void> {
    const { pool } = this.options;
    const inTurn: FilePool["inTurn"] =
      pool === undefined ? (action) => action() : (action) => pool.inTurn(action);
    try {
      const input = await inTurn(() => this.openInput(path));
      const reader = new BlockReader(input.bytes, this.limits(path, input), {
        labels: labelsOf(path, this.options),
        name: path === "-" ? "<stdin>" : path,
        identify: input.identify,
        startOffset: input.startOffset,
      });
      const origin = {
        name: path === "-" ? "<stdin>" : shownName(path),
        writtenMs: writtenLongAgo(input.modifiedMs, this.host.nowMs()),
        dateOrder: path === "-" ? undefined : await inTurn(() => orderOfDatesIn(path)),
      };
      this.current = { path, reader, isReadAgain: input.identify !== undefined, origin, input };
      if (this.isStopped) reader.stop(true);
    } catch (error) {
      this.complain(path, error);
    }
  }

  /** A plain file is read from where its last lines begin; of anything else they are known once it has ended. */
  private async openInput(path: string): Promise<OpenedInput> {
    const { lastLines, pool } = this.options;
    if (pool !== undefined && path !== "-" && lastLines === undefined) return pool.open(path);
    const start = lastLines === undefined || path === "-" ? undefined : await lastLinesOf(path, lastLines);
    const input = await (path === "-" ? openDescriptor(this.host.standard.stdin) : openPath(path, start));
    if (lastLines === undefined || start !== undefined) return input;
    const { modifiedMs } = input;
    const bytes = new LastLines(input.bytes, lastLines);
    return { bytes, startOffset: 0, ...(modifiedMs === undefined ? {} : { modifiedMs }) };
  }

  private limits(path: string, { sizeBytes }: OpenedInput) {
    const { firstBlockBytes = FIRST_BLOCK_BYTES } = this.options;
    return {
      blockBytes: this.options.blockBytes ?? DEFAULT_BLOCK_BYTES,
      maxLineBytes: this.options.maxLineBytes ?? DEFAULT_MAX_LINE_BYTES,
      firstBlockBytes: sizeBytes === undefined ? firstBlockBytes : Math.min(firstBlockBytes, sizeBytes + 2),
      onOversized: (piece: Buffer, isLast: boolean) => this.oversized(path, piece, isLast),
      onNuls: (count: number) => {
        this.nuls += count;
      },
    };
  }

  private tellOfNuls(name: string): void {
    noticeOfNuls(this.host, name, this.nuls);
    this.nuls = 0;
  }

  private oversized(path: string, piece: Buffer, isLast: boolean): void {
    const limit = formatSize(this.options.maxLineBytes ?? DEFAULT_MAX_LINE_BYTES);
    if (this.onOversized !== undefined)
      this.onOversized(piece, isLast, path === "-" ? "<stdin>" : shownName(path));
    else if (isLast) this.host.fail(`a line of ${nameOf(path)} is longer than ${limit} and was left out`);
  }

  private complain(path: string, error: unknown): void {
    const { lineCommand } = this.options;
    const isLine = lineCommand !== undefined && MISSING.has((error as NodeJS.ErrnoException).code ?? "");
    const failed = isLine
      ? failure("input.unreadable", { path, reason: reasonOf(error), lineCommand }, error)
      : inputFailure(nameOf(path), error);
    this.host.fail(failed.message, failed.help);
  }
}

/** Bytes of all of them; NaN where one has no end that is known. */
function totalOf(paths: readonly string[]): number {
  let total = 0;
  for (const path of paths) {
    const stats = path === "-" ? undefined : statSync(systemPath(path), { throwIfNoEntry: false });
    if (stats?.isFile()) total += stats.size;
    else if (stats !== undefined || path === "-") return Number.NaN;
  }
  return total;
}

/** What a line gives that was opened as a file. */
const MISSING = new Set(["ENOENT", "ENOTDIR", "ENAMETOOLONG"]);

/** Says once of an input that it has a hole. */
export function noticeOfNuls(host: Host, name: string, count: number): void {
  if (count === 0) return;
  host.log(
    "info",
    `${name}: ${countOf(count, "NUL byte")} at the start of lines left out: a hole in the file`,
  );
}

/**
 * Names the input that cannot be read, or not to its end. `isTried`: it will be looked at again, so that the run has
 * not failed.
 */
export function complainOf(host: Host, path: string, error: unknown, isTried = false): void {
  const { message, help } = inputFailure(path, error);
  if (isTried) host.log("error", message, help);
  else host.fail(message, help);
}

/**
 * What is wrong with the input at `path`, as an error of the catalogue. `isResumed`: what was read of it before is not
 * to come again.
 */
export function inputFailure(path: string, error: unknown, isResumed = false): LogpipeError {
  if (error instanceof RefusedInput) {
    const { message: what, command } = error;
    if (isResumed) {
      const beside = command === undefined ? undefined : unpackBeside(path, command);
      return failure("input.packed", { path, what, command: beside });
    }
    const file = path === STDIN ? "FILE" : quotedForShell(path);
    return failure("input.refused", { path, what, command: command?.replace("FILE", () => file) });
  }
  if (error instanceof DecodeError) return failure("input.damaged", { path, reason: error.message });
  const isDirectory = (error as NodeJS.ErrnoException).code === "EISDIR";
  const hint = isDirectory
    ? `name what is in it: ${quotedForShell(`${path.replace(/\/+$/, "")}/*`)}; logpipe ${quotedForShell(path)} shows its logs`
    : undefined;
  return failure("input.unreadable", { path, reason: reasonOf(error), hint }, error);
}

function nameOf(path: string): string {
  return path === "-" ? STDIN : path;
}
