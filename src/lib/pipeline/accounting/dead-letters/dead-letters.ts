// Enter here: rejected lines and where they are kept.
/**
 * Where lines that a stage could not handle are kept: as letters (src/lib/event/dead-letter.ts), in a file or with the
 * sink.
 */
import { join } from "node:path";
import { failure, reasonOf } from "../../../base/errors/index.js";
import { localPath } from "../../../base/local/path.js";
import { stateDirectory } from "../../../base/private-files/state-directory.js";
import { countOf } from "../../../base/size.js";
import { type DeadLetter, writeLetter } from "../../../event/dead-letter.js";
import { EventWriter } from "../../../event/writer.js";
import { asBuffer } from "../../chain/worker-messages.js";
import type { Host } from "../../contract/host.js";
import type { RunOptions } from "../../contract/pipeline.js";
import type { AsidePlace, Sink } from "../../contract/sink.js";
import { LetterFile } from "./dead-letter-file.js";

export type DeadLetterOptions = Pick<RunOptions, "deadLetters" | "onDeadLetterFailure">;

export class DeadLetters {
  /** For those that the sink does not keep. Undefined: they are printed, or there is no place. */
  private readonly file: LetterFile | undefined;
  /** What messages call the file. */
  private readonly path: string;
  private readonly host: Host;
  private readonly sink: Sink;
  private readonly isForSink: boolean;
  private readonly isPrinted: boolean;
  private readonly isStopping: boolean;
  private readonly byReason = new Map<
    string,
    { count: number; first: string; readonly places: Set<string> }
  >();
  private all = 0;
  private withheld = 0;
  /** For the file, and of these those that are not in it. */
  private filed = 0;
  private lost = 0;
  private firstError: unknown;

  /** `deadLetters`: the file the user named for them, if any. Else the sink keeps them, if it does that. */
  constructor({ deadLetters, onDeadLetterFailure }: DeadLetterOptions, host: Host, sink: Sink) {
    this.host = host;
    this.sink = sink;
    this.isStopping = onDeadLetterFailure === "stop";
    this.isForSink = deadLetters === undefined && sink.setAside !== undefined;
    this.isPrinted = STANDARD_ERROR.includes(deadLetters ?? "");
    const keepsAll = this.isForSink && sink.asideAt === undefined;
    this.file = keepsAll || this.isPrinted ? undefined : fileFor(deadLetters, host);
    this.path = this.isPrinted ? "standard error" : (deadLetters ?? this.file?.path ?? "the state directory");
  }

  /**
   * Keeps the lines; `isContinued`: they go on with the line of the letter before, and are counted with that. Where
   * they cannot be kept the events still go on, which is why it does not throw; but letters.unwritable when the user
   * would rather stop.
   */
  keep(letters: readonly DeadLetter[], isContinued = false): void {
    if (letters.length === 0) return;
    const byPlace = new Map<number | undefined, [Keeping, DeadLetter[]]>();
    for (const letter of letters) {
      const keeping = this.keepingOf(letter);
      const [, own] = byPlace.get(keeping.exit) ?? [keeping, []];
      byPlace.set(keeping.exit, [keeping, [...own, letter]]);
    }
    for (const [keeping, own] of byPlace.values()) this.keepAt(keeping, own, isContinued);
  }

  private keepingOf({ exits }: DeadLetter): Keeping {
    const { sink } = this;
    if (!this.isForSink) return { isWithSink: false, name: this.path };
    if (sink.asideAt === undefined) return { isWithSink: true, name: sink.asideName ?? "" };
    const place = sink.asideAt(exits ?? []);
    return place === undefined ? { isWithSink: false, name: this.path } : { isWithSink: true, ...place };
  }

