// Enter here: the template of every message.
/**
 * The stage behind `patterns`: finds the template of every message, and says so in each event or in a summary at the
 * end.
 */
import { isUtf8 } from "node:buffer";
import { Block } from "../../event/block.js";
import { StringInterner } from "../../event/rows/string-interner.js";
import { quote } from "../../json/quote.js";
import type { Emit, StageContext, State, Transform } from "../../pipeline/contract/stage.js";
import { checkStateVersion } from "../../pipeline/contract/state/state-version.js";
import type { SavedMiner } from "../../sketch/templates/saved.js";
import type { Template } from "../../sketch/templates/template.js";
import { TemplateMiner } from "../../sketch/templates/templates.js";
import { variableValues } from "../../sketch/templates/values.js";
import { type Addition, Annotator, additionOf } from "./annotator.js";
import {
  COLUMNS,
  LineColumn,
  LineKind,
  type Prepared,
  type PrepareOptions,
  Preparer,
  readPrepared,
} from "./prepare.js";
import { summaryOf } from "./summary.js";

export interface PatternOptions extends PrepareOptions {
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

export class Patterns implements Transform {
  private readonly options: PatternOptions;
  private readonly context: StageContext;
  private miner: TemplateMiner;
  /** Templates created before this one came with the baseline. */
  private known: number;
  private readonly preparer: Preparer;
  private readonly levels = new StringInterner(1024, 64 * 1024);
  private readonly annotator: Annotator | undefined;
  private readonly additions = new WeakMap<
    Template,
    { readonly text: string; readonly addition: Addition }
  >();

  constructor(options: PatternOptions, context: StageContext) {
    this.options = options;
    this.context = context;
    this.miner = new TemplateMiner(options.max);
    for (const template of options.baseline ?? []) this.miner.adopt(template);
    this.known = this.miner.created;
    this.preparer = new Preparer(options, context);
    this.annotator = options.isAnnotating ? new Annotator() : undefined;
  }

  push(block: Block, emit: Emit): boolean {
    const prepared = this.preparer.prepare(block);
    const bytes = prepared.length === 0 ? prepared : this.fold(readPrepared(prepared));
    return bytes.length === 0 || emit(new Block(bytes));
  }

  pushPrepared(prepared: Buffer, emit: Emit): boolean {
    const bytes = this.fold(readPrepared(prepared));
    return bytes.length === 0 || emit(new Block(bytes));
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
    checkStateVersion("patterns", version, STATE_VERSION);
    this.miner = new TemplateMiner(this.options.max);
    this.miner.load(miner);
    this.known = known;
  }

  /** Finds the templates of all lines. Returns the annotated lines, or nothing. */
  private fold({ count, times, columns, bytes }: Prepared): Buffer {
    const { miner, annotator } = this;
    const forgotten = miner.forgotten;
    for (let line = 0, at = 0; line < count; line++, at += COLUMNS) {
      if (columns[at + LineColumn.kind] === LineKind.bare) {
        annotator?.keep(bytes, columns[at + LineColumn.lineStart]!, columns[at + LineColumn.lineEnd]!);
        continue;
      }
      const start = columns[at + LineColumn.textStart]!;
      const end = columns[at + LineColumn.textEnd]!;
      const template = miner.addShaped(
        columns[at + LineColumn.hashLow]!,
        columns[at + LineColumn.hashHigh]!,
        bytes,
        start,
        end,
      );
      const levelEnd = columns[at + LineColumn.levelEnd]!;
      const level =
        levelEnd === 0 ? undefined : this.levelAt(bytes, columns[at + LineColumn.levelStart]!, levelEnd);
      template.observe(times[line]!, level);
      if (annotator !== undefined)
        this.annotate(annotator, template, bytes, columns.subarray(at, at + COLUMNS));
    }
    if (miner.forgotten > forgotten) this.context.count("forgotten_patterns", miner.forgotten - forgotten);
    return annotator?.take() ?? Buffer.alloc(0);
  }

  private annotate(annotator: Annotator, template: Template, bytes: Buffer, line: Int32Array): void {
    const textStart = line[LineColumn.textStart]!;
    const textEnd = line[LineColumn.textEnd]!;
    const addition = this.options.hasVariables
      ? this.detailed(template, bytes.subarray(textStart, textEnd))
      : this.additionOf(template);
    const start = line[LineColumn.lineStart]!;
    const end = line[LineColumn.lineEnd]!;
    if (line[LineColumn.kind] === LineKind.text)
      annotator.make(bytes.utf8Slice(textStart, textEnd), addition);
    else if (line[LineColumn.kind] === LineKind.event) annotator.append(bytes, start, end, addition);
    else annotator.set(bytes, start, end, addition);
  }

  private levelAt(bytes: Buffer, start: number, end: number): string | undefined {
    return this.levels.text(this.levels.id(bytes, start, end));
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
    const text = isUtf8(message) ? message : Buffer.from(message.toString("utf8"));
    const values = variableValues(template, text).map(quote);
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

function fieldsOf({ id, text }: Template): [string, string][] {
  return [
    ["pattern_id", `"${id}"`],
    ["pattern", quote(text)],
  ];
}
