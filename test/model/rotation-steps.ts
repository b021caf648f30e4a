/** Random histories of a log that is rotated and read, and what is true at their ends. */
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { BIN, cleanEnvironment, logpipe } from "../support/logpipe.js";
import { type Habits, RotatedLog } from "./rotation.js";

export type Step =
  | { readonly do: "append"; readonly lines: number }
  | { readonly do: "half" | "copytruncate" | "truncate" | "clear" }
  | { readonly do: "back up" }
  | { readonly do: "restore" }
  | { readonly do: "rename"; readonly isLate: boolean }
  | { readonly do: "compress"; readonly number: number }
  | { readonly do: "read"; readonly until: Until }
  /** The reader that runs is asked to stop; one comes that reads what there is and ends. */
  | { readonly do: "stop" }
  | { readonly do: "once" };

/** How long a reader runs before it is killed, or whether it goes on during the next step. */
export type Until = "first commit" | "quiet" | "next step" | { readonly ms: number };

export interface History {
  readonly habits: Habits;
  /** One name, or a pattern that has the rotated files in it. */
  readonly pattern: "app.log" | "app.log*";
  /** Lines that are there when the first reader comes. */
  readonly first: number;
  readonly steps: readonly Step[];
}

const until: fc.Arbitrary<Until> = fc.oneof(
  fc.constantFrom("first commit" as const, "quiet" as const, "next step" as const, "next step" as const),
  fc.record({ ms: fc.integer({ min: 0, max: 1500 }) }),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("append" as const), lines: fc.nat({ max: 1500 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("append" as const), lines: fc.nat({ max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("half" as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("copytruncate" as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("rename" as const), isLate: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("compress" as const), number: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("truncate" as const, "clear" as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("read" as const), until }) },
  { weight: 2, arbitrary: fc.constantFrom({ do: "stop" as const }, { do: "once" as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("back up" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("restore" as const) }) },
);

export const histories: fc.Arbitrary<History> = fc.record({
  habits: fc.record({
    hasHeader: fc.boolean(),
    padBytes: fc.constantFrom(0, 40, 400),
    most: fc.constantFrom(3, 6),
  }),
  pattern: fc.constantFrom("app.log", "app.log*"),
  first: fc.integer({ min: 1, max: 2500 }),
  steps: fc.array(step, { minLength: 3, maxLength: 12 }),
});

/** Plays a history in `directory`. What is wrong at its end, in words; empty: nothing. */
export async function play(history: History, directory: string): Promise<string[]> {
  const logs = join(directory, "logs");
  mkdirSync(logs);
  const log = new RotatedLog(logs, history.habits);
  const readers = new Readers(directory, join(logs, history.pattern));
  try {
    log.append(history.first);
    // From here on the name is known: what bears it later, or is rotated away, is to be read.
    await readers.readUntil("first commit");
    for (const step of history.steps) {
      if (step.do === "read") await readers.readUntil(step.until);
      else if (step.do === "stop") await readers.kill("SIGTERM");
      else if (step.do === "once") await readers.once();
      else if (step.do === "back up") await readers.backUp();
      else if (step.do === "restore") await readers.restore();
      else perform(log, step);
    }
    await readers.kill();
    await readers.readUntil("quiet");
    const wanted = log.onDisk();
    await readers.once();
    return await readers.differences(wanted);
  } finally {
    await readers.kill();
  }
}

function perform(
  log: RotatedLog,
  step: Exclude<Step, { do: "read" | "back up" | "restore" | "stop" | "once" }>,
): void {
  if (step.do === "append") log.append(step.lines);
  else if (step.do === "half") log.appendHalf();
  else if (step.do === "rename") log.rename(step.isLate);
  else if (step.do === "copytruncate") log.copyTruncate();
  else if (step.do === "compress") log.compress(step.number);
  else if (step.do === "truncate") log.truncate();
  else log.clear();
}

/** One reader at a time: the command, as a user would run it. */
class Readers {
  private readonly directory: string;
  private readonly pattern: string;
  private child: ChildProcess | undefined;
  private printed = "";

  constructor(directory: string, pattern: string) {
    this.directory = directory;
    this.pattern = pattern;
  }

  async readUntil(until: Until): Promise<void> {
    await this.kill();
    const before = this.storedBytes();
    this.child = this.start("--follow");
    if (until === "next step") return;
    if (typeof until === "object") await sleep(until.ms);
    else if (until === "first commit") await this.waitFor(() => this.storedBytes() !== before, 20);
    else await this.waitForQuiet();
    await this.kill();
  }

  /** kill -9, or a stop, and the end of it. */
  async kill(signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
  }

  /** A copy of the store as it is now, made while nobody writes to it. */
  async backUp(): Promise<void> {
    await this.kill();
    const { store, backup } = this;
    rmSync(backup, { recursive: true, force: true });
    if (existsSync(store)) cpSync(store, backup, { recursive: true, preserveTimestamps: true });
  }

  /** The store as it was copied last; without a copy, none. The checkpoint stays. */
  async restore(): Promise<void> {
    await this.kill();
    const { store, backup } = this;
    rmSync(store, { recursive: true, force: true });
    if (!existsSync(backup)) return;
    cpSync(backup, store, { recursive: true, preserveTimestamps: true });
    for (const name of readdirSync(store, { recursive: true, encoding: "utf8" }))
      if (/\/lock-\d+$/.test(name)) unlinkSync(join(store, name));
  }

  /** Reads what there is and ends. */
  async once(): Promise<void> {
    await this.kill();
    const child = this.start("");
    const code = await new Promise((resolve) => child.once("exit", resolve));
    // A name that nothing bears is named, and the others are read.
    const isMissing = code === 1 && / cannot read [^\n]*app\.log: no such file/.test(this.printed);
    const isLost = code === 1 && / cannot be read again: /.test(this.printed);
    if (code !== 0 && !isMissing && !isLost)
      throw new Error(`the last reader ended with ${code}: ${this.printed}`);
  }

  /** Lines that are on the disk and not in the store, and lines that are in the store more than once. */
  async differences(wanted: ReadonlySet<number>): Promise<string[]> {
    const sql = "SELECT k, count(*) AS n FROM logs WHERE k IS NOT NULL GROUP BY k ORDER BY k";
    const { stdout, stderr } = await logpipe(["query", "--store", "store", sql], { cwd: this.directory });
    const isEmpty = /no column "k"|no table/.test(stderr);
    if (stderr !== "" && !isEmpty) return [stderr];
    const stored = new Map<number, number>();
    for (const row of stdout.split("\n").filter((text) => text !== "")) {
      const { k, n } = JSON.parse(row) as { k: number; n: number };
      stored.set(k, n);
    }
    const missing = [...wanted].filter((k) => !stored.has(k)).sort((a, b) => a - b);
    const repeated = [...stored].filter(([, n]) => n > 1).map(([k]) => k);
    return [
      ...(missing.length === 0 ? [] : [`not stored: ${rangesOf(missing)}`]),
      ...(repeated.length === 0 ? [] : [`stored more than once: ${rangesOf(repeated)}`]),
    ];
  }

  private start(how: string): ChildProcess {
    const pipeline = `ingest ${how} '${this.pattern}' --checkpoint check.json | parse | sink store`;
    const env = cleanEnvironment(this.directory);
    const child = spawn(BIN, ["run", pipeline], {
      cwd: this.directory,
      env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.printed = "";
    child.stderr!.on("data", (chunk: Buffer) => (this.printed += chunk.toString()));
    return child;
  }

  /** Until nothing has been stored for a while. How long decides what is tried, never what is right. */
  private async waitForQuiet(): Promise<void> {
    let bytes = -1;
    for (let quietMs = 0, n = 0; quietMs < 1200 && n < 300; n++, quietMs += 50) {
      const now = this.storedBytes();
      if (now !== bytes || now === 0) quietMs = 0;
      bytes = now;
      await sleep(50);
    }
  }

  private async waitFor(isSo: () => boolean, stepMs: number): Promise<void> {
    for (let n = 0; !isSo() && n < 250; n++) await sleep(stepMs);
  }

  private get store(): string {
    return join(this.directory, "store");
  }

  private get backup(): string {
    return join(this.directory, "backup");
  }

  private storedBytes(): number {
    const wal = join(this.directory, "store", "logs", "_wal");
    if (!existsSync(wal)) return 0;
    let bytes = 0;
    for (const name of readdirSync(wal, { recursive: true, encoding: "utf8" }))
      if (name.endsWith(".commits")) bytes += sizeOf(join(wal, name));
    return bytes;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function rangesOf(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(", ");
}
