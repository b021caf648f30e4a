/** Where lines that a stage could not handle are kept: as letters (src/lib/event/letter.ts), in a file or with the sink. */
import { appendFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { failure, reasonOf } from "../base/errors/index.js";
import { isSystemError } from "../base/files.js";
import { writeLetter } from "../event/letter.js";
import { EventWriter } from "../event/writer.js";
import type { Sink } from "../stage/sink.js";
import type { Terminal } from "../stage/terminal.js";
import type { Rejected } from "./chain.js";
import { asBuffer } from "./messages.js";

/** A rejected line and where in the input it stood. */
export interface Placed {
  readonly rejected: Rejected;
  readonly source: string;
  /** From 1; undefined where the stage saw no input lines. */
  readonly line: number | undefined;
  /** It goes on with the line of the letter before: counted with that. */
  readonly isContinued?: boolean;
}

export class DeadLetters {
  private readonly path: string;
  private readonly terminal: Terminal;
  private readonly sink: Sink;
  private readonly isForSink: boolean;
  private readonly byReason = new Map<string, { count: number; first: string }>();

  /** `path`: the file the user named for them, if any. Else the sink keeps them, if it does that. */
  constructor(path: string | undefined, terminal: Terminal, sink: Sink) {
    this.path = path ?? join(stateDirectory(terminal.env), "dead-letters.ndjson");
    this.terminal = terminal;
    this.sink = sink;
    this.isForSink = path === undefined && sink.setAside !== undefined;
  }

  /** Keeps the lines. Throws output.unwritable: losing them would be worse than stopping. */
  keep(letters: readonly Placed[]): void {
    if (letters.length === 0) return;
    const writer = new EventWriter();
    const time = new Date(this.terminal.nowMs()).toISOString();
    for (const letter of letters) {
      const { rejected, source, line } = letter;
      const column = rejected.column === undefined ? undefined : rejected.column + 1;
      // From a worker it comes as plain bytes.
      writeLetter(writer, { ...rejected, raw: asBuffer(rejected.raw), time, source, line, column });
      this.note(letter);
    }
    const bytes = Buffer.from(writer.take());
    if (this.isForSink) this.sink.setAside?.({ bytes, lines: letters.length });
    else this.append(bytes);
  }

  private append(bytes: Buffer): void {
    try {
      makeStateDirectory(dirname(this.path));
      appendFileSync(this.path, bytes);
    } catch (error) {
      throw failure("output.unwritable", { path: this.path, reason: reasonOf(error) }, error);
    }
  }

  /** Says at the end what was set aside. */
  report(): void {
    const place = this.isForSink ? this.sink.asideName : this.path;
    for (const [reason, { count, first }] of this.byReason) {
      const lines = count === 1 ? "1 line" : `${count} lines`;
      this.terminal.notice(`${reason}: ${lines} set aside, first at ${first}; kept in ${place}`);
    }
  }

  private note(letter: Placed): void {
    const reason = `${letter.rejected.stage}: ${letter.rejected.reason}`;
    const known = this.byReason.get(reason);
    if (known === undefined) this.byReason.set(reason, { count: 1, first: placeOf(letter) });
    else if (letter.isContinued !== true) known.count++;
  }
}

/** `access.log:17:5`. */
export function placeOf({ source, line, rejected }: Placed): string {
  if (line === undefined) return source;
  return rejected.column === undefined ? `${source}:${line}` : `${source}:${line}:${rejected.column + 1}`;
}

/** Makes the directories above the file one by one: `mkdir` with `recursive` never ends below /proc. */
function makeStateDirectory(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeStateDirectory(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    if (!isSystemError(error, "EEXIST")) throw error;
  }
}

/** `$XDG_STATE_HOME/logpipe`, by the XDG base directory specification. */
function stateDirectory(env: Terminal["env"]): string {
  const home = env["XDG_STATE_HOME"] || join(env["HOME"] || ".", ".local", "state");
  return join(home, "logpipe");
}
