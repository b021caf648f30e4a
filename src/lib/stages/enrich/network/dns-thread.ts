/**
 * The thread that asks for the names of addresses, so that a stage, which cannot wait for promises, can wait for it.
 */
import { Resolver } from "node:dns/promises";
import type { MessagePort } from "node:worker_threads";

export interface DnsSetup {
  /** Counts the answers that were posted. */
  readonly answered: Int32Array<SharedArrayBuffer>;
  /** `192.0.2.53` or `192.0.2.53:5353`; none: those of the system. */
  readonly servers: readonly string[];
  readonly timeoutMs: number;
}

/** What the thread is started with. */
export interface DnsWork {
  readonly dns: DnsSetup;
  readonly port: MessagePort;
}

export interface DnsAnswer {
  readonly address: string;
  /** undefined: there is none, or nobody said so in time. */
  readonly name: string | undefined;
  /** Whether it was the server that said so. */
  readonly isKnown: boolean;
}

/** Questions under way at a time. */
const CONCURRENCY_MAX = 64;

/** Answers every address that comes with a DnsAnswer. */
export function serveNames(port: MessagePort, { answered, servers, timeoutMs }: DnsSetup): void {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  if (servers.length > 0) resolver.setServers(servers);
  const waiting: string[] = [];
  let running = 0;
  const next = () => {
    while (running < CONCURRENCY_MAX && waiting.length > 0) void ask(waiting.shift()!);
  };
  const ask = async (address: string) => {
    running++;
    const answer = await answerOf(resolver, address);
    running--;
    port.postMessage(answer);
    Atomics.add(answered, 0, 1);
    Atomics.notify(answered, 0);
    next();
  };
  port.on("message", (addresses: readonly string[]) => {
    waiting.push(...addresses);
    next();
  });
}

async function answerOf(resolver: Resolver, address: string): Promise<DnsAnswer> {
  try {
    const [name] = await resolver.reverse(address);
    return { address, name: name?.slice(0, 255), isKnown: true };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { address, name: undefined, isKnown: code === "ENOTFOUND" || code === "ENODATA" };
  }
}
