/** Books what blocks did: lines in, counters, and lines set aside with their place in the input. */
import { failure } from "../base/errors/index.js";
import type { Sink } from "../stage/sink.js";
import type { Terminal } from "../stage/terminal.js";
import type { Rejected, Tally } from "./chain.js";
import { Counters } from "./counters.js";
import { DeadLetters, type Placed, placeOf } from "./dead-letters.js";
import { LongLines } from "./long-lines.js";
import type { RunOptions } from "./pipeline.js";

/** Where lines that are set aside stood: behind `base` lines of the source, for stages up to `lastStage`. */
export interface Place {
  readonly source: string;
  readonly base: number;
  readonly lastStage: number;
}

export const NOWHERE: Place = { source: "<pipeline>", base: 0, lastStage: -1 };

export class Ledger {
  readonly counters: Counters;
  private readonly isStrict: boolean;
  private readonly deadLetters: DeadLetters;
  private readonly longLines = new LongLines();
  private readonly lineBase = new Map<string, number>();

  constructor(options: RunOptions, terminal: Terminal, sink: Sink) {
    this.counters = new Counters(options.hasStats);
    this.isStrict = options.isStrict;
    this.deadLetters = new DeadLetters(options.deadLetters, terminal, sink);
  }

  /** So many more lines of the source have come. Says where they stand. */
  came(source: string, lines: number): { readonly source: string; readonly base: number } {
    const base = this.lineBase.get(source) ?? 0;
    this.counters.linesIn += lines;
    this.lineBase.set(source, base + lines);
    return { source, base };
  }

  /** Throws input.strict when a line was set aside that must not be. */
  settle(tally: Tally, { source, base, lastStage }: Place): void {
    this.counters.add(tally);
    const { rejected, doubtful } = tally;
    if (rejected.length === 0 && (doubtful === undefined || !this.isStrict)) return;
    const place = (letter: Rejected): Placed => {
      const line = letter.stageIndex <= lastStage ? base + letter.line + 1 : undefined;
      return { rejected: letter, source, line };
    };
    if (!this.isStrict) {
      this.deadLetters.keep(rejected.map(place));
      return;
    }
    const [first] = [...rejected, ...(doubtful === undefined ? [] : [doubtful])].sort(
      (a, b) => a.line - b.line,
    );
    const { stage, reason } = first!;
    throw failure("input.strict", { place: placeOf(place(first!)), stage, reason });
  }

  /** A line too long to handle is kept in pieces, one dead letter each. Throws input.strict. */
  keepOversized(piece: Buffer, isLast: boolean, name?: string): void {
    const { letter, isFirst } = this.longLines.letterOf(piece, isLast, name);
    if (isFirst) this.counters.rejected++;
    if (letter === undefined) return;
    const { stage, reason } = letter.rejected;
    if (this.isStrict) throw failure("input.strict", { place: letter.source, stage, reason });
    this.deadLetters.keep([letter]);
  }

  /** Says at the end what was set aside. */
  report(): void {
    this.deadLetters.report();
  }
}
