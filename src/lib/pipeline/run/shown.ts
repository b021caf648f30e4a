/** A run that somebody waits for: a line on standard error says how far it has come. */
import { Pace } from "../../terminal/output/pace.js";
import { Progress } from "../../terminal/output/progress.js";
import type { Host } from "../contract/host.js";
import type { Pipeline, RunOptions } from "../contract/pipeline.js";

export interface ShownRun {
  /** Says things without the line in between. */
  readonly host: Host;
  readonly onProgress: NonNullable<RunOptions["onProgress"]>;
  readonly clear: () => void;
}

/** What follows files has no end, and shows nothing: its source knows no progress. */
export function shownOn({ source, stages, sink }: Pipeline, host: Host): ShownRun {
  const { nowMs, standard } = host;
  const progress = new Progress({ stderr: standard.stderr, nowMs, verbosity: "normal" });
  const pace = new Pace(nowMs);
  const steps = [source, ...stages, sink].filter((step) => step !== undefined);
  const name = steps.map(({ declaration }) => declaration.name).join(" | ");
  const clear = () => progress.clear();
  const log: Host["log"] = (...said) => {
    clear();
    host.log(...said);
  };
  const fail: Host["fail"] = (...said) => {
    clear();
    host.fail(...said);
  };
  const onProgress: ShownRun["onProgress"] = (from, bytesIn) => {
    if (from.amount === undefined) return;
    progress.update(() => `${name}: ${pace.text(from.amount?.() ?? { doneBytes: bytesIn })}`);
  };
  return { host: { ...host, log, fail }, onProgress, clear };
}
