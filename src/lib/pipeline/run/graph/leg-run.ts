/** One try to bring what waits in a journal into a sink. */
import { present } from "../../../base/assert.js";
import { newDelivery, type Outcome, STORED } from "../../../event/delivery/delivery.js";
import type { Journal } from "../../../journal/journal.js";
import { planNetwork } from "../../chain/network/plan-network.js";
import type { FedSink } from "../../contract/feed.js";
import type { SinkNode } from "../../contract/graph.js";
import type { Host } from "../../contract/host.js";
import type { RunOptions } from "../../contract/pipeline.js";
import type { Sink } from "../../contract/sink.js";
import type { Source } from "../../contract/source.js";
import { Run } from "../run.js";
import type { LegEnd, LegRun } from "./leg.js";

export interface LegRunOptions {
  readonly node: SinkNode;
  readonly journal: Journal;
  readonly options: RunOptions;
  readonly host: Host;
  readonly openSink: () => Promise<Sink>;
  readonly onStored: () => void;
  /** Told what the sink has counted, at the end of each try. */
  readonly onCounts: (counts: Readonly<Record<string, number>>) => void;
}

/** A table stores the journal's segments as they are; other sinks are written to block by block. */
export async function openLegRun(given: LegRunOptions): Promise<LegRun> {
  const { node, journal, host } = given;
  const { step } = node;
  if (step?.declaration.openFed !== undefined) {
    const fed = await step.declaration.openFed(step.given, host, journal.feed(node.name));
    if (fed !== undefined) return new FedRun(fed, given);
  }
  return new WrittenRun(await given.openSink(), given);
}

/** Lets what comes pass unseen. */
export function discardingRun(given: Omit<LegRunOptions, "openSink">): LegRun {
  const nowhere: Sink = {
    write: async ({ delivery }) => {
      delivery?.settle(STORED);
      return true;
    },
    flush: async () => {},
    close: async () => {},
  };
  return new WrittenRun(nowhere, { ...given, openSink: async () => nowhere });
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
  private readonly given: LegRunOptions;
  private readonly reader: Source;
  private failure: LegEnd["failure"];
  private isClosed = false;

  constructor(sink: Sink, given: LegRunOptions) {
    this.sink = sink;
    this.given = given;
    this.reader = given.journal.reader(given.node.name);
    this.watchReader();
    this.watchSink();
  }

  async toEnd(): Promise<LegEnd> {
    const { node, options, host } = this.given;
    const network = {
      entries: [{ name: node.name }],
      nodes: [],
      exits: [{ name: node.name, from: [{ entry: 0 }] }],
    };
    const plan = planNetwork(network, { workers: 0 });
    // What could not be delivered is said by who tries again.
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
