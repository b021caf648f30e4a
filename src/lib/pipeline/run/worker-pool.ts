/** Worker threads that each run the same chain over blocks; replies come back in the order the blocks went in. */

import { Worker } from "node:worker_threads";
import { giveBuffer } from "../../base/buffers.js";
import { failure } from "../../base/errors/index.js";
import { programFile } from "../../base/program-file.js";
import type { Block } from "../../event/block.js";
import {
  transferable,
  type WorkerEnd,
  type WorkerFailure,
  type WorkerReady,
  type WorkerReply,
  type WorkerRequest,
  type WorkerSetup,
} from "../chain/worker-messages.js";

/**
 * Young generation of a worker, MiB: text stages make much short-lived garbage; see docs/architecture.md, "Measured".
 */
const YOUNG_GENERATION_MB = 48;
/** A worker that has not ended by itself after this long is cut off: its stage hangs. */
const END_MS = 10_000;
/** Blocks waiting in or for one worker: one in work, one ready. */
const BLOCKS_PER_WORKER = 2;
/** Larger buffers are of lines that are rarely so long: they go. */
const SPARE_BYTES_MAX = 8 << 20;

interface Member {
  readonly worker: Worker;
  waiting: number;
}

export class Pool {
  private readonly members: Member[] = [];
  private readonly replies = new Map<
    number,
    { resolve: (reply: WorkerReply) => void; reject: (error: unknown) => void; member: Member }
  >();
  private nextId = 0;
  private failed: unknown;
  private readonly spares: ArrayBuffer[] = [];

  /** Starts `size` workers; resolves once all are ready. */
  static async start(size: number, setup: WorkerSetup): Promise<Pool> {
    const pool = new Pool();
    const started = await Promise.allSettled(Array.from({ length: size }, () => pool.add(setup)));
    const failed = started.find(({ status }) => status === "rejected");
    if (failed === undefined) return pool;
    await pool.close();
    throw (failed as PromiseRejectedResult).reason;
  }

  /** Blocks that may be under way at once; more would only take memory. */
  get capacity(): number {
    return this.members.length * BLOCKS_PER_WORKER;
  }

  /** Hands a block to the least busy worker. The block's bytes may be transferred away. */
  run(block: Block, entry: number): Promise<WorkerReply> {
    const member = this.members.reduce((best, m) => (m.waiting < best.waiting ? m : best));
    const bytes = transferable(block.bytes);
    const spare = this.spares.pop();
    const { labels, origin, known } = block;
    const request: WorkerRequest = { id: this.nextId++, entry, bytes, labels, origin, known, spare };
    member.waiting++;
    return new Promise((resolve, reject) => {
      if (this.failed !== undefined) return reject(this.failed);
      this.replies.set(request.id, { resolve, reject, member });
      member.worker.postMessage(request, spare === undefined ? [bytes.buffer] : [bytes.buffer, spare]);
    });
  }

  /** Takes back the buffer of a block that came from a worker and that nothing reads any more. */
  giveBack(buffer: ArrayBuffer): void {
    if (buffer.byteLength > SPARE_BYTES_MAX) return;
    if (this.spares.length < this.members.length * BLOCKS_PER_WORKER) this.spares.push(buffer);
  }

  /**
   * Lets every worker finish its block and end by itself: one that is cut off while V8 compiles for it may never end
   * (`settleCompiler`). Only what has not ended within END_MS is cut off.
   */
  async close(): Promise<void> {
    await Promise.all(this.members.map(({ worker }) => ended(worker)));
  }

  private add(setup: WorkerSetup): Promise<void> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(programFile("worker.js"), {
        workerData: setup,
        resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
      });
      const member: Member = { worker, waiting: 0 };
      worker.on("message", (message: WorkerReply | WorkerFailure | WorkerReady) => {
        if ("isReady" in message) {
          this.members.push(member);
          resolve();
        } else if ("where" in message) this.reject(message);
        else this.settle(message);
      });
      worker.on("error", (error) => {
        this.fail(error);
        reject(error);
      });
    });
  }

  private settle(reply: WorkerReply): void {
    const waiting = this.replies.get(reply.id);
    this.replies.delete(reply.id);
    if (waiting === undefined) return;
    waiting.member.waiting--;
    if (reply.spent !== undefined) giveBuffer(reply.spent);
    waiting.resolve(reply);
  }

  /** Only the one block: those before it are stored. */
  private reject({ id, ...fault }: WorkerFailure): void {
    const waiting = this.replies.get(id);
    this.replies.delete(id);
    waiting?.reject(failure("stage.failed", fault));
  }

  private fail(error: unknown): void {
    this.failed = error;
    for (const waiting of this.replies.values()) waiting.reject(error);
    this.replies.clear();
  }
}

/** Resolves when the worker is gone. */
async function ended(worker: Worker): Promise<void> {
  const gone = new Promise((resolve) => worker.once("exit", resolve));
  worker.removeAllListeners("error").on("error", () => {});
  worker.postMessage({ isEnd: true } satisfies WorkerEnd);
  const timer = setTimeout(() => void worker.terminate(), END_MS);
  await gone;
  clearTimeout(timer);
}
