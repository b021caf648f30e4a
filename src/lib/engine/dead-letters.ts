/**
 * Where lines that a stage could not handle are kept: NDJSON, one object a line:
 * `{"time","stage","reason","source","line","column","raw"}` (`raw_base64` in addition where the line is not UTF-8).
 */
import { appendFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { failure, reasonOf } from "../base/errors/index.js";
import { decodeLine } from "../event/text.js";
import { EventWriter } from "../event/writer.js";
import type { Terminal } from "../stage/terminal.js";
import type { Rejected } from "./chain.js";

/** A rejected line and where in the input it stood. */
export interface Placed {
  readonly rejected: Rejected;
  readonly source: string;
  /** From 1; undefined where the stage saw no input lines. */
  readonly line: number | undefined;
}

export class DeadLetters {
  private readonly path: string;
  private readonly terminal: Terminal;
  private readonly byReason = new Map<string, { count: number; first: string }>();

  constructor(path: string | undefined, terminal: Terminal) {
    this.path = path ?? join(stateDirectory(terminal.env), "dead-letters.ndjson");
    this.terminal = terminal;
  }

  /** Keeps the lines. Throws output.unwritable: losing them would be worse than stopping. */
  keep(letters: readonly Placed[]): void {
    if (letters.length === 0) return;
    const writer = new EventWriter();
    const time = new Date(this.terminal.nowMs()).toISOString();
    for (const letter of letters) {
      write(writer, time, letter);
      this.note(letter);
    }
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      appendFileSync(this.path, writer.take());
    } catch (error) {
      throw failure("output.unwritable", { path: this.path, reason: reasonOf(error) }, error);
    }
  }

  /** Says at the end what was set aside. */
  report(): void {
    for (const [reason, { count, first }] of this.byReason) {
      const lines = count === 1 ? "1 line" : `${count} lines`;
      this.terminal.notice(`${reason}: ${lines} set aside, first at ${first}; kept in ${this.path}`);
    }
  }

  private note(letter: Placed): void {
    const reason = `${letter.rejected.stage}: ${letter.rejected.reason}`;
    const known = this.byReason.get(reason);
    if (known === undefined) this.byReason.set(reason, { count: 1, first: placeOf(letter) });
    else known.count++;
  }
}

/** `access.log:17:5`. */
export function placeOf({ source, line, rejected }: Placed): string {
  if (line === undefined) return source;
  return rejected.column === undefined ? `${source}:${line}` : `${source}:${line}:${rejected.column + 1}`;
}

function write(writer: EventWriter, time: string, letter: Placed): void {
  const { rejected, source, line } = letter;
  writer.text("time", time);
  writer.text("stage", rejected.stage);
  writer.text("reason", rejected.reason);
  writer.text("source", source);
  if (line !== undefined) writer.number("line", line);
  if (rejected.column !== undefined) writer.number("column", rejected.column + 1);
  const raw = Buffer.from(rejected.raw);
  const { text, isExact } = decodeLine(raw);
  writer.text("raw", text);
  if (!isExact) writer.text("raw_base64", raw.toString("base64"));
  writer.end();
}

/** `$XDG_STATE_HOME/logpipe`, by the XDG base directory specification. */
export function stateDirectory(env: Terminal["env"]): string {
  const home = env["XDG_STATE_HOME"] || join(env["HOME"] || ".", ".local", "state");
  return join(home, "logpipe");
}
