/** What a worker thread runs. */
import { parentPort, workerData } from "node:worker_threads";
import { registry } from "./commands/registry.js";
import { assert, present } from "./lib/base/assert.js";
import type { WorkerSetup } from "./lib/engine/messages.js";
import { serve } from "./lib/engine/worker-loop.js";
import type { DnsWork } from "./lib/enrich/dns-thread.js";
import type { StageDeclaration } from "./lib/stage/stage.js";

const work = workerData as WorkerSetup | DnsWork;
if ("dns" in work) (await import("./lib/enrich/dns-thread.js")).serveNames(work.port, work.dns);
else await serve(present(parentPort, "the port to the main thread"), work, stageNamed);

async function stageNamed(name: string): Promise<StageDeclaration> {
  const declaration = present(await registry.load(name), `the stage ${name}`);
  assert(declaration.kind === "stage", `${name} is no stage`);
  return declaration;
}
