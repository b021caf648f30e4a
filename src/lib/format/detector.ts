import type { EventWriter } from "../event/writer.js";
import type { BlockGuard, Format, FormatContext, LineParser, StreamMemory } from "./format.js";
import { behindIsoTime, behindOf, OPENINGS, type Opening, openingOf } from "./opening.js";

/** A parser that also says which format read its last line. */
export interface NamedParser extends LineParser {
  /** Undefined when no format read it. */
  readonly lastFormat: Pick<Format, "name" | "hasContinuations" | "isCompletedBy" | "spansLines"> | undefined;
}

/** A format with its parser, which is made when the first line comes that could be of it. */
class Candidate {
  readonly format: Format;
  private readonly context: FormatContext;
  private made: LineParser | undefined;

  constructor(format: Format, context: FormatContext) {
    this.format = format;
    this.context = context;
  }

  get parser(): LineParser {
    this.made ??= this.format.create(this.context);
    return this.made;
  }
}

/**
 * `--format auto`: each line is read by the first of `formats` that takes it. What a line becomes depends on that line
 * only, so any cutting of the input gives the same events and blocks can go to any worker. Formats are told apart by
 * strictness and order; how a line begins leaves out those that cannot take it, so that more formats cost a line
 * nothing. There is no guess from the lines before, because a guess could change what an ambiguous line becomes; but
 * below a header line, which says what lines are, those are read by it (`FormatContext.memory`).
 */
export class FormatDetector implements NamedParser {
  lastFormat: Format | undefined;
  private readonly candidates: readonly Candidate[];
  /** By opening and first character, made when the first such line comes. */
  private readonly byBeginning: (readonly Candidate[] | undefined)[] = [];
  /** By first character and what stands behind the time, of lines that begin with a date. */
  private readonly byBehind = new Map<number, readonly Candidate[]>();
  /** Those that read lines by a header, and may take any line below one. */
  private readonly headed: readonly Candidate[];
  private readonly memory: StreamMemory;

  constructor(formats: readonly Format[], { nowMs, memory = { header: "" } }: FormatContext) {
    this.memory = memory;
    const all = formats
      .filter((format) => format.auto)
      .map((format) => new Candidate(format, { nowMs, memory }));
    this.headed = all.filter(({ format }) => format.isHeaded === true);
    this.candidates = all.filter(({ format }) => format.isHeaded !== true || format.openings !== undefined);
  }

  parse(line: string, event: EventWriter): boolean | "skip" {
    const { memory } = this;
    if (memory.header !== "" || line.charCodeAt(0) === HASH || memory.isAtStart === true) {
      const result = this.readBy(this.headed, line, event);
      if (result !== false) return result;
    }
    return this.readBy(this.candidatesOf(line), line, event);
  }

  private readBy(candidates: readonly Candidate[], line: string, event: EventWriter): boolean | "skip" {
    for (const candidate of candidates) {
      const result = candidate.parser.parse(line, event);
      if (result !== false) {
        this.lastFormat = candidate.format;
        return result;
      }
      event.reset();
    }
    this.lastFormat = undefined;
    return false;
  }

  private candidatesOf(line: string): readonly Candidate[] {
    const opening = openingOf(line);
    const code = Math.min(line.charCodeAt(0) || 0, OTHER_CODE);
    if (opening === ISO) {
      const behind = behindIsoTime(line);
      if (behind >= 0) return this.candidatesBehind(behind, code);
    }
    const index = opening * (OTHER_CODE + 1) + code;
    this.byBeginning[index] ??= this.candidatesFrom(OPENINGS[opening]!, String.fromCharCode(code));
    return this.byBeginning[index]!;
  }

  /** Of a line that begins with a date: most formats say what stands behind it. */
  private candidatesBehind(behind: number, code: number): readonly Candidate[] {
    const index = behind * (OTHER_CODE + 1) + code;
    let found = this.byBehind.get(index);
    if (found === undefined) {
      found = this.candidatesFrom("iso", String.fromCharCode(code)).filter(
        ({ format: { behindIsoTime: texts } }) =>
          texts === undefined || texts.some((text) => behindOf(text) === behind),
      );
      this.byBehind.set(index, found);
    }
    return found;
  }

  private candidatesFrom(opening: Opening, first: string): readonly Candidate[] {
    return this.candidates.filter(
      ({ format: { openings, starts } }) =>
        (openings === undefined || openings.includes(opening)) &&
        (starts === undefined || starts.includes(first)),
    );
  }
}

const HASH = 0x23;
const ISO = OPENINGS.indexOf("iso");

/** Stands for all characters that no format is told by. */
const OTHER_CODE = 128;

/** One format alone, with its name to hand. */
export class SingleFormat implements NamedParser {
  lastFormat: NamedParser["lastFormat"];
  private readonly format: Format;
  private readonly parser: LineParser;

  constructor(format: Format, context: FormatContext) {
    this.format = format;
    this.parser = format.create(context);
  }

  parse(line: string, event: EventWriter): boolean | "skip" {
    const result = this.parser.parse(line, event);
    this.lastFormat = result === false ? undefined : this.format;
    return result;
  }

  get guard(): BlockGuard | undefined {
    return this.parser.guard;
  }

  save(): string {
    return this.parser.save?.() ?? "";
  }

  load(saved: string): void {
    this.parser.load?.(saved);
  }
}
