// Enter here: lines in, out and rejected; nothing disappears uncounted.
/** Books what blocks did: lines in, counters, and lines set aside with their place in the input. */
import { failure } from "../../base/errors/index.js";
import { countOf } from "../../base/size.js";
import type { Block } from "../../event/block.js";
import type { DeadLetter } from "../../event/dead-letter.js";
import type { Tally } from "../chain/chain.js";
import { LongLines } from "../chain/long-lines.js";
import type { NetworkPlan } from "../chain/network/plan-network.js";
import { asBuffer } from "../chain/worker-messages.js";
import type { Host } from "../contract/host.js";
import type { RunOptions } from "../contract/pipeline.js";
import type { Sink } from "../contract/sink.js";
import { Counters } from "./counters.js";
import { DeadLetters, inputPlaceText } from "./dead-letters/dead-letters.js";
import { OnceAside } from "./dead-letters/once-aside.js";
import type { Screens } from "./dead-letters/screens.js";
import { MissingFields } from "./hints/missing-fields.js";

/** Where lines that are set aside stood: behind `base` lines of the source; undefined: in no input. */
export interface InputPlace {
  readonly source: string;
  readonly base: number | undefined;
}

/**
 * Inputs whose lines are counted; of the one that was silent longest counting begins again. Servers have many clients.
 */
const NAMES_MAX = 10_000;

export const NOWHERE: InputPlace = { source: "<pipeline>", base: undefined };

export class Accounting {
  readonly counters: Counters;
  private readonly isStrict: boolean;
  private readonly deadLetters: DeadLetters;
  private readonly screens: Screens;
  private readonly places: NetworkPlan["places"];
  private readonly entries: NetworkPlan["entries"];
  /** Where a line can be set aside on several ways. */
  private readonly once: OnceAside | undefined;
  private readonly longLines = new LongLines();
  private readonly missing: MissingFields;
  private readonly host: Host;
  private readonly sink: Sink;
  private readonly onSetAside: RunOptions["onSetAside"];
  private saying: Promise<void> | undefined;
  private readonly lineBase = new Map<string, number>();

  /** `screens`: what may be kept of lines that are set aside. */
  constructor(options: RunOptions, host: Host, sink: Sink, screens: Screens, plan: NetworkPlan) {
    this.screens = screens;
    this.host = host;
    this.sink = sink;
    this.places = plan.places;
    this.entries = plan.entries;
    this.once = plan.isChain ? undefined : new OnceAside(plan.places);
    this.onSetAside = options.onSetAside;
    this.missing = new MissingFields(plan.asked);
    this.counters = new Counters(options.hasStats || options.onCounts !== undefined);
    this.isStrict = options.isStrict;
    this.deadLetters = new DeadLetters(options, host, sink);
  }

  /** What is set aside from now on is of no block that came. */
  apart(): void {
    this.once?.begin();
  }

  /** A block of so many more lines of the source has come. Says where they stand. */
  came(source: string, lines: number): InputPlace {
    this.once?.begin();
    const base = this.lineBase.get(source) ?? 0;
    this.counters.linesIn += lines;
    this.lineBase.delete(source);
    this.lineBase.set(source, base + lines);
    if (this.lineBase.size > NAMES_MAX) this.lineBase.delete(this.lineBase.keys().next().value!);
    return { source, base };
  }

  /** Throws input.strict when a line was set aside that must not be. */
  settle(tally: Tally, { source, base }: InputPlace): void {
    if (this.once !== undefined) tally.rejected = this.once.firstOnly(tally.rejected);
    this.counters.add(tally);
    this.missing.add(tally.fields);
    const { rejected, doubtful } = tally;
    if (rejected.length > 0) this.saying ??= this.onSetAside?.();
    if (rejected.length === 0 && (doubtful === undefined || !this.isStrict)) return;
    const place = (letter: DeadLetter): DeadLetter => {
      const { stageIndex = 0, line = 0 } = letter;
      const isOfInput = base !== undefined && this.places[stageIndex]!.seesInput;
      const { exits } = this.places[stageIndex]!;
      return this.screened(
        { ...letter, exits, source, line: isOfInput ? base + line : undefined },
        stageIndex,
      );
    };
    if (!this.isStrict) {
      this.deadLetters.keep(rejected.map(place));
      return;
    }
    const [first] = [...rejected, ...(doubtful === undefined ? [] : [doubtful])].sort(
      (a, b) => (a.line ?? 0) - (b.line ?? 0),
    );
    const { stage = "", reason } = first!;
    throw failure("input.strict", { place: inputPlaceText(place(first!)), stage, reason });
  }

  /**
   * A line too long to handle is kept in pieces, a dead letter each; in a pipeline that hides things nothing of it is
   * kept, since a secret may be cut in two. `name`: of the input. Throws input.strict.
   */
  keepOversized(piece: Buffer, isLast: boolean, name = "<source>", entry = 0): void {
    const { isFirst, bytes } = this.longLines.took(piece, isLast, `${entry} ${name}`);
    const reason = "piece of a line longer than the limit";
    if (this.isStrict) throw failure("input.strict", { place: name, stage: "source", reason });
    if (isFirst) this.counters.rejected++;
    const exits = this.entries[entry]?.exits;
    if (!this.screens.isNoneBehind(entry)) {
      if (!isLast) return;
      const whole = "line longer than the limit";
      this.deadLetters.keep([
        { stage: "source", source: name, reason: whole, raw: NOTHING, withheld: { bytes }, exits },
      ]);
    } else if (piece.length > 0) {
      this.deadLetters.keep([{ stage: "source", source: name, reason, raw: piece, exits }], !isFirst);
    }
  }

  /** With what may be kept of the line. */
  private screened(letter: DeadLetter, stageIndex: number): DeadLetter {
    if (this.screens.isNone) return letter;
    const { raw, hash } = this.screens.keptOf(asBuffer(letter.raw), stageIndex);
    return raw === undefined
      ? { ...letter, raw: NOTHING, withheld: { bytes: letter.raw.length, hash } }
      : { ...letter, raw };
  }

  /** Lines that were set aside before a journal, for the sink behind; once. `entry`: the number of the source. */
  passOn(block: Partial<Pick<Block, "aside">>, entry: number): void {
    const { aside } = block;
    if (aside === undefined) return;
    block.aside = undefined;
    const { sink } = this;
    const place = sink.asideAt === undefined ? {} : sink.asideAt(this.entries[entry]?.exits ?? []);
    if (sink.setAside !== undefined && place !== undefined) sink.setAside({ ...aside, ...place });
    else {
      const lines = countOf(aside.lines, "line");
      const text = `${lines} set aside for the quarantine of a table: no sink behind keeps such lines any more`;
      this.host.log("warn", text);
    }
  }

  /** Says at the end what was set aside, and which fields no event had. */
  async report(): Promise<void> {
    await this.saying;
    this.deadLetters.report();
    this.missing.report(this.host);
  }
}

const NOTHING = Buffer.alloc(0);
