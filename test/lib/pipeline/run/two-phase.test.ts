/** The first half of a stage that keeps state runs in workers; the other half gets what it made, in order. */
import { MessageChannel } from "node:worker_threads";
import { expect, it, onTestFinished } from "vitest";
import { Block } from "../../../../src/lib/event/block.js";
import { Chain } from "../../../../src/lib/pipeline/chain/chain.js";
import { explainPlan, planPipeline } from "../../../../src/lib/pipeline/chain/plan.js";
import { type WorkerReply, workerSetup } from "../../../../src/lib/pipeline/chain/worker-messages.js";
import {
  type Emit,
  type StageContext,
  type StageDeclaration,
  stage,
} from "../../../../src/lib/pipeline/contract/stage.js";
import { serve } from "../../../../src/lib/pipeline/run/worker.js";

/** Numbers lines and says how long each is, counted in the first half; empty lines are set aside there. */
const lengths = stage({
  name: "lengths",
  summary: "",
  details: "",
  operands: [],
  options: {},
  examples: [],
  input: "events",
  ownOperands: 0,
  isStateless: () => false,
  create: (_given, context) => {
    let lines = 0;
    const pushPrepared = (prepared: Buffer, emit: Emit) =>
      emit(new Block(Buffer.from([...prepared].map((length) => `${++lines}: ${length}\n`).join(""))));
    return {
      push: (block, emit) => pushPrepared(measure(block, context), emit),
      pushPrepared,
    };
  },
  prepare: (_given, context) => (block) => measure(block, context),
}) as unknown as StageDeclaration;

function measure(block: Block, context: StageContext): Buffer {
  const lines = block.bytes.toString().split("\n").slice(0, -1);
  context.count("lines", lines.length);
  lines.forEach((raw, line) => {
    if (raw === "") context.reject({ reason: "empty", raw: Buffer.alloc(0), line });
  });
  return Buffer.from(lines.filter((l) => l !== "").map(({ length }) => length));
}

const step = { declaration: lengths, given: { operands: [], options: {} } };

it("gives what the stage alone gives, with its counts and what it set aside", async () => {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  const next = () => new Promise<WorkerReply>((resolve) => port1.once("message", resolve));
  const ready = next();
  const options = { isStrict: false, workers: 2, hasStats: false };
  const plan = planPipeline({ files: [], stages: [step] }, options);
  await serve(port2, workerSetup(plan, options, { cwd: "/", environment: {} }), async () => lengths);
  await ready;
  const inputs = ["a\nbb\n", "\nccc\n", "dddd\n"];
  const here = new Chain([step], Date.now);
  const folding = new Chain([step], Date.now);
  for (const [id, input] of inputs.entries()) {
    const reply = next();
    port1.postMessage({ id, entry: 0, bytes: Buffer.from(input) });
    const { blocks, tally } = await reply;
    const alone = here.push(new Block(Buffer.from(input)));
    const folded = blocks.flatMap(({ bytes }) => folding.pushPrepared(Buffer.from(bytes)));
    expect(folded.map(({ bytes }) => bytes.toString())).toEqual(alone.map(({ bytes }) => bytes.toString()));
    const { rejected, counts } = here.takeTally();
    expect(tally.counts).toEqual(counts);
    expect(tally.rejected.map(({ reason, line }) => ({ reason, line }))).toEqual(
      rejected.map(({ reason, line }) => ({ reason, line })),
    );
  }
});

it("is said by --dry-run", () => {
  const plan = explainPlan(
    { files: ["a"], stages: [step] },
    { isStrict: false, workers: 2, hasStats: false },
  );
  expect(plan).toBe(
    "source  a\n" +
      "stages  first half of lengths  (fused, in 2 workers once the input passes 2 MiB, order kept)\n" +
      "stages  lengths  (fused, on the main thread: keeps state)\n" +
      "sink    standard output\n",
  );
});
