/**
 * The process that is killed: `child DIRECTORY [POINT as JSON]` runs files below DIRECTORY through a stage that keeps
 * state into a store there. With `calls` in the place of a point every file call of the sink. Then come flags:
 * `reads=N` stops it as a signal would, after N blocks; `waits` lets it read once DIRECTORY/go is there. A checkpoint
 * comes after every block, so that the same calls are made on a machine of any speed.
 */

import { existsSync, writeSync } from "node:fs";
import { join } from "node:path";
import { diskFiles } from "../../src/lib/base/files.js";
import { sink, source } from "../../src/lib/pipeline/contract/stage.js";
import { hostOf } from "../../src/lib/pipeline/run/host.js";
import { runPipeline } from "../../src/lib/pipeline/run/run-pipeline.js";
import { StoreSink } from "../../src/lib/sinks/store/store.js";
import { openFollow } from "../../src/lib/sources/follow/follow.js";
import { programTerminal } from "../../src/program-terminal.js";
import { type Around, isAt, namedFiles, type Point } from "../crash/calls.js";
import { sums } from "./sums.js";

const [directory = "", wanted = "none", ...flags] = process.argv.slice(2);
const table = join(directory, "store", "logs");
const nameless = { summary: "", details: "", operands: [], options: {}, examples: [] };
const given = { operands: [], options: {} };

const stop = new AbortController();

const input = source({
  ...nameless,
  name: "files",
  open: async (_given, terminal) => {
    const options = { isFollowing: false, checkpoint: join(directory, "checkpoint"), blockBytes: 3000 };
    const files = await openFollow([join(directory, "*.log")], options, terminal);
    const read = files.read.bind(files);
    const [, most] = /^reads=(\d+)$/.exec(flags[0] ?? "") ?? [];
    let reads = 0;
    files.read = async () => {
      while (flags.includes("waits") && !existsSync(join(directory, "go")))
        await new Promise((resolve) => setTimeout(resolve, 20));
      if (++reads > Number(most)) stop.abort();
      return read();
    };
    return files;
  },
});

const output = sink({
  ...nameless,
  name: "store",
  input: "checked",
  open: async () =>
    StoreSink.open({
      tableDirectory: table,
      segmentBytes: 20_000,
      flushIntervalMs: 3_600_000,
      maxColumns: 100,
      nowMs: () => Date.UTC(2026, 10, 21),
      files: wanted === "none" ? diskFiles : namedFiles(diskFiles, table, aroundOf(wanted)),
    }),
});

writeSync(1, "started\n");
const step = { declaration: sums, given };
const host = hostOf(programTerminal(stop.signal, (text) => writeSync(2, `${text}\n`)));
try {
  await runPipeline(
    {
      source: { declaration: input, given },
      files: [],
      stages: flags.includes("plain") ? [] : flags.includes("twice") ? [step, { ...step }] : [step],
      sink: { declaration: output, given },
    },
    {
      isStrict: false,
      workers: 0,
      hasStats: false,
      checkpointIntervalMs: 0,
      isResettingState: flags.includes("reset"),
    },
    host,
  );
  writeSync(1, "done\n");
} catch (error) {
  writeSync(2, `${(error as { code?: string }).code}: ${(error as Error).message}\n`);
  process.exitCode = 1;
}

function aroundOf(text: string): Around {
  if (text === "calls")
    return (call, act) => {
      writeSync(1, `call ${JSON.stringify(call)}\n`);
      return act();
    };
  const { error, ...point } = JSON.parse(text) as Point & { readonly error?: string };
  return async (call, act, half) => {
    if (!isAt(point, call)) return act();
    if (error !== undefined) throw Object.assign(new Error(error), { code: error });
    if (point.when === "half") await half!();
    if (point.when === "after") await act();
    process.kill(process.pid, "SIGKILL");
    return new Promise(() => {});
  };
}
