import type { EventWriter } from "../event/writer.js";
import type { BlockGuard, Format, FormatContext, LineParser } from "./format.js";

/** A parser that also says which format read its last line. */
export interface NamedParser extends LineParser {
  /** Undefined when no format read it. */
  readonly lastFormat: { readonly name: string; readonly hasContinuations?: boolean } | undefined;
}

interface Candidate {
  readonly format: Format;
  readonly parser: LineParser;
}

/**
 * `--format auto`: each line is read by the first of `formats` that takes it. What a line becomes depends on that line
 * only, so any cutting of the input gives the same events and blocks can go to any worker. Formats are told apart by
 * strictness and order; a table by first character leaves out those that cannot take the line. There is no guess from
 * the lines before, because a guess could change what an ambiguous line becomes.
 */
export class FormatDetector implements NamedParser {
  lastFormat: Format | undefined;
  private readonly byFirst: readonly (readonly Candidate[])[];
  private readonly others: readonly Candidate[];

  constructor(formats: readonly Format[], context: FormatContext) {
    const candidates = formats
      .filter((format) => format.auto)
      .map((format) => ({ format, parser: format.create(context) }));
    this.byFirst = Array.from({ length: 128 }, (_, code) => {
      const first = String.fromCharCode(code);
      return candidates.filter(({ format }) => format.starts === undefined || format.starts.includes(first));
    });
    this.others = candidates.filter(({ format }) => format.starts === undefined);
  }

  parse(line: string, event: EventWriter): boolean | "skip" {
    for (const { format, parser } of this.byFirst[line.charCodeAt(0)] ?? this.others) {
      const result = parser.parse(line, event);
      if (result !== false) {
        this.lastFormat = format;
        return result;
      }
      event.reset();
    }
    this.lastFormat = undefined;
    return false;
  }
}

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
