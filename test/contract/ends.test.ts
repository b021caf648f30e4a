/**
 * That a source and a sink of another kind need nothing else of the pipeline than the contracts: a server that answers
 * each request with what became of it, and a remote that answers out of order, later, or not at all. One file and one
 * line each.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { registry } from "../../src/commands/registry.js";
import { Block } from "../../src/lib/event/block.js";
import { newDelivery, type Outcome } from "../../src/lib/event/delivery/delivery.js";
import type { Sink } from "../../src/lib/pipeline/contract/sink.js";
import type { AnyDeclaration } from "../../src/lib/pipeline/contract/stage.js";
import { readQuoted } from "../../src/lib/pipeline/read/quoted.js";
import { runPipeline } from "../../src/lib/pipeline/run/run-pipeline.js";
import { quietHost } from "../lib/pipeline/support/host.js";
import { type Answer, FlakyRemote, flakyRemote, type Remote } from "./ends/flaky-remote.js";
import { MemoryServer, memoryServer } from "./ends/memory-server.js";

const event = (n: number) => `{"timestamp":"2026-11-21T10:00:00Z","n":${n}}\n`;

/** Keeps what it answers 200 to; answers when `answer` resolves. */
class Far implements Remote {
  readonly bodies: string[] = [];
  private readonly answer: (body: string) => Promise<Answer> | Answer;

  constructor(answer: (body: string) => Promise<Answer> | Answer = () => ({ status: 200 })) {
    this.answer = answer;
  }

  async send(body: string): Promise<Answer> {
    const answer = await this.answer(body);
    if (answer.status < 300) this.bodies.push(body);
    return answer;
  }
}

/** Runs the pipeline; the server ends when `work` has. */
async function running(text: string, server: MemoryServer, remote: Remote, work: () => Promise<void>) {
  const own: Readonly<Record<string, AnyDeclaration>> = {
    server: memoryServer(server),
    remote: flakyRemote(remote),
  };
  const commands = {
    names: ["filter", "parse", ...Object.keys(own)],
    load: async (name: string) => own[name] ?? registry.load(name),
  };
  const complaints: string[] = [];
  const directory = mkdtempSync(join(tmpdir(), "logpipe-ends-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const quiet = quietHost();
  const host = quietHost({
    cwd: directory,
    fail: (said) => void complaints.push(said),
    standard: { ...quiet.standard, stdinIsTerminal: true },
  });
  const options = {
    isStrict: false,
    workers: 0,
    hasStats: false,
    deadLetters: join(directory, "dead.ndjson"),
  };
  const done = runPipeline(await readQuoted(text, commands), options, host);
  const ended = work().finally(() => server.stop());
  await Promise.all([done, ended]);
  return { complaints, directory };
}

describe("a server in memory, into a remote", () => {
  it("answers each request with what became of it, in whatever order that is known", async () => {
    const server = new MemoryServer();
    const waiting = new Map<number, () => void>();
    const remote = new Far(async (body) => {
      const n = Number(/\d+(?=\})/.exec(body));
      await new Promise<void>((go) => waiting.set(n, go));
      if (n === 2) return { status: 503, retryAfterMs: 2000 };
      return { status: n === 3 ? 422 : 200 };
    });
    const answered: number[] = [];
    const { complaints } = await running("server | filter true | remote", server, remote, async () => {
      const posts = [1, 2, 3, 4].map((n) => server.post(event(n)).finally(() => answered.push(n)));
      while (waiting.size < 4) await new Promise(setImmediate);
      for (const n of [4, 2, 1, 3]) {
        waiting.get(n)!();
        while (answered.at(-1) !== n) await new Promise(setImmediate);
      }
      expect(await Promise.all(posts)).toEqual([
        { status: 200 },
        { status: 503, retryAfterMs: 2000 },
        { status: 400 },
        { status: 200 },
      ]);
    });
    expect(answered).toEqual([4, 2, 1, 3]);
    expect(remote.bodies).toEqual([event(4), event(1)]);
    expect(complaints).toEqual([
      "1 batch of events refused for good: HTTP 422",
      "1 batch of events could not be delivered: HTTP 503",
    ]);
  });

  it("answers 200 to what a stage has dropped: there is nothing to store", async () => {
    const server = new MemoryServer();
    const remote = new Far();
    await running("server | filter 'n > 5' | remote", server, remote, async () => {
      expect(await server.post(event(1))).toEqual({ status: 200 });
      expect(await server.post(event(7))).toEqual({ status: 200 });
    });
    expect(remote.bodies).toEqual([event(7)]);
  });

  it("says that it may be sent again where the run ends before it is stored", async () => {
    const server = new MemoryServer();
    const remote = new Far(() => new Promise(() => {}));
    const broken = { ...flakyRemote(remote), open: async () => new Forgetful() };
    let answer: Promise<unknown> = Promise.resolve();
    const commands = {
      names: ["server", "remote"],
      load: async (name: string) => (name === "server" ? memoryServer(server) : (broken as AnyDeclaration)),
    };
    const options = { isStrict: false, workers: 0, hasStats: false };
    const done = runPipeline(await readQuoted("server | remote", commands), options, quietHost());
    answer = server.post(event(1)).finally(() => server.stop());
    await new Promise(setImmediate);
    server.stop();
    await done;
    expect(await answer).toMatchObject({ status: 503 });
  });

  it("stores what a client sends again once, and answers both", async () => {
    const server = new MemoryServer();
    const remote = new Far();
    await running("server | remote", server, remote, async () => {
      const twice = [server.post(event(1), "one"), server.post(event(1), "one")];
      expect(await Promise.all(twice)).toEqual([{ status: 200 }, { status: 200 }]);
      expect(await server.post(event(1), "one")).toEqual({ status: 200 });
    });
    expect(remote.bodies).toEqual([event(1)]);
  });

  it("is told to come later when the queue is full", async () => {
    const server = new MemoryServer(event(1).length);
    const first = server.post(event(1));
    expect(await server.post(event(2))).toEqual({ status: 429, retryAfterMs: 100 });
    await running("server | remote", server, new Far(), async () => {
      expect(await first).toEqual({ status: 200 });
    });
  });
});

it("a server into a store: 200 is durable, and no row is there twice or missing", async () => {
  const server = new MemoryServer();
  const { directory } = await running("server | parse | sink store", server, new Far(), async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => server.post(event(n))));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  });
  const { readFacts } = await import("../lib/store/support.js");
  expect(await readFacts(join(directory, "store", "logs"))).toHaveLength(20);
});

