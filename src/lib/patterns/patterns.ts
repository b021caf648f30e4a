/** The stage behind `patterns`: finds the template of every message, and says so in each event or in a summary at the end. */
import { failure } from "../base/errors/index.js";
import { Block } from "../event/block.js";
import type { Fault } from "../event/faults.js";
import { timeMs } from "../event/instant.js";
import { lineAt } from "../event/lines.js";
import { quote } from "../event/quote.js";
import { FieldSet, Projector, type Rows } from "../event/rows.js";
import { TextPool } from "../event/texts.js";
import { TemplateMiner } from "../sketch/templates.js";
import type { SavedMiner } from "../sketch/templates-saved.js";
import type { Template } from "../sketch/templates-template.js";
import { variableValues } from "../sketch/templates-values.js";
import type { Emit, StageContext, State, Transform } from "../stage/stage.js";
import { type Addition, Annotator, additionOf } from "./annotator.js";
import { type LineVisitor, visitLines } from "./lines.js";
import { summaryOf } from "./summary.js";

export interface PatternOptions {
  readonly field: string;
  readonly timeField: string;
  readonly isAnnotating: boolean;
  readonly hasVariables: boolean;
  readonly top: number | undefined;
  readonly isNewOnly: boolean;
  /** Milliseconds since the epoch: what is first seen from then on is new. */
  readonly newSinceMs: number | undefined;
  /** Patterns that are known; undefined when nobody gave any. */
  readonly baseline: readonly Template[] | undefined;
  readonly max: number;
}

interface Saved {
  readonly version: 1;
  readonly known: number;
  readonly miner: SavedMiner;
}

export class Patterns implements Transform, LineVisitor {
  private readonly options: PatternOptions;
  private readonly context: StageContext;
  private miner: TemplateMiner;
  /** Templates created before this one came with the baseline. */
  private known: number;
  private readonly projector: Projector;
  private readonly message: number;
  private readonly raw: number;
  private readonly time: number;
  private readonly level: number;
  /** The fields that annotating sets. */
  private readonly own: readonly number[];
  private readonly levels = new TextPool(1024, 64 * 1024);
  private readonly annotator: Annotator | undefined;
  private readonly additions = new WeakMap<
    Template,
    { readonly text: string; readonly addition: Addition }
  >();
  private block: Buffer = Buffer.alloc(0);
  /** The first backslash of the rows' bytes that is not before the message looked at. */
  private escapesIn: Buffer | undefined;
  private nextEscape = 0;

  constructor(options: PatternOptions, context: StageContext) {
    this.options = options;
    this.context = context;
    this.miner = new TemplateMiner(options.max);
    for (const template of options.baseline ?? []) this.miner.adopt(template);
    this.known = this.miner.created;
    const fields = new FieldSet();
    this.message = fields.add(options.field);
    this.raw = fields.add("raw");
    this.time = fields.add(options.timeField);
    this.level = fields.add("level");
    this.own = options.isAnnotating ? OWN_FIELDS.map((name) => fields.add(name)) : [];
    this.projector = new Projector(fields);
    this.annotator = options.isAnnotating ? new Annotator() : undefined;
  }

  push(block: Block, emit: Emit): boolean {
    this.block = block.bytes;
    const forgotten = this.miner.forgotten;
    visitLines(block.bytes, this.projector, this);
    if (this.miner.forgotten > forgotten) this.context.count("forgotten", this.miner.forgotten - forgotten);
    const bytes = this.annotator?.take() ?? Buffer.alloc(0);
    return bytes.length === 0 && block.position === undefined
      ? true
      : emit(new Block(bytes, undefined, block.position));
  }

  end(emit: Emit): void {
    if (this.annotator !== undefined) return;
    this.miner.refine();
    const { top, isNewOnly } = this.options;
    const summary = Buffer.from(summaryOf(this.miner, { top, isNewOnly, isNew: this.newness() }));
    if (summary.length > 0) emit(new Block(summary));
  }

  save(): State {
    return { version: STATE_VERSION, known: this.known, miner: this.miner.save() } satisfies Saved;
  }

