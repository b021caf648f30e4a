import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { programFile } from "../../../base/program-file.js";
import type { DnsAnswer, DnsSetup, DnsWork } from "./dns-thread.js";
import { Memo } from "./memo.js";

/** Names of addresses, for a stage: asked for a block at a time, and waited for a bounded time. */
export interface NameSource {
  /** undefined: not known yet; null: it has none. */
  name(address: string): string | null | undefined;
  /**
   * Asks for those that are not known yet, and waits until all are answered or the time is over. Answers may come
   * later.
   */
  ask(addresses: Iterable<string>, nowMs: number): void;
}

const NAMES_MAX = 65_536;
/** Questions under way, of this thread: what is beyond is asked for another time. */
const PENDING_MAX = 4096;
/** How long an answer is believed; how long "nobody answered" is. */
const KNOWN_MS = 3_600_000;
const UNKNOWN_MS = 60_000;

export class DnsNames implements NameSource {
  private readonly known = new Memo<string, { readonly name: string | null; readonly untilMs: number }>(
    NAMES_MAX,
  );
  private readonly pending = new Set<string>();
  private readonly port: MessagePort;
  private readonly answered: Int32Array<SharedArrayBuffer>;
  private readonly waitMs: number;

  /** `waitMs`: how long a block waits at most. The thread does not keep the program alive. */
  constructor(servers: readonly string[], timeoutMs: number, waitMs: number) {
    this.waitMs = waitMs;
    this.answered = new Int32Array(new SharedArrayBuffer(4));
    const setup: DnsSetup = { answered: this.answered, servers, timeoutMs };
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    const worker = new Worker(programFile("worker.js"), {
      workerData: { dns: setup, port: port2 } satisfies DnsWork,
      transferList: [port2],
    });
    worker.on("error", () => {});
    worker.unref();
    port1.unref();
  }

  name(address: string): string | null | undefined {
    return this.known.get(address)?.name;
  }

  ask(addresses: Iterable<string>, nowMs: number): void {
    const wanted: string[] = [];
    let isWaiting = false;
    for (const address of addresses) {
      const known = this.known.get(address);
      if (known !== undefined && known.untilMs > nowMs) continue;
      if (known === undefined) isWaiting = true;
      if (this.pending.has(address) || this.pending.size >= PENDING_MAX) continue;
      this.pending.add(address);
      wanted.push(address);
    }
    if (wanted.length > 0) this.port.postMessage(wanted);
    if (this.pending.size > 0) this.take(nowMs, isWaiting ? this.waitMs : 0);
  }

  private take(nowMs: number, waitMs: number): void {
    const endMs = performance.now() + waitMs;
    for (;;) {
      const seen = Atomics.load(this.answered, 0);
      this.drain(nowMs);
      const leftMs = endMs - performance.now();
      if (this.pending.size === 0 || leftMs <= 0) return;
      Atomics.wait(this.answered, 0, seen, leftMs);
    }
  }

  private drain(nowMs: number): void {
    for (
      let got = receiveMessageOnPort(this.port);
      got !== undefined;
      got = receiveMessageOnPort(this.port)
    ) {
      const { address, name, isKnown } = got.message as DnsAnswer;
      this.pending.delete(address);
      this.known.set(address, { name: name ?? null, untilMs: nowMs + (isKnown ? KNOWN_MS : UNKNOWN_MS) });
    }
  }
}
