/** Several formats, tried in order: the first that takes a line wins. */
import type { EventWriter } from "../event/writer.js";
import type { NamedParser } from "./detector.js";
import type { BlockGuard } from "./format.js";

/** What counts the lines of all of them. */
export interface LineWatch extends BlockGuard {
  beginLine(): void;
}

export class SeveralFormats implements NamedParser {
  lastFormat: NamedParser["lastFormat"];
  readonly guard: BlockGuard;
  private readonly parsers: readonly NamedParser[];
  private readonly watch: LineWatch;

  constructor(parsers: readonly NamedParser[], watch: LineWatch) {
    this.parsers = parsers;
    this.watch = watch;
    this.guard = watch;
  }

  parse(line: string, event: EventWriter): boolean | "skip" {
    this.watch.beginLine();
    for (const parser of this.parsers) {
      const result = parser.parse(line, event);
      if (result !== false) {
        this.lastFormat = parser.lastFormat;
        return result;
      }
      event.reset();
    }
    this.lastFormat = undefined;
    return false;
  }

  save(): string {
    const saved = this.parsers.map((parser) => parser.save?.() ?? "");
    return saved.every((text) => text === "") ? "" : JSON.stringify(saved);
  }

  load(saved: string): void {
    if (saved === "") return;
    for (const [n, text] of (JSON.parse(saved) as string[]).entries()) this.parsers[n]?.load?.(text);
  }
}