/** Takes all and settles nothing. */
class Forgetful implements Sink {
  async write(): Promise<boolean> {
    return true;
  }
  async flush(): Promise<void> {}
  async close(): Promise<void> {}
}

/** Each block to several sinks. */
class FanOut implements Sink {
  private readonly sinks: readonly Sink[];

  constructor(sinks: readonly Sink[]) {
    this.sinks = sinks;
  }

  async write(block: Block): Promise<boolean> {
    const { delivery } = block;
    for (const [n, sink] of this.sinks.entries()) {
      const branch = new Block(block.bytes, block.labels, block.summary);
      branch.delivery = n === this.sinks.length - 1 ? delivery : delivery?.share();
      await sink.write(branch);
    }
    return true;
  }

  async flush(): Promise<void> {
    await Promise.all(this.sinks.map((sink) => sink.flush()));
  }

  close(): Promise<void> {
    return this.flush();
  }
}

it("a block that goes to several remotes is as well delivered as the worst of them says", async () => {
  const status = fc.constantFrom(200, 200, 422, 503);
  const worst = (statuses: readonly number[]) =>
    statuses.includes(503) ? "failed" : statuses.includes(422) ? "refused" : "stored";
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(status, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 }),
      fc.infiniteStream(fc.nat({ max: 3 })),
      async (table, delays) => {
        const remote = (branch: number) =>
          new FlakyRemote(
            new Far(async (body) => {
              for (let ticks = delays.next().value!; ticks > 0; ticks--) await new Promise(setImmediate);
              return { status: table[Number(body)]![branch] ?? 200, retryAfterMs: branch };
            }),
          );
        const sink = new FanOut([0, 1, 2].map(remote));
        const told: Outcome[][] = table.map(() => []);
        for (const n of table.keys()) {
          const block = new Block(Buffer.from(`${n}`));
          block.delivery = newDelivery((outcome) => void told[n]!.push(outcome));
          await sink.write(block);
        }
        await sink.close();
        expect(told.map((outcomes) => outcomes.map(({ kind }) => kind))).toEqual(
          table.map((row) => [worst(row)]),
        );
        for (const [n, row] of table.entries())
          if (row.includes(503)) expect(told[n]![0]).toMatchObject({ retryAfterMs: row.lastIndexOf(503) });
      },
    ),
    { numRuns: 30 },
  );
});

describe("a remote whose answers are lost", () => {
  const sent = async (remote: Remote, times: number) => {
    const outcomes: string[] = [];
    const sink = new FlakyRemote(remote, { hasKeys: true, timeoutMs: 50 });
    for (let n = 0; n < times; n++) {
      const block = new Block(Buffer.from(event(1)));
      block.cursor = { stream: "journal/one", offset: 7 };
      block.delivery = newDelivery(({ kind }) => void outcomes.push(kind));
      await sink.write(block);
      await sink.flush();
    }
    await sink.close();
    return outcomes;
  };

  it("has a batch once where it knows keys, however often it is sent", async () => {
    const bodies = new Map<string, string>();
    let answers = 0;
    const send = async (body: string, key = "") => {
      bodies.set(key, body);
      if (++answers < 3) throw new Error("ECONNRESET");
      return { status: 200 };
    };
    expect(await sent({ send }, 3)).toEqual(["failed", "failed", "stored"]);
    expect([...bodies.values()]).toEqual([event(1)]);
  });

  it("has failed where no answer comes", async () => {
    expect(await sent({ send: () => new Promise(() => {}) }, 1)).toEqual(["failed"]);
  });
});
