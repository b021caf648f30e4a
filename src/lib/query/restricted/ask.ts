// Enter here: SQL from strangers, in a process of its own.
/**
 * A restricted query for whoever gets SQL from strangers: in a process of its own, which the system keeps from taking
 * more memory, and which is killed, or ends itself, when its time is over. Whatever happens in there, this process
 * stays as it is.
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { Duplex, Readable } from "node:stream";
import { formatDuration } from "../../base/duration.js";
import { failure, LogpipeError } from "../../base/errors/index.js";
import {
  makeTemporaryDirectory,
  removeTemporaryDirectory,
} from "../../base/private-files/temporary-directory.js";
import { programFile } from "../../base/program-file.js";
import { channelLines } from "./channel.js";
import { Clock } from "./clock.js";
import { OUT_OF_TIME } from "./deadline.js";
import { DEFAULT_LIMITS, GRACE_MS, type Limits, OVERHEAD_BYTES } from "./limits.js";
import { memoryFailure } from "./plain-failure.js";
import type { AnswerOutcome, OutputScreen, Request } from "./request.js";

export interface RestrictedQuestion extends Omit<Request, "limits" | "scratch" | "screen"> {
  readonly limits?: Partial<Limits>;
  readonly screen?: OutputScreen;
}

export interface AskOptions {
  /** Takes the result; resolves false when no more is wanted. */
  readonly write: (data: Buffer) => Promise<boolean>;
  /** For who runs this: of lines left out, and of what became of files, by their names. Not for who asks. */
  readonly notice?: (text: string) => void;
  /** Stops the query. */
  readonly signal?: AbortSignal;
  /** What an input of the path "-" reads: a descriptor of this process. */
  readonly stdin?: number;
  readonly cwd?: string;
}

export interface RestrictedResult {
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Answers one query. What was written before an error stays written. Cost: about 0.25 s and 130 MiB for the process.
 * Throws query.refused for SQL that is not allowed, query.limit for what would take too much, query.failed for SQL that
 * cannot be run, query.no-time. None of them tells of paths, of other tables or of the server. Resolves undefined when
 * it was stopped.
 */
export async function askRestricted(
  question: RestrictedQuestion,
  options: AskOptions,
): Promise<RestrictedResult | undefined> {
  const scratch = await makeTemporaryDirectory("restricted");
  const limits = { ...DEFAULT_LIMITS, ...question.limits };
  const screen = question.screen ?? { isTerminal: false, hasColour: false, columns: 80 };
  try {
    return await new Asking({ ...question, limits, screen, scratch }, options).done;
  } finally {
    await removeTemporaryDirectory(scratch);
  }
}

class Asking {
  readonly done: Promise<RestrictedResult | undefined>;
  readonly #request: Request;
  readonly #options: AskOptions;
  readonly #child: ChildProcess;
  readonly #clock: Clock;
  #bytes = 0;
  #isLate = false;
  #isUnwanted = false;
  #outcome: Exclude<AnswerOutcome, { kind: "notice" }> | undefined;

