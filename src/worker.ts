/** What a worker thread runs. */
import { parentPort, workerData } from "node:worker_threads";
import { registry } from "./commands/registry.js";
import { assert, present } from "./lib/base/assert.js";
import type { WorkerSetup } from "./lib/pipeline/chain/worker-messages.js";
import type { StageDeclaration } from "./lib/pipeline/contract/stage.js";
import { serve } from "./lib/pipeline/run/worker.js";
import type { DnsWork } from "./lib/stages/enrich/network/dns-thread.js";

const work = workerData as WorkerSetup | DnsWork;
if ("dns" in work)
  (await import("./lib/stages/enrich/network/dns-thread.js")).serveNames(work.port, work.dns);
else await serve(present(parentPort, "the port to the main thread"), work, stageNamed);

async function stageNamed(name: string): Promise<StageDeclaration> {
  const declaration = present(await registry.load(name), `the stage ${name}`);
  assert(declaration.kind === "stage", `${name} is no stage`);
  return declaration;
}
