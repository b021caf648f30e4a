/** One try to bring what waits in a journal into a sink. */
import { present } from "../../../../base/assert.js";
import { newDelivery, type Outcome, STORED } from "../../../../event/delivery/delivery.js";
import type { Journal } from "../../../../journal/journal.js";
import { planNetwork } from "../../../chain/network/plan-network.js";
import type { FedSink } from "../../../contract/feed.js";
import type { SinkNode } from "../../../contract/graph.js";
import type { Host } from "../../../contract/host.js";
import type { RunOptions } from "../../../contract/pipeline.js";
import type { Sink } from "../../../contract/sink.js";
import type { Source } from "../../../contract/source.js";
import { Run } from "../../run.js";
import type { LegEnd, LegRun } from "./leg.js";
import { LimitedSource, type Limiting } from "./limited-source.js";

export interface LegRunOptions extends Limiting {
  readonly node: SinkNode;
  readonly journal: Journal;
  readonly options: RunOptions;
  readonly host: Host;
  readonly openSink: () => Promise<Sink>;
  readonly onStored: () => void;
  /** Told what the sink has counted, at the end of each try. */
  readonly onCounts: (counts: Readonly<Record<string, number>>) => void;
}

type LegGiven = Omit<LegRunOptions, "openSink" | keyof Limiting>;

/** A table stores the journal's segments as they are; other sinks are written to block by block. */
export async function openLegRun(given: LegRunOptions): Promise<LegRun> {
  const { node, journal, host } = given;
  const { step } = node;
  // What a limit leaves out is in the segments.
  if (step?.declaration.openFed !== undefined && node.rateLimit === undefined) {
    const { directory, id } = journal;
    const feed = Object.assign(journal.feed(node.name), { reader: node.name, journal: { directory, id } });
    const fed = await step.declaration.openFed(step.given, host, feed);
    if (fed !== undefined) return new FedRun(fed, given);
  }
  const sink = await given.openSink();
  const reader = journal.reader(node.name);
  const { rateLimit } = node;
  if (rateLimit === undefined) return new WrittenRun(sink, reader, given);
  const limiting = { throttle: await given.throttle(), limits: given.limits, areParts: true };
  const limited = new LimitedSource(reader, rateLimit, node.name, limiting, host);
  return new WrittenRun(sink, limited, given);
}

/** Lets what comes pass unseen. */
export function discardingRun(given: LegGiven): LegRun {
  const nowhere: Sink = {
    write: async ({ delivery }) => {
      delivery?.settle(STORED);
      return true;
    },
    flush: async () => {},
    close: async () => {},
  };
  return new WrittenRun(nowhere, given.journal.reader(given.node.name), given);
}

class FedRun implements LegRun {
  private readonly fed: FedSink;
  private readonly given: LegRunOptions;

  constructor(fed: FedSink, given: LegRunOptions) {
    this.fed = fed;
    this.given = given;
  }

  async toEnd(): Promise<LegEnd> {
    try {
      await this.fed.run();
      this.given.onStored();
      return { isClosed: false };
    } finally {
      await this.drop();
    }
  }

  stop(): void {
    this.fed.stop();
  }

  async drop(): Promise<void> {
    await this.fed.close();
    this.given.onCounts(this.fed.counts?.() ?? {});
  }
}

class WrittenRun implements LegRun {
  private readonly sink: Sink;
  private readonly given: LegGiven;
  private readonly reader: Source;
  private failure: LegEnd["failure"];
  private isClosed = false;

  constructor(sink: Sink, reader: Source, given: LegGiven) {
    this.sink = sink;
    this.reader = reader;
    this.given = given;
    this.watchReader();
    this.watchSink();
  }

  async toEnd(): Promise<LegEnd> {
    const { node, options, host } = this.given;
    // What a limit has cut in pieces is checked again.
    const sink = node.rateLimit === undefined ? undefined : node.step;
    const network = {
      entries: [{ name: node.name }],
      nodes: [],
      exits: [{ name: node.name, from: [{ entry: 0 }], sink }],
    };
    const plan = planNetwork(network, { workers: 0 });
    // Who tries again reports what could not be delivered.
    const quiet: Host = { ...host, fail: (text) => host.log("debug", text) };
    const run = new Run(plan, legOptions(options), quiet, [this.reader], this.sink);
    try {
      await run.toEnd();
    } finally {
      this.given.onCounts(this.sink.counts?.() ?? {});
    }
    return { failure: this.failure, isClosed: this.isClosed };
  }

  stop(): void {
    this.reader.stop();
  }

  async drop(): Promise<void> {
    await (this.sink.abandon?.() ?? this.sink.close());
    await this.reader.close();
  }

  /** What is behind a block that failed is read again with it: nothing more is read now. */
  private watchReader(): void {
    const read = this.reader.read.bind(this.reader);
    this.reader.read = async () => {
      const block = await read();
      if (block === undefined) return undefined;
      const own = present(block.delivery, "the delivery of a block of a journal");
      block.delivery = newDelivery((outcome) => {
        this.settled(outcome);
        own.settle(outcome);
      });
      return block;
    };
  }

  private settled(outcome: Outcome): void {
    if (outcome.kind === "stored") this.given.onStored();
    if (outcome.kind !== "failed" || this.failure !== undefined) return;
    const { reason, retryAfterMs } = outcome;
    this.failure = { reason, retryAfterMs };
    this.reader.stop();
  }

  private watchSink(): void {
    const write = this.sink.write.bind(this.sink);
    this.sink.write = async (block) => {
      const isWanted = await write(block);
      this.isClosed ||= !isWanted;
      return isWanted;
    };
  }
}

function legOptions({ hasStats, onDeadLetterFailure, deadLetters }: RunOptions): RunOptions {
  return {
    isStrict: false,
    workers: 0,
    hasStats,
    ...(onDeadLetterFailure !== undefined && { onDeadLetterFailure }),
    ...(deadLetters !== undefined && { deadLetters }),
  };
}