  constructor(request: Request, options: AskOptions) {
    this.#request = request;
    this.#options = options;
    this.#child = start(request, options);
    this.#clock = new Clock(request.limits.timeoutMs, () => {
      this.#isLate = true;
      this.#stop();
    });
    this.done = this.#run();
  }

  async #run(): Promise<RestrictedResult | undefined> {
    const stop = () => this.#stop();
    this.#options.signal?.addEventListener("abort", stop, { once: true });
    const ended = new Promise<NodeJS.Signals | null>((resolve, reject) => {
      this.#child.on("error", reject);
      this.#child.on("close", (_code, signal) => resolve(signal));
    });
    try {
      if (this.#options.signal?.aborted === true) stop();
      const [signal] = await Promise.all([ended, this.#pass(), this.#listen()]);
      return this.#answer(signal);
    } finally {
      this.#clock.stop();
      this.#options.signal?.removeEventListener("abort", stop);
      this.#child.kill("SIGKILL");
    }
  }

  /** Hands the result on as it comes. The clock rests while the reader is busy. */
  async #pass(): Promise<void> {
    for await (const data of this.#child.stdout as Readable) {
      if (this.#isLate || this.#isUnwanted) continue;
      this.#bytes += (data as Buffer).length;
      const wantsMore = await this.#clock.resting(() => this.#options.write(data as Buffer));
      if (!wantsMore) {
        this.#isUnwanted = true;
        this.#child.kill("SIGKILL");
      } else this.#endWhenComplete();
    }
  }

  async #listen(): Promise<void> {
    const channel = this.#child.stdio[3] as Duplex;
    channel.on("error", () => {});
    channel.write(`${JSON.stringify(this.#request)}\n`);
    for await (const line of channelLines(channel)) {
      const outcome = JSON.parse(line) as AnswerOutcome;
      if (outcome.kind === "notice") this.#options.notice?.(outcome.text);
      else this.#outcome ??= outcome;
      this.#endWhenComplete();
    }
  }

  /** The process is not asked to end: DuckDB's threads may have much to put away. */
  #endWhenComplete(): void {
    if (this.#outcome === undefined) return;
    if (this.#isLate || this.#bytes >= this.#outcome.bytes) this.#child.kill("SIGKILL");
  }

  #stop(): void {
    (this.#child.stdio[3] as Duplex).write("stop\n");
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), GRACE_MS);
    this.#child.once("close", () => clearTimeout(timer));
  }

  #answer(signal: NodeJS.Signals | null): RestrictedResult | undefined {
    const { limits } = this.#request;
    if (this.#options.signal?.aborted === true || this.#isUnwanted) return undefined;
    const outcome = this.#outcome;
    if (outcome?.kind === "done") return { rows: outcome.rows, bytes: outcome.bytes };
    if (this.#isLate || (outcome === undefined && signal === OUT_OF_TIME))
      throw failure("query.limit", {
        reason: `the query takes longer than ${formatDuration(limits.timeoutMs)}`,
        help: "ask for a shorter time, fewer columns, or an aggregate",
      });
    if (outcome !== undefined)
      throw new LogpipeError(outcome.code, {
        message: outcome.message,
        help: outcome.help,
        exitCode: outcome.exitCode,
      });
    // Without a word: the system had no memory for it, or DuckDB has a bug that it fell over.
    if (signal === "SIGABRT" || signal === "SIGTRAP" || signal === "SIGKILL") throw memoryFailure(limits);
    throw failure("query.failed", {
      reason: `the query ended DuckDB's process${signal === null ? "" : ` (${signal})`}`,
      help: "ask it in another way; nothing else was harmed",
    });
  }
}

/**
 * In sh, as Node cannot set limits of a process. RLIMIT_DATA counts memory that can be written, on Linux; setrlimit(2).
 */
const LIMITED = 'ulimit -c 0; ulimit -d "$1"; shift; exec "$@"';

/** V8 takes the addresses for its code at once, and from Node 24 on the limit counts them. */
const CODE_BYTES = Number(process.versions.node.split(".")[0]) >= 24 ? 768 * 1024 ** 2 : 0;

function start({ limits, inputs }: Request, { stdin, cwd }: AskOptions): ChildProcess {
  const kibibytes = String(Math.floor((limits.memoryBytes + OVERHEAD_BYTES + CODE_BYTES) / 1024));
  const node = [process.execPath, "--max-old-space-size=192", programFile("query-process.js")];
  const readsStdin = inputs.some(({ path }) => path === "-");
  return spawn("/bin/sh", ["-c", LIMITED, "sh", kibibytes, ...node], {
    stdio: [readsStdin ? (stdin ?? 0) : "ignore", "pipe", "ignore", "pipe"],
    // Nothing of ours: no function may ever read it.
    env: {},
    ...(cwd === undefined ? {} : { cwd }),
  });
}
