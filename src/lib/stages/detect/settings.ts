/** From the options of `detect` to its watches. */
import { failure } from "../../base/errors/index.js";
import type { FieldSet } from "../../event/rows/rows.js";
import { flagName, type Option } from "../../options/options.js";
import type { StageContext } from "../../pipeline/contract/stage.js";
import type { DetectorSettings } from "./detector.js";
import { IntervalWatch } from "./interval-watch.js";
import { surpriseOf } from "./method.js";
import { METHODS, type MethodName } from "./methods/index.js";
import { NoveltyWatch } from "./novelty-watch.js";
import { SilenceWatch } from "./silence-watch.js";
import { ValueWatch } from "./value-watch.js";
import type { Watch, WatchSettings } from "./watch.js";

export interface DetectValues {
  readonly value: string | undefined;
  readonly by: readonly string[];
  readonly timeField: string;
  readonly method: MethodName;
  readonly every: number | undefined;
  readonly distinct: string | undefined;
  readonly new: string | undefined;
  readonly vanished: string | undefined;
  readonly silence: boolean;
  readonly live: boolean;
  readonly only: boolean;
  readonly sensitivity: keyof typeof SENSITIVITIES;
  readonly threshold: number | undefined;
  readonly warmup: number;
  readonly cooldown: number | undefined;
  readonly maxGroups: number;
}

/** The least score of an alarm. */
export const SENSITIVITIES = { low: 0.75, medium: 0.5, high: 0.35 } as const;
const EVERY_MS = 60_000;

/** Throws usage.bad-value for an interval of no length. */
export function detectorSettings(options: DetectValues, context: StageContext): DetectorSettings {
  const everyMs = options.every ?? EVERY_MS;
  if (!(everyMs >= 1))
    throw failure("usage.bad-value", { option: "--every", value: `${everyMs}ms`, reason: "it is too short" });
  return {
    by: options.by,
    timeField: options.timeField,
    isOnly: options.only,
    isLive: options.live,
    watches: (fields) => watchesOf(options, everyMs, fields, watchSettings(options, context)),
  };
}

/** `--threshold 0.8`: a score from 0 to below 1. */
export function scoreOption(texts: {
  readonly summary: string;
  readonly metavar: string;
}): Option<number | undefined> {
  return {
    ...texts,
    kind: "text",
    fromProject: "free",
    default: undefined,
    parse: (value, name) => {
      const score = Number(value);
      if (/^\d*\.?\d+$/.test(value) && score < 1) return score;
      const reason = "not a score from 0 to below 1";
      throw failure("usage.bad-value", { option: flagName(name), value, reason, hint: "write it like 0.8" });
    },
  };
}

function watchSettings(options: DetectValues, context: StageContext): WatchSettings {
  return {
    surprise: surpriseOf(options.threshold ?? SENSITIVITIES[options.sensitivity]),
    warmup: options.warmup,
    cooldownMs: options.cooldown,
    maxGroups: options.maxGroups,
    count: context.count,
  };
}

/** What is not asked for otherwise: how many events there are. */
function watchesOf(
  options: DetectValues,
  everyMs: number,
  fields: FieldSet,
  settings: WatchSettings,
): readonly Watch[] {
  const method = METHODS[options.method];
  const watches: Watch[] = [];
  if (options.value !== undefined) watches.push(new ValueWatch(options.value, method, fields, settings));
  if (options.new !== undefined) watches.push(new NoveltyWatch(options.new, fields, settings));
  if (options.vanished !== undefined) watches.push(new SilenceWatch(options.vanished, fields, settings));
  if (options.silence) watches.push(new SilenceWatch(undefined, fields, settings));
  if (options.every !== undefined || options.distinct !== undefined || watches.length === 0)
    watches.push(new IntervalWatch(everyMs, options.distinct, method, fields, settings));
  return watches;
}
