/** Graphs of tests: their sources and sinks are in memory, all between is real. */
import { Block } from "../../../../src/lib/event/block.js";
import { newDelivery, type Outcome, STORED } from "../../../../src/lib/event/delivery/delivery.js";
import type { Graph, SinkNode, SourceNode } from "../../../../src/lib/pipeline/contract/graph.js";
import type { Host } from "../../../../src/lib/pipeline/contract/host.js";
import type { RunOptions } from "../../../../src/lib/pipeline/contract/pipeline.js";
import type { Sink } from "../../../../src/lib/pipeline/contract/sink.js";
import type { Source } from "../../../../src/lib/pipeline/contract/source.js";
import {
  type SinkDeclaration,
  type SourceDeclaration,
  sink,
  source,
} from "../../../../src/lib/pipeline/contract/stage.js";
import { runGraph } from "../../../../src/lib/pipeline/run/graph/run-graph.js";
import { quietHost } from "../support/host.js";

const texts = { summary: "x", details: "", operands: [], options: {}, examples: [] };
const given = { operands: [], options: {} };
export const NO_OPTIONS: RunOptions = {
  isStrict: false,
  workers: 0,
  hasStats: false,
  deadLetters: "/dev/null",
};

/** Blocks of one line each, as fast as they are taken; `outcomes` says what became of them. */
export class MemorySource implements Source {
  readonly outcomes: (Outcome | undefined)[] = [];
  read_ = 0;
  private readonly lines: readonly string[];
  private isStopped = false;
  private readonly beforeRead: (index: number) => Promise<void> | undefined;

  constructor(
    lines: readonly string[],
    beforeRead: (index: number) => Promise<void> | undefined = () => undefined,
  ) {
    this.lines = lines;
    this.beforeRead = beforeRead;
  }

  async read(): Promise<Block | undefined> {
    const index = this.read_;
    await this.beforeRead(index);
    const line = this.isStopped ? undefined : this.lines[index];
    if (line === undefined) return undefined;
    this.read_++;
    const block = new Block(Buffer.from(`${line}\n`));
    block.origin = { name: "memory" };
    this.outcomes.push(undefined);
    block.delivery = newDelivery((outcome) => void (this.outcomes[index] = outcome));
    return block;
  }

  stop(): void {
    this.isStopped = true;
  }

  async close(): Promise<void> {}
}

export type Written = "stored" | "settled" | "closed";

/** What was written, whatever was made of it; `write` may wait, throw, or settle by itself. */
export class MemorySink implements Sink {
  readonly lines: string[] = [];
  opened = 0;
  closed = 0;
  private readonly onWrite: (lines: readonly string[], block: Block) => Promise<Written> | undefined;

  constructor(onWrite: MemorySink["onWrite"] = () => undefined) {
    this.onWrite = onWrite;
  }

  async write(block: Block): Promise<boolean> {
    const lines = block.bytes.toString().split("\n").slice(0, -1);
    const what = (await this.onWrite(lines, block)) ?? "stored";
    if (what === "closed") return false;
    this.lines.push(...lines);
    if (what === "stored") block.delivery?.settle(STORED);
    return true;
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {
    this.closed++;
  }
}

export function sourceNode(name: string, opened: Source): SourceNode {
  const declaration = source({ ...texts, name: "memory", open: async () => opened });
  return { name, step: { declaration: declaration as SourceDeclaration, given }, files: [] };
}

export function sinkNode(
  name: string,
  from: string,
  opened: MemorySink | (() => Promise<Sink>),
  more: Partial<SinkNode> = {},
): SinkNode {
  const open = async () => {
    if (typeof opened === "function") return opened();
    opened.opened++;
    return opened;
  };
  const declaration = sink({ ...texts, name: "memory", input: "checked", keepsText: () => true, open });
  const [node, port] = from.split(".") as [string, string | undefined];
  return {
    name,
    from: [port === undefined ? { node } : { node, port }],
    step: { declaration: declaration as SinkDeclaration, given },
    required: "alone",
    onFull: "block",
    ...more,
  };
}

export interface Ran {
  readonly code: number | undefined;
  readonly error: unknown;
  readonly said: readonly string[];
  readonly failed: readonly string[];
}

export async function run(
  graph: Partial<Graph>,
  directory: string | undefined,
  { signal, options, path }: { signal?: AbortSignal; options?: Partial<RunOptions>; path?: string } = {},
): Promise<Ran> {
  const said: string[] = [];
  const failed: string[] = [];
  const host: Host = quietHost({
    nowMs: Date.now,
    ...(signal !== undefined && { signal }),
    log: (level, text) => void said.push(`${level}: ${text}`),
    fail: (text) => void failed.push(text),
  });
  const whole: Graph = {
    sources: [],
    stages: [],
    routes: [],
    sinks: [],
    journal: directory === undefined ? { mode: "none" } : { mode: "auto", directory },
    ...graph,
  };
  const throttle = async () => (await import("../../../../src/commands/stages/throttle.js")).default as never;
  try {
    const code = await runGraph(whole, { ...NO_OPTIONS, ...options }, host, { throttle, path });
    return { code, error: undefined, said, failed };
  } catch (error) {
    return { code: undefined, error, said, failed };
  }
}

export function numbered(count: number, more: (n: number) => object = () => ({})): readonly string[] {
  return Array.from({ length: count }, (_, n) => JSON.stringify({ n, ...more(n) }));
}
