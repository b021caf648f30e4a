// Enter here: `{time} {level} {message}` templates.
import { failure, type LogpipeError } from "../../../base/errors/index.js";
import { suggest } from "../../../base/suggest.js";
import type { EventWriter } from "../../../event/writer.js";
import type { FormatContext, LineParser } from "../../format.js";
import type { PatternFormat } from "../pattern-format.js";
import { LINE_UNITS_MAX } from "../user-fields.js";
import { TemplateLiteral } from "./template-literal.js";
import { isSlotKind, SLOT_KINDS, type SlotReading, slotOf } from "./template-slots.js";

/**
 * The format of `template:TEXT`: a line as it is written, with names in braces where values stand:
 * `{time} {level} [{thread}] {message}`.
 *
 * A blank stands for one or more blanks or tabs; `{{` and `}}` are braces; `{}` is passed over. `{name:int}` says what
 * a value is: int, float, word (no blanks), text, ip, time or level. Without it the name does: `time` and `timestamp`
 * are a time (the field is `timestamp`), `level` is a word for a level, names of `isNumberName` (status, port, took_ms)
 * are numbers where the text is one; `rest` is called `message`. A value ends where the text behind it comes for the
 * first time so that the value is what it should be. The template is the whole line.
 *
 * Takes time linear in the line. Throws usage.syntax; `what` leads its message.
 */
export function templateFormat(pattern: string, what = "--format template"): PatternFormat {
  const compiled = new Reader(pattern, what).read();
  return {
    name: "template",
    summary: "lines written as a template says",
    auto: false,
    hasContinuations: true,
    reference: "docs/patterns.md",
    examples: [],
    create: (context) => new TemplateParser(compiled, context),
  };
}

interface TemplateSlot {
  /** Undefined: passed over. */
  readonly name: string | undefined;
  readonly reading: SlotReading;
  readonly after: TemplateLiteral;
}

interface Compiled {
  readonly before: TemplateLiteral;
  readonly slots: readonly TemplateSlot[];
}

/** A value that is not what it should be is tried longer so often. */
const TRIES_MAX = 64;

class TemplateParser implements LineParser {
  private readonly compiled: Compiled;
  private readonly nowMs: () => number;

  constructor(compiled: Compiled, context: FormatContext) {
    this.compiled = compiled;
    this.nowMs = context.nowMs;
  }

  parse(line: string, event: EventWriter): boolean {
    if (line.length > LINE_UNITS_MAX) return false;
    const { before, slots } = this.compiled;
    const nowMs = this.nowMs();
    let from = before.endAt(line, 0);
    for (let n = 0; from !== -1 && n < slots.length; n++) {
      from = readSlot(line, from, slots[n]!, n === slots.length - 1, event, nowMs);
    }
    return from === line.length;
  }
}

/** Where the text behind the slot ends, whose value begins at `from`; -1: the line is not so. */
function readSlot(
  line: string,
  from: number,
  slot: TemplateSlot,
  isLast: boolean,
  event: EventWriter,
  nowMs: number,
): number {
  const { name, reading, after } = slot;
  const found = reading.find?.(line, from, nowMs);
  if (found?.timestamp !== undefined) {
    const next = after.endAt(line, found.end);
    if (next !== -1 && (!isLast || next === line.length)) {
      if (name !== undefined) event.text(name, found.timestamp);
      return next;
    }
  }
  const end = isLast ? after.startBefore(line, line.length) : endOf(line, from, reading, after, nowMs);
  if (end < from || (isLast && !reading.accepts(line.slice(from, end), nowMs))) return -1;
  if (name !== undefined) reading.write(name, line.slice(from, end), event, nowMs);
  return isLast ? line.length : after.endAt(line, end);
}

/** Where the value ends; -1: nowhere. */
function endOf(
  line: string,
  from: number,
  reading: SlotReading,
  after: TemplateLiteral,
  nowMs: number,
): number {
  let end = after.find(line, from);
  const triesMax = reading.find === undefined ? TRIES_MAX : 1;
  for (let tries = 0; end !== -1 && end - from <= reading.unitsMax && tries < triesMax; tries++) {
    if (reading.accepts(line.slice(from, end), nowMs)) return end;
    end = after.find(line, end + 1);
  }
  return -1;
}

const SLOT = /^\s*([\p{L}_@][\w@.\-\p{L}]*)?\s*(?::\s*(\w*)\s*)?$/u;

/** A template to its parts. */
class Reader {
  private readonly pattern: string;
  private readonly what: string;
  private at = 0;

  constructor(pattern: string, what: string) {
    this.pattern = pattern;
    this.what = what;
  }

  read(): Compiled {
    const before = this.literal();
    const slots: TemplateSlot[] = [];
    const names = new Set<string>();
    while (this.at < this.pattern.length) {
      const start = this.at;
      const { name, reading } = this.slot();
      if (name !== undefined && names.has(name)) throw this.fault(start, `"${name}" stands twice`);
      if (name !== undefined) names.add(name);
      const after = this.literal();
      if (after.isEmpty && this.at < this.pattern.length)
        throw this.fault(this.at, "two names with nothing between: where does the first value end?");
      slots.push({ name, reading, after });
    }
    if (names.size === 0) throw this.fault(0, "it has no names: write {name} for each value");
    return { before, slots };
  }

  private literal(): TemplateLiteral {
    let text = "";
    for (; this.at < this.pattern.length; this.at++) {
      const c = this.pattern[this.at]!;
      if (c === "{" || c === "}") {
        if (this.pattern[this.at + 1] !== c) {
          if (c === "{") break;
          throw this.fault(this.at, 'a "}" that closes nothing: write "}}" for the character');
        }
        this.at++;
      }
      text += c;
    }
    return new TemplateLiteral(text);
  }

  private slot(): { name: string | undefined; reading: SlotReading } {
    const start = this.at;
    const end = this.pattern.indexOf("}", start);
    if (end === -1) throw this.fault(start, 'a "{" that is never closed: write "{{" for the character');
    this.at = end + 1;
    const match = SLOT.exec(this.pattern.slice(start + 1, end));
    if (match === null) throw this.fault(start + 1, "this is no name: write {name} or {name:int}");
    const [, name, kind] = match;
    if (kind !== undefined && !isSlotKind(kind))
      throw this.fault(start + 1, `unknown type "${kind}"`, suggest(kind, SLOT_KINDS));
    return slotOf(name, kind);
  }

  private fault(offset: number, reason: string, suggestion?: string): LogpipeError {
    return failure("usage.syntax", {
      what: this.what,
      text: this.pattern,
      offset,
      reason,
      suggestion,
      hint: `it is like '{time} {level} [{thread}] {message}'; types are ${SLOT_KINDS.join(", ")}`,
    });
  }
}
