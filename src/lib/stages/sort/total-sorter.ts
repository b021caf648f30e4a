// Enter here: all of a stream in order (with files on disk); stream-sorter.ts sorts what is nearly in order.
import { Block } from "../../event/block.js";
import { FieldSet } from "../../event/rows/rows.js";
import { EventReader } from "../../pipeline/contract/event-reader.js";
import type { Emit, StageContext, State, Transform } from "../../pipeline/contract/stage.js";
import { checkStateVersion } from "../../pipeline/contract/state/state-version.js";
import { LineCollector } from "../common/line-collector.js";
import { mergeLines } from "./merge-lines.js";
import { linesOfRun, RunFile, type SortedLine } from "./run-files.js";
import { FieldsKey, type SortKey, TimeKey } from "./sort-key.js";

export interface TotalSorterSettings {
  /** Empty: by time. */
  readonly by: readonly string[];
  readonly timeField: string;
  readonly isReversed: boolean;
  /** Beyond it, sorted runs go to files in `directory`. */
  readonly memoryBytes: number;
  readonly directory: string;
}

const VERSION = 1;
/** What a line takes beside its bytes and those of its key: measured, Node 20. */
const LINE_BYTES = 72;
const BLOCK_BYTES = 1 << 20;
/** So many runs are merged into one. */
const RUNS_MAX = 64;

/** Sorts all of its input, once that has ended. Stable. */
export class TotalSorter implements Transform {
  private readonly settings: TotalSorterSettings;
  private readonly context: StageContext;
  private readonly reader: EventReader;
  private readonly key: SortKey;
  private readonly sign: 1 | -1;
  private keys: string[] = [];
  private blocks: Buffer[] = [];
  private blockOf: number[] = [];
  private starts: number[] = [];
  private ends: number[] = [];
  private usedBytes = 0;
  private isInOrder = true;
  private lastKey: string | undefined;
  private runs: RunFile[] = [];
  private ordered: Iterator<SortedLine> | undefined;
  private readonly out = new LineCollector();

  constructor(settings: TotalSorterSettings, context: StageContext) {
    this.settings = settings;
    this.context = context;
    this.sign = settings.isReversed ? -1 : 1;
    const fields = new FieldSet();
    this.key =
      settings.by.length === 0
        ? new TimeKey(settings.timeField, fields, (name) => context.count(name))
        : new FieldsKey(settings.by, fields, settings.isReversed);
    this.reader = new EventReader(fields, context);
  }

  push(block: Block, _emit: Emit): boolean {
    const rows = this.reader.read(block);
    for (let row = 0; row < rows.count; row++) {
      const key = this.key.of(rows, row);
      if (key === undefined) this.context.count("without_time");
      if (this.blocks.at(-1) !== rows.bytes) this.blocks.push(rows.bytes);
      this.add(key ?? this.lastKey ?? "", rows.lineStart(row), rows.lineEnd(row));
      if (this.usedBytes > this.settings.memoryBytes) this.spill();
    }
    return true;
  }

  endPart(emit: Emit): boolean {
    this.ordered ??= this.lines();
    for (let bytes = 0; bytes < BLOCK_BYTES; ) {
      const { value, done } = this.ordered.next();
      if (done === true) {
        this.close();
        const last = this.out.take();
        if (last.length > 0) emit(new Block(last));
        return false;
      }
      this.out.keep(value.line, 0, value.line.length);
      bytes += value.line.length;
    }
    return emit(new Block(this.out.take()));
  }

  end(emit: Emit): void {
    while (this.endPart(emit));
  }

  save(): State {
    const lines = [...this.sorted()];
    return {
      version: VERSION,
      lastKey: this.lastKey,
      runs: this.runs.map((run) => run.content()),
      keys: lines.map(({ key }) => key),
      ends: Float64Array.from(endsOf(lines)),
      bytes: new Uint8Array(Buffer.concat(lines.map(({ line }) => line))),
    };
  }

  load(state: State): void {
    const saved = state as Saved;
    checkStateVersion("sort", saved.version, VERSION);
    const { directory } = this.settings;
    this.runs = saved.runs.map((content) => new RunFile(directory, linesOfRun(content)));
    this.blocks = [Buffer.from(saved.bytes)];
    saved.keys.forEach((key, n) => {
      this.add(key, n === 0 ? 0 : saved.ends[n - 1]!, saved.ends[n]!);
    });
    this.lastKey = saved.lastKey;
    // They were sorted to be saved: the next one need not be behind the last of them.
    this.isInOrder = false;
  }

  private add(key: string, start: number, end: number): void {
    const { lastKey } = this;
    if (lastKey !== undefined && key !== lastKey && key < lastKey === (this.sign === 1))
      this.isInOrder = false;
    this.lastKey = key;
    this.keys.push(key);
    this.blockOf.push(this.blocks.length - 1);
    this.starts.push(start);
    this.ends.push(end);
    this.usedBytes += LINE_BYTES + key.length + end - start;
  }

  /** What is in memory, in order. */
  private *sorted(): Generator<SortedLine> {
    const { keys, blocks, blockOf, starts, ends, sign } = this;
    const order = Uint32Array.from(keys.keys());
    if (!this.isInOrder)
      order.sort((a, b) => {
        const one = keys[a]!;
        const other = keys[b]!;
        if (one === other) return a - b;
        return one < other ? -sign : sign;
      });
    for (const n of order) yield { key: keys[n]!, line: blocks[blockOf[n]!]!.subarray(starts[n]!, ends[n]!) };
  }

  private lines(): Iterator<SortedLine> {
    const inMemory = this.sorted();
    return this.runs.length === 0
      ? inMemory
      : mergeLines([...this.runs.map((run) => run.lines()), inMemory], this.sign);
  }

  private spill(): void {
    const { directory } = this.settings;
    this.runs.push(new RunFile(directory, this.sorted()));
    this.context.count("runs_on_disk");
    this.forgetMemory();
    if (this.runs.length < RUNS_MAX) return;
    const merged = new RunFile(
      directory,
      mergeLines(
        this.runs.map((run) => run.lines()),
        this.sign,
      ),
    );
    for (const run of this.runs) run.close();
    this.runs = [merged];
  }

  private forgetMemory(): void {
    this.keys = [];
    this.blocks = [];
    this.blockOf = [];
    this.starts = [];
    this.ends = [];
    this.usedBytes = 0;
    this.isInOrder = true;
  }

  private close(): void {
    for (const run of this.runs) run.close();
    this.runs = [];
    this.forgetMemory();
    this.ordered = [][Symbol.iterator]();
  }
}

interface Saved {
  readonly version: unknown;
  readonly lastKey: string | undefined;
  readonly runs: readonly Uint8Array[];
  readonly keys: readonly string[];
  readonly ends: Float64Array;
  readonly bytes: Uint8Array;
}

function endsOf(lines: readonly SortedLine[]): number[] {
  let at = 0;
  return lines.map(({ line }) => (at += line.length));
}