  private keepAt(keeping: Keeping, letters: readonly DeadLetter[], isContinued: boolean): void {
    const time = new Date(this.host.nowMs()).toISOString();
    const writer = new EventWriter();
    for (const letter of letters) {
      this.note(letter, keeping.name, isContinued);
      if (letter.withheld !== undefined) this.withheld++;
      // From a worker it comes as plain bytes.
      writeLetter(writer, { ...letter, time, raw: asBuffer(letter.raw) });
    }
    const bytes = Buffer.from(writer.take());
    this.all += letters.length;
    const { exit } = keeping;
    if (keeping.isWithSink)
      this.sink.setAside?.({ bytes, lines: letters.length, ...(exit !== undefined && { exit }) });
    else if (this.isPrinted) void this.host.standard.stderr.write(bytes);
    else this.append(bytes, letters.length);
  }

  private append(bytes: Buffer, count: number): void {
    this.filed += count;
    const { kept, error } = this.file?.append(bytes) ?? { kept: 0, error: new Error(NO_HOME) };
    if (kept === count) return;
    this.lost += count - kept;
    this.firstError ??= error;
    if (this.isStopping)
      throw failure("letters.unwritable", { path: this.path, reason: reasonOf(error) }, error);
  }

  /** Makes durable what was kept, and says what was set aside. */
  report(): void {
    if (this.all === 0) return;
    if (this.lost < this.filed) this.sync();
    for (const [reason, { count, first, places }] of this.byReason) {
      const kept = this.lost > 0 ? "" : `; kept in ${[...places].join(" and in ")}`;
      this.host.log(
        "info",
        `${reason}: ${count} ${count === 1 ? "line" : "lines"} set aside, first at ${first}${kept}`,
      );
    }
    if (this.withheld > 0) {
      const text = `${countOf(this.withheld, "dead letter")} without the line itself: it cannot be looked through for secrets`;
      this.host.log("info", `${text}, which redact is there to hide`);
    }
    this.complain();
  }

  private complain(): void {
    const { lost, filed, path } = this;
    if (lost > 0 && !this.isStopping) {
      const which =
        lost === filed ? countOf(filed, "dead letter") : `${lost} of ${countOf(filed, "dead letter")}`;
      const help =
        "give --dead-letters a FILE that can be written; --on-dead-letter-failure stop ends such a run at once";
      this.host.fail(`cannot keep ${which} in ${path}: ${reasonOf(this.firstError)}`, help);
    }
    const dropped = this.file?.dropped ?? 0;
    if (dropped > 0) {
      const help = "--dead-letters FILE keeps all of them";
      this.host.fail(`${countOf(dropped, "dead letter")} had to make room for newer ones in ${path}`, help);
    }
  }

  private sync(): void {
    try {
      this.file?.sync();
    } catch (error) {
      this.host.fail(`cannot make the dead letters in ${this.path} durable: ${reasonOf(error)}`);
    }
  }

  private note(letter: DeadLetter, place: string, isContinued: boolean): void {
    const reason = `${letter.stage}: ${letter.reason}`;
    const known = this.byReason.get(reason);
    if (known === undefined)
      this.byReason.set(reason, { count: 1, first: inputPlaceText(letter), places: new Set([place]) });
    else {
      if (!isContinued) known.count++;
      known.places.add(place);
    }
  }
}

/** Where letters are kept: with the sink, or one of those that it stands for; or else in the file. */
type Keeping = Partial<Pick<AsidePlace, "exit">> & {
  readonly isWithSink: boolean;
  /** For messages. */
  readonly name: string;
};

const NO_HOME = "neither XDG_STATE_HOME nor HOME is set, and this user has no home directory";
/** Opened by its name it would be another description of the file, which writes over what is written here. */
const STANDARD_ERROR = ["-", "/dev/stderr", "/dev/fd/2", "/proc/self/fd/2"];

/** `access.log:17:5`. */
export function inputPlaceText({ source = "", line, column }: DeadLetter): string {
  if (line === undefined) return source;
  return column === undefined ? `${source}:${line + 1}` : `${source}:${line + 1}:${column + 1}`;
}

function fileFor(named: string | undefined, { cwd, env }: Host): LetterFile | undefined {
  if (named !== undefined)
    return new LetterFile(localPath(cwd, named, "--dead-letters"), { isDefault: false });
  const state = stateDirectory(env);
  return state === undefined
    ? undefined
    : new LetterFile(join(state, "dead-letters.ndjson"), { isDefault: true });
}
