/**
 * The program of pipelines whose ends are no files: `ends-main run ...` is `logpipe run ...` with two more commands.
 * `server` has clients, which send events 0 to 399, ten a request, until each request is answered with 200; what was
 * answered so is in `acknowledged`. `remote` sends to `far.ndjson`, which is there whatever is killed, and
 * answers as far ends do.
 */
import { appendFileSync, existsSync, readFileSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { registry } from "../../../src/commands/registry.js";
import runCommand from "../../../src/commands/run.js";
import { parseWords, withDefaults } from "../../../src/lib/options/command-line.js";
import type { AnyDeclaration } from "../../../src/lib/pipeline/contract/stage.js";
import { programTerminal } from "../../../src/program-terminal.js";
import { type Answer, flakyRemote, type Remote } from "../../contract/ends/flaky-remote.js";
import { MemoryServer, memoryServer } from "../../contract/ends/memory-server.js";
import { randomOf } from "../../crash/sample.js";

const EVENTS = 400;
const IN_REQUEST = 10;
const CLIENTS = 4;
const ACKNOWLEDGED = "acknowledged";
const random = randomOf(Number(process.env["ENDS_SEED"] ?? Date.now()));

function known(path: string): Set<string> {
  return new Set(existsSync(path) ? readFileSync(path, "utf8").split("\n") : []);
}

const event = (n: number) => `${JSON.stringify({ timestamp: "2026-11-21T10:00:00Z", f: "s0", n })}\n`;

/** Sends until all is acknowledged; then the server ends. */
async function send(server: MemoryServer): Promise<void> {
  const done = known(ACKNOWLEDGED);
  const requests = Array.from({ length: EVENTS / IN_REQUEST }, (_, i) => i).filter((i) => !done.has(`${i}`));
  const client = async () => {
    for (let i = requests.shift(); i !== undefined; i = requests.shift()) {
      const body = Array.from({ length: IN_REQUEST }, (_, k) => event(i! * IN_REQUEST + k)).join("");
      for (;;) {
        const { status, retryAfterMs = 20 } = await server.post(body, `request ${i}`);
        if (status === 200) break;
        await sleep(retryAfterMs);
      }
      appendFileSync(ACKNOWLEDGED, `${i}\n`);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  server.stop();
}

/** Answers late and out of order, refuses for a while, says nothing, or takes it and its answer is lost. */
class FarEnd implements Remote {
  private readonly keys = known("far.keys");

  async send(body: string, key?: string): Promise<Answer> {
    await sleep(random() * 20);
    const luck = random();
    if (luck < 0.01) return { status: 429, retryAfterMs: 10 };
    if (luck < 0.02) return { status: 503 };
    if (luck < 0.03) return new Promise(() => {});
    this.take(body, key);
    if (luck < 0.05) throw new Error("ECONNRESET");
    return { status: 200 };
  }

  private take(body: string, key: string | undefined): void {
    if (key !== undefined && this.keys.has(key)) return;
    appendFileSync("far.ndjson", body);
    if (key === undefined) return;
    this.keys.add(key);
    appendFileSync("far.keys", `${key}\n`);
  }
}

const server = new MemoryServer();
const serverCommand = memoryServer(server);
const own: Readonly<Record<string, AnyDeclaration>> = {
  server: {
    ...serverCommand,
    open: async () => {
      void send(server);
      return server;
    },
  },
  remote: flakyRemote(new FarEnd(), { timeoutMs: 200, hasKeys: process.env["ENDS_KEYS"] !== "no" }),
};
const commands = {
  ...registry,
  names: [...registry.names, ...Object.keys(own)],
  load: async (name: string) => own[name] ?? registry.load(name),
};

const [, ...words] = process.argv.slice(2);
const parsed = parseWords("run", runCommand.options, words);
const given = {
  operands: parsed.operands,
  options: withDefaults(runCommand.options, parsed.options),
  named: Object.keys(parsed.options),
};
const say = (text: string) => void writeSync(2, `${text}\n`);
const terminal = {
  ...programTerminal(new AbortController().signal, say),
  complain: (text: string) => {
    say(text);
    process.exitCode = 1;
  },
};
try {
  process.exitCode = (await runCommand.run(given as never, terminal, commands)) || process.exitCode;
} catch (error) {
  writeSync(2, `${(error as Error).stack}\n`);
  process.exitCode = 1;
}
