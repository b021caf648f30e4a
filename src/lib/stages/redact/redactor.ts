// Enter here: replaces what is found in each line; every other byte stays.
/** `redact`: what is found in each line is replaced; every other byte stays as it is. */
import { takeBuffer } from "../../base/buffers.js";
import { Block } from "../../event/block.js";
import { escapeBytes, unescaped } from "../../json/escapes.js";
import type { StageContext, Transform } from "../../pipeline/contract/stage.js";
import { ENCRYPTED_ESCAPED, ENCRYPTED_TEXT, ENCRYPTED_TOKEN } from "./actions.js";
import type { Finding } from "./find/finding.js";
import { type FieldCut, type FieldPlace, Walk } from "./find/locate.js";
import { withoutOverlaps } from "./find/overlaps.js";
import type { Settled } from "./settings.js";
import { usableLines } from "./usable-lines.js";
import { unreadableLines, unreadableStrings } from "./withhold.js";

export interface RedactorOptions {
  /** Lines are text, whatever they look like. */
  readonly isText: boolean;
  /** Whether fields are counted, too. */
  readonly hasAudit: boolean;
  /** Nothing goes out that could not be looked through. */
  readonly isClosed?: boolean;
}

/** [start, end) of the block becomes `text`: bytes, one a character. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Fields that the audit tells apart; the others are counted together. */
const AUDIT_FIELDS_MAX = 1000;
const AUDIT_OTHERS = "(other fields)";
/** Between the name of a detector and that of a field in a counter. */
export const AUDIT_SEPARATOR = " in ";

export class Redactor implements Transform {
  private readonly settled: Settled;
  private readonly options: RedactorOptions;
  private readonly context: StageContext;
  private readonly needsWalk: boolean;
  private readonly auditFields = new Set<string>();

  constructor(settled: Settled, options: RedactorOptions, context: StageContext) {
    this.settled = settled;
    this.options = options;
    this.context = context;
    const drops = settled.replacers.some(({ action }) => action === "drop");
    this.needsWalk = !options.isText && (drops || options.hasAudit);
  }

  push(block: Block, emit: (block: Block) => boolean): boolean {
    const { isText } = this.options;
    const bytes = usableLines(block.bytes, { isText }, this.context);
    return emit(new Block(this.redactLines(bytes)));
  }

  /** Text, or whole lines that are events. */
  redactLines(bytes: Buffer): Buffer {
    const { finder } = this.settled;
    const found = withoutOverlaps(this.options.isText ? finder.inText(bytes) : finder.inEvents(bytes));
    this.count(found);
    const redacted = found.length === 0 ? bytes : applied(bytes, this.editsOf(bytes, found));
    return this.options.isClosed === true ? this.readable(redacted) : redacted;
  }

  private readable(bytes: Buffer): Buffer {
    const { hunters } = this.settled;
    const withheld = this.options.isText
      ? unreadableLines(bytes, hunters)
      : unreadableStrings(bytes, hunters);
    if (withheld.length === 0) return bytes;
    this.context.count("withheld", withheld.length);
    return applied(bytes, withheld);
  }

  private count(found: readonly Finding[]): void {
    const counts = new Map<number, number>();
    for (const { hunter } of found) counts.set(hunter, (counts.get(hunter) ?? 0) + 1);
    for (const [hunter, count] of counts) this.context.count(this.settled.hunters[hunter]!.name, count);
  }

  private editsOf(bytes: Buffer, found: readonly Finding[]): readonly Edit[] {
    const isJson = !this.options.isText;
    const cuts = this.needsWalk ? this.walk(bytes, found) : [];
    const edits: Edit[] = cuts.map(({ from, to }) => ({ start: from, end: to, text: "" }));
    for (const finding of found) {
      const isDropped = this.settled.replacers[finding.hunter]!.action === "drop";
      if (isJson && isDropped) continue;
      const { start, end } = finding;
      edits.push({ start, end, text: this.replacement(bytes, finding, isJson) });
    }
    return cuts.length === 0 ? edits : outermost(edits);
  }

  private replacement(
    bytes: Buffer,
    { start, end, hunter, isToken, value, isInnerToken }: Finding,
    isJson: boolean,
  ): string {
    const { label, normal } = this.settled.hunters[hunter]!;
    const raw = bytes.latin1Slice(start, end);
    const isEscaped = isJson && !isToken && raw.includes("\\");
    const text = this.settled.replacers[hunter]!.replace({
      value: value ?? (isEscaped ? unescaped(raw).text : raw),
      raw,
      form: isToken ? ENCRYPTED_TOKEN : isEscaped ? ENCRYPTED_ESCAPED : ENCRYPTED_TEXT,
      label,
      normal,
    });
    if (!isJson) return text;
    // What --reveal puts back is the whole value.
    if (isInnerToken === true && this.settled.replacers[hunter]!.action !== "encrypt")
      return escapeBytes(`"${text}"`);
    return isToken ? `"${escapeBytes(text)}"` : escapeBytes(text);
  }

  /** Event by event: counts fields for the audit, and says what is to be cut out. */
  private walk(bytes: Buffer, found: readonly Finding[]): readonly FieldCut[] {
    const { hunters, replacers } = this.settled;
    const cuts: FieldCut[] = [];
    for (let n = 0; n < found.length; ) {
      const line = found[n]!.start === 0 ? 0 : bytes.lastIndexOf(0x0a, found[n]!.start - 1) + 1;
      const end = bytes.indexOf(0x0a, found[n]!.start);
      const places: FieldPlace[] = [];
      const first = n;
      for (; n < found.length && found[n]!.start < end; n++) {
        const { start, end, hunter } = found[n]!;
        places.push({
          start,
          end,
          label: hunters[hunter]!.label,
          isDropped: replacers[hunter]!.action === "drop",
        });
      }
      const walk = new Walk(bytes, line, places);
      for (const cut of walk.cuts) cuts.push(cut);
      if (!this.options.hasAudit) continue;
      for (const [k, { path }] of walk.located.entries())
        this.audit(hunters[found[first + k]!.hunter]!.name, path);
    }
    return cuts;
  }

  private audit(detector: string, path: string): void {
    let field = Buffer.from(path.slice(0, 200), "latin1").toString();
    if (!this.auditFields.has(field)) {
      if (this.auditFields.size < AUDIT_FIELDS_MAX) this.auditFields.add(field);
      else field = AUDIT_OTHERS;
    }
    this.context.count(`${detector}${AUDIT_SEPARATOR}${field}`);
  }
}

/** Edits in order, those inside of others left out. */
function outermost(edits: Edit[]): readonly Edit[] {
  edits.sort((a, b) => a.start - b.start || b.end - a.end);
  const kept: Edit[] = [];
  for (const edit of edits) {
    const last = kept.at(-1);
    if (last === undefined || edit.start >= last.end) kept.push(edit);
    else if (edit.end > last.end) kept[kept.length - 1] = { start: last.start, end: edit.end, text: "" };
  }
  return kept;
}

/** `edits` in order and without overlaps. */
function applied(bytes: Buffer, edits: readonly Edit[]): Buffer {
  let length = bytes.length;
  for (const { start, end, text } of edits) length += text.length - (end - start);
  const out = takeBuffer(length);
  let from = 0;
  let to = 0;
  for (const { start, end, text } of edits) {
    to += bytes.copy(out, to, from, start);
    to += out.write(text, to, "latin1");
    from = end;
  }
  bytes.copy(out, to, from);
  return out;
}