  load(state: State): void {
    const { version, known, miner } = state as Saved;
    if (version !== STATE_VERSION)
      throw failure("state.other-version", { stage: "patterns", version, known: STATE_VERSION });
    this.miner = new TemplateMiner(this.options.max);
    this.miner.load(miner);
    this.known = known;
  }

  event(rows: Rows, row: number): void {
    const field =
      rows.isDirect(this.message, row) && rows.start(this.message, row) === 0 ? this.raw : this.message;
    const template = this.templateOf(rows, field, row);
    if (template === undefined) {
      this.context.count("without a message");
      this.annotator?.keep(rows.bytes, rows.lineStart(row), rows.lineEnd(row));
      return;
    }
    template.observe(timeMs(rows, this.time, row), this.levelOf(rows, row));
    if (this.annotator === undefined) return;
    const addition = this.options.hasVariables
      ? this.detailed(template, Buffer.from(rows.text(field, row)!))
      : this.additionOf(template);
    const isPlain = !rows.hasEscapedKey(row) && this.own.every((own) => rows.start(own, row) === 0);
    if (isPlain) this.annotator.append(rows, row, addition);
    else this.annotator.set(rows, row, addition);
  }

  text(bytes: Buffer, start: number, end: number): void {
    const template = this.miner.add(bytes, start, end);
    template.observe(Number.NaN, undefined);
    if (this.annotator === undefined) return;
    const text = bytes.utf8Slice(start, end);
    const addition = this.options.hasVariables
      ? this.detailed(template, Buffer.from(text))
      : this.additionOf(template);
    this.annotator.make(text, addition);
  }

  fault({ start, end, column, reason }: Fault): void {
    const raw = Buffer.from(this.block.subarray(start, end));
    this.context.reject({ reason, raw, line: lineAt(this.block, start), column });
  }

  private templateOf(rows: Rows, field: number, row: number): Template | undefined {
    const start = rows.start(field, row);
    if (start !== 0 && rows.bytes[start] === QUOTE) {
      const end = rows.end(field, row) - 1;
      if (!this.hasEscape(rows.bytes, start, end)) return this.miner.add(rows.bytes, start + 1, end);
    }
    const text = rows.text(field, row);
    if (text === undefined) return undefined;
    const bytes = Buffer.from(text);
    return this.miner.add(bytes, 0, bytes.length);
  }

  /** Messages come in order, so that every byte is looked at once. */
  private hasEscape(bytes: Buffer, start: number, end: number): boolean {
    if (this.escapesIn !== bytes || this.nextEscape < start) {
      this.escapesIn = bytes;
      const found = bytes.indexOf(BACKSLASH, start);
      this.nextEscape = found < 0 ? bytes.length : found;
    }
    return this.nextEscape < end;
  }

  private levelOf(rows: Rows, row: number): string | undefined {
    if (rows.start(this.level, row) === 0) return undefined;
    return this.levels.text(this.levels.of(rows, this.level, row));
  }

  private additionOf(template: Template): Addition {
    const known = this.additions.get(template);
    const { text } = template;
    if (known?.text === text) return known.addition;
    const addition = additionOf(fieldsOf(template));
    this.additions.set(template, { text, addition });
    return addition;
  }

  private detailed(template: Template, message: Buffer): Addition {
    const values = variableValues(template, message).map(quote);
    return additionOf([...fieldsOf(template), ["variables", `[${values.join(",")}]`]]);
  }

  private newness(): ((template: Template) => boolean) | undefined {
    const { baseline, newSinceMs } = this.options;
    if (baseline === undefined && newSinceMs === undefined) return undefined;
    const { known } = this;
    return ({ order, firstMs, count }) =>
      count > 0 && order >= known && (newSinceMs === undefined || firstMs >= newSinceMs);
  }
}

const STATE_VERSION = 1;
const OWN_FIELDS = ["pattern_id", "pattern", "variables"];
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function fieldsOf({ id, text }: Template): [string, string][] {
  return [
    ["pattern_id", `"${id}"`],
    ["pattern", quote(text)],
  ];
}
