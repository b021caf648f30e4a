/** The worker's side: builds the chain it is told to build, then answers each block with what came out. */
import type { MessagePort } from "node:worker_threads";
import { giveBuffer } from "../../base/buffers.js";
import { settleCompiler } from "../../base/compiler.js";
import { Block } from "../../event/block.js";
import { countLines } from "../../event/lines.js";
import { useKernelModule } from "../../kernel/kernel.js";
import { Chain } from "../chain/chain.js";
import type { WiredLink } from "../chain/network/wiring.js";
import { Refreshing } from "../chain/refreshing.js";
import { stageFaultOf } from "../chain/stage-failure.js";
import {
  asBuffer,
  transferable,
  type WorkerEnd,
  type WorkerFailure,
  type WorkerLink,
  type WorkerReply,
  type WorkerRequest,
  type WorkerSetup,
} from "../chain/worker-messages.js";
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
  const links = await Promise.all(setup.wiring.links.map((link) => openLink(link, io, load)));
  const chain = new Chain({ ...setup.wiring, links }, nowMs, setup.isMetered);
  const refreshing = new Refreshing(chain);
  let work = Promise.resolve();
  const handle = (request: WorkerRequest) => {
    if (request.spare !== undefined) giveBuffer(request.spare);
    try {
      const { reply, transfers } = answer(chain, request, setup.isAligned[request.entry]!);
      port.postMessage(reply, transfers);
    } catch (error) {
      const fault = stageFaultOf(error);
      if (fault === undefined) throw error;
      port.postMessage({ id: request.id, ...fault } satisfies WorkerFailure);
    }
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

async function openLink(
  { what, ...others }: WorkerLink,
  io: StageIo,
  load: (name: string) => Promise<StageDeclaration>,
): Promise<WiredLink> {
  if (what.kind === "builtin" || what.kind === "route") return { ...others, what };
  const { name, operands, options } = what.stage;
  const declaration = await load(name);
  const given = { operands, options };
  const step = { declaration, given, opened: await declaration.open?.(given, io) };
  return { ...others, what: { kind: what.kind, step } };
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
  const { entry } = request;
  const out = isAligned ? chain.pushWhole(block, entry) : chain.push(block, entry);
  const blocks = out.map(({ bytes, summary, exits }) => ({ bytes: transferable(bytes), summary, exits }));
  const outputs = new Set(blocks.map((b) => b.bytes.buffer));
  const input = request.bytes.buffer as ArrayBuffer;
  const spent = outputs.has(input) ? undefined : input;
  const transfers = spent === undefined ? [...outputs] : [...outputs, spent];
  return { reply: { id: request.id, blocks, lines, tally: chain.takeTally(), spent }, transfers };
}
