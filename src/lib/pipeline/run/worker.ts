/** The worker's side: builds the chain it is told to build, then answers each block with what came out. */
import type { MessagePort } from "node:worker_threads";
import { giveBuffer } from "../../base/buffers.js";
import { settleCompiler } from "../../base/compiler.js";
import { Block } from "../../event/block.js";
import { countLines } from "../../event/lines.js";
import { useKernelModule } from "../../kernel/kernel.js";
import { builtin } from "../chain/builtin-stages.js";
import { Chain, preparing } from "../chain/chain.js";
import { Refreshing } from "../chain/refreshing.js";
import {
  asBuffer,
  transferable,
  type WorkerEnd,
  type WorkerReply,
  type WorkerRequest,
  type WorkerSetup,
  type WorkerStage,
} from "../chain/worker-messages.js";
import type { Step } from "../contract/pipeline.js";
import { type StageIo, stageIo } from "../contract/resources.js";
import type { StageDeclaration } from "../contract/stage.js";

/** Serves `port` until it closes. `load` finds a stage by its name. */
export async function serve(
  port: MessagePort,
  setup: WorkerSetup,
  load: (name: string) => Promise<StageDeclaration>,
): Promise<void> {
  const { fixedNowMs } = setup;
  const nowMs = fixedNowMs === undefined ? Date.now : () => fixedNowMs;
  useKernelModule(setup.kernelModule);
  // What is wrong with a file the main thread says, which has it open, too.
  const io = stageIo(setup.surroundings, nowMs, { log: () => {}, fail: () => {} });
  const steps = await Promise.all(setup.stages.map((stage) => openStep(stage, io, load)));
  const prepared = setup.prepared === undefined ? [] : [preparing(await openStep(setup.prepared, io, load))];
  const chain = new Chain(
    steps,
    nowMs,
    setup.before.map(builtin),
    [...setup.after.map(builtin), ...prepared],
    setup.isMetered,
  );
  const refreshing = new Refreshing(chain);
  let work = Promise.resolve();
  const handle = (request: WorkerRequest) => {
    if (request.spare !== undefined) giveBuffer(request.spare);
    const { reply, transfers } = answer(chain, request, setup.isAligned);
    port.postMessage(reply, transfers);
  };
  port.on("message", (request: WorkerRequest | WorkerEnd) => {
    if ("isEnd" in request) void work.then(() => endThread(port));
    else if (!refreshing.isPossible) handle(request);
    else work = work.then(() => refreshing.whenDue()).then(() => handle(request));
  });
  port.postMessage({ isReady: true });
}

function endThread(port: MessagePort): void {
  settleCompiler();
  port.close();
}

async function openStep(
  { name, operands, options, label }: WorkerStage,
  io: StageIo,
  load: (name: string) => Promise<StageDeclaration>,
): Promise<Step<StageDeclaration>> {
  const declaration = await load(name);
  const given = { operands, options };
  return { declaration, given, label, opened: await declaration.open?.(given, io) };
}

function answer(
  chain: Chain,
  request: WorkerRequest,
  isAligned: boolean,
): { reply: WorkerReply; transfers: ArrayBuffer[] } {
  const bytes = asBuffer(request.bytes);
  const lines = countLines(bytes);
  const block = new Block(bytes, request.labels);
  block.origin = request.origin;
  block.known = request.known;
  const out = isAligned ? chain.pushWhole(block) : chain.push(block);
  const blocks = out.map(({ bytes, summary }) => ({ bytes: transferable(bytes), summary }));
  const outputs = new Set(blocks.map((b) => b.bytes.buffer));
  const input = request.bytes.buffer as ArrayBuffer;
  const spent = outputs.has(input) ? undefined : input;
  const transfers = spent === undefined ? [...outputs] : [...outputs, spent];
  return { reply: { id: request.id, blocks, lines, tally: chain.takeTally(), spent }, transfers };
}
