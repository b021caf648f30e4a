// Enter here: several inputs as one, in order of time.
import { countOf } from "../../base/size.js";
import { Block } from "../../event/block.js";
import { type TimeCounts, TimeTally, timeRemarks } from "../../event/time/remarks.js";
import type { Host } from "../../pipeline/contract/host.js";
import type { Source } from "../../pipeline/contract/source.js";
import { LineCollector } from "../../stages/common/line-collector.js";
import type { MergeInput } from "./merge-input.js";

/** A block is handed over once it is this large, or when an input has to be waited for. */
const BLOCK_BYTES = 1 << 20;

/**
 * Several inputs, each in order of time, as one stream in order of time: of equal instants the earlier input comes
 * first. Holds one block of each.
 */
export class Merger implements Source {
  onOversized?: (piece: Buffer, isLast: boolean, name?: string) => void;
  private readonly lanes: readonly MergeInput[];
  /** Lanes that have a line, by it. */
  private readonly ready: MergeInput[] = [];
  private readonly rank: ReadonlyMap<MergeInput, number>;
  /** Absent: inputs are waited for as long as it takes. */
  private readonly patienceMs: number | undefined;
  private readonly host: Host;
  /** The command that merges, for messages. */
  private readonly command: "merge" | "view";
  private readonly out = new LineCollector();
  private outBytes = 0;
  private isTold = false;

  constructor(
    lanes: readonly MergeInput[],
    patienceMs: number | undefined,
    host: Host,
    command: "merge" | "view" = "merge",
  ) {
    this.command = command;
    this.lanes = lanes;
    this.rank = new Map(lanes.map((lane, n) => [lane, n]));
    this.patienceMs = patienceMs;
    this.host = host;
  }

  async read(): Promise<Block | undefined> {
    for (;;) {
      const waiting = this.lanes.filter((lane) => !lane.isDone && !lane.hasLine);
      if (waiting.length > 0) {
        if (this.outBytes > 0) return this.take();
        await this.wait(waiting);
      }
      for (const lane of this.lanes) if (lane.hasLine && !lane.isReady) this.insert(lane);
      if (this.ready.length > 0) this.mergeUntilEmpty();
      if (this.outBytes >= BLOCK_BYTES) return this.take();
      if (this.lanes.every((lane) => lane.isDone && !lane.hasLine))
        return this.outBytes > 0 ? this.take() : this.tell();
    }
  }

  stop(): void {
    for (const lane of this.lanes) lane.stop();
  }

  amount(): ReturnType<NonNullable<Source["amount"]>> {
    const parts = this.lanes.map((lane) => lane.amount());
    let [doneBytes, totalBytes] = [0, 0];
    for (const part of parts) {
      if (part === undefined) return undefined;
      doneBytes += part.doneBytes;
      totalBytes += part.totalBytes;
    }
    return { doneBytes, totalBytes };
  }

  timeCounts(): TimeCounts {
    const tally = new TimeTally();
    for (const { timeCounts } of this.lanes)
      for (const [name, by] of Object.entries(timeCounts)) tally.count(name, by);
    return tally.counts;
  }

  async close(): Promise<void> {
    this.stop();
    await Promise.all(this.lanes.map((lane) => lane.close()));
  }

  /** Until every input has a line or has ended; or at least one has, and patience is over. */
  private async wait(waiting: readonly MergeInput[]): Promise<void> {
    const filled = waiting.map((lane) => lane.fill());
    const all = Promise.all(filled);
    if (this.patienceMs === undefined) {
      await all;
      return;
    }
    all.catch(() => {});
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.patienceMs);
    });
    await Promise.race([all, over]);
    clearTimeout(timer);
    if (this.ready.length === 0 && !this.lanes.some((lane) => lane.hasLine)) await Promise.race(filled);
  }

  /** Moves lines from the first of the lanes that are ready, until one of them has none left or the block is full. */
  private mergeUntilEmpty(): void {
    for (let lane = this.ready[0]; lane !== undefined && this.outBytes < BLOCK_BYTES; lane = this.ready[0]) {
      const other = this.ready[1];
      do {
        const { start, end } = lane;
        this.out.keep(lane.bytes, start, end);
        this.outBytes += end - start;
        lane.next();
      } while (lane.hasLine && (other === undefined || this.isBefore(lane, other)));
      this.ready.shift();
      lane.isReady = false;
      if (!lane.hasLine) return;
      this.insert(lane);
    }
  }

  private insert(lane: MergeInput): void {
    let low = 0;
    let high = this.ready.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.isBefore(this.ready[middle]!, lane)) low = middle + 1;
      else high = middle;
    }
    this.ready.splice(low, 0, lane);
    lane.isReady = true;
  }

  private isBefore(one: MergeInput, other: MergeInput): boolean {
    if (one.ms !== other.ms) return one.ms < other.ms;
    if (one.ns !== other.ns) return one.ns < other.ns;
    return this.rank.get(one)! < this.rank.get(other)!;
  }

  private take(): Block {
    this.outBytes = 0;
    const block = new Block(this.out.take());
    block.origin = { name: "<merged>" };
    return block;
  }

  /** The end: says which inputs were not in order. */
  private tell(): undefined {
    if (this.isTold) return;
    this.isTold = true;
    const areNamed = !this.tellTogether();
    for (const { name, outOfOrder, timeCounts } of this.lanes) {
      const { without_time: untimed = 0 } = timeCounts;
      if (untimed > 0 && this.command === "merge")
        this.host.log(
          "info",
          `${name}: ${countOf(untimed, "event")} without a time that can be read stayed behind the one before; --time-field FIELD names another field`,
        );
      const remarks = areNamed ? timeRemarks(timeCounts, this.command, false) : [];
      for (const remark of remarks) this.host.log("info", `${name}: ${remark}`);
      if (outOfOrder === 0) continue;
      this.host.log(
        "info",
        `${name} is not in order: ${countOf(outOfOrder, "event")} older than the one before stayed behind it; ${this.command === "merge" ? "" : "logpipe merge "}--reorder 10s puts right what is up to 10 s late`,
      );
    }
  }

  /** Of many inputs whose times had to be guessed, one line of each kind; false: there are few. */
  private tellTogether(): boolean {
    const guessed = this.lanes.filter(
      ({ timeCounts }) => timeRemarks(timeCounts, this.command, false).length > 0,
    );
    if (guessed.length <= NAMED_INPUTS_MAX) return false;
    const tally = new TimeTally();
    for (const { timeCounts } of guessed)
      for (const [name, count] of Object.entries(timeCounts)) tally.count(name, count);
    for (const remark of timeRemarks(tally.counts, this.command, false))
      this.host.log("info", `${guessed[0]!.name} and ${guessed.length - 1} more inputs: ${remark}`);
    return true;
  }
}

const NAMED_INPUTS_MAX = 4;
