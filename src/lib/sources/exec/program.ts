/** One run of a program: its output as bytes, its end, and that nothing of it stays behind. */
import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { kill } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import type { ByteReader } from "../bytes/bytes.js";
import { openPipe } from "../bytes/pipe.js";
import { Guard } from "./guard.js";
import { closeFds, newPipes } from "./named-pipe.js";
import { ProgramOutput } from "./program-output.js";

export interface ProgramOptions {
  /** The program and its arguments. */
  readonly words: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stderr: "drop" | "log" | "merge";
}

/** How a program ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Between SIGTERM and SIGKILL. Less than a run that is asked to stop has for all of it. */
const GRACE_MS = 5000;
/** What a program has left running may hold its output open for so long with nothing to say. */
const LINGER_MS = 1000;
const LOOK_MS = 20;

export class Program {
  readonly stdout: ByteReader;
  /** Standard error, where it is asked for. */
  readonly stderr: ByteReader | undefined;
  /** Resolves when the program itself has ended. */
  readonly exited: Promise<Exit>;
  /** The group of processes that the program leads: what it starts is in it, unless it leaves. */
  private readonly group: number;
  private readonly guard: Guard;
  private ending: Promise<void> | undefined;

  /** Rejects with what the system says: ENOENT where there is no such program, or no such directory. */
  static async start({ words, cwd, env, stderr }: ProgramOptions): Promise<Program> {
    const pipes = await newPipes(stderr === "log" ? 2 : 1);
    const [out, error = undefined] = pipes;
    const errorFd = stderr === "merge" ? out!.writeFd : (error?.writeFd ?? "ignore");
    const [name = "", ...rest] = words;
    try {
      // Detached: it leads a group of its own, which can be ended as a whole. Ctrl-C comes to it through us alone.
      const child = spawn(name, rest, {
        cwd,
        env: { ...env },
        detached: true,
        stdio: ["ignore", out!.writeFd, errorFd],
      });
      const exited = exitOf(child);
      await new Promise((resolve, reject) => child.once("spawn", resolve).once("error", reject));
      return new Program(child.pid!, exited, out!.readFd, error?.readFd);
    } catch (failed) {
      await closeFds(pipes.map(({ readFd }) => readFd));
      throw failed;
    } finally {
      await closeFds(pipes.map(({ writeFd }) => writeFd));
    }
  }

  private constructor(group: number, exited: Promise<Exit>, stdout: number, stderr: number | undefined) {
    this.group = group;
    this.exited = exited;
    this.guard = new Guard(group);
    this.stdout = new ProgramOutput(openPipe(stdout, false), exited, LINGER_MS, () => this.signal("SIGTERM"));
    this.stderr = stderr === undefined ? undefined : openPipe(stderr, false);
  }

  /**
   * Asks the program and all that it has started to end: SIGTERM, and SIGKILL to what is left after a grace. Resolves
   * once they have. Its output is read on.
   */
  end(): Promise<void> {
    this.ending ??= this.endGroup();
    return this.ending;
  }

  /** Ends what is left, and frees what is held. */
  async close(): Promise<void> {
    await this.end();
    this.guard.release();
    await Promise.all([this.stdout.close(), this.stderr?.close()]);
  }

  private async endGroup(): Promise<void> {
    if (!this.signal("SIGTERM")) return void (await this.exited);
    const killing = setTimeout(() => this.signal("SIGKILL"), GRACE_MS);
    await this.exited;
    clearTimeout(killing);
    // Those that the program has started, and that had the signal with it.
    for (let ms = 0; ms < LINGER_MS && this.signal(0); ms += LOOK_MS) await sleep(LOOK_MS);
    this.signal("SIGKILL");
  }

  /** False: nobody is left. */
  private signal(name: NodeJS.Signals | 0): boolean {
    try {
      return kill(-this.group, name === 0 ? 0 : constants.signals[name]);
    } catch {
      return false;
    }
  }
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
}
