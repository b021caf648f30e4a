// Enter here: what a window is told to do, read once from the options.
/** What a `window` is told to do: immutable, read from the options once, and printed back by `toString`. */
import { formatDuration } from "../../../base/duration.js";
import { failure } from "../../../base/errors/index.js";
import { parseZone } from "../../../base/time/zone.js";
import { checkColumns, conditionOver } from "../aggregates/conditions.js";
import type { Aggregation } from "../aggregates/plan-aggregates.js";
import { planAggregates } from "../aggregates/plan-aggregates.js";
import { columnKinds, columnsOf } from "../whole/columns.js";
import { Inputs } from "./inputs.js";
import { nearMs, readShapes, shapeName, type WindowKind } from "./window-kinds.js";

const HOUR_MS = 3_600_000;
const EVERY_MS = 1000;

/** As the options of the command have it. */
export interface WindowValues {
  readonly sizes: string | undefined;
  readonly slide: number | undefined;
  readonly session: number | undefined;
  readonly count: number | undefined;
  readonly by: readonly string[];
  readonly agg: string;
  readonly where: string | undefined;
  readonly failIf?: string | undefined;
  readonly every: number | undefined;
  readonly emit: "final" | "updates" | undefined;
  readonly lateness: number;
  readonly late: "reject" | "drop" | "emit";
  readonly untimed: "reject" | "drop" | "now";
  readonly idleTimeout: number;
  readonly maxAhead: number | undefined;
  readonly processingTime: boolean;
  readonly maxGroups: number;
  readonly memory: number;
  readonly sketches: boolean;
  readonly timestamp: boolean;
  readonly timeField: string;
  readonly tz: string;
}

export class WindowDefinition {
  readonly shapes: readonly WindowKind[];
  readonly inputs: Inputs;
  readonly aggregation: Aggregation;
  readonly options: WindowValues;
  /** How often early results come out; undefined: never. */
  readonly everyMs: number | undefined;
  /** How far ahead of all others a time may be and still be believed at once. */
  readonly aheadMs: number;
  /** What is asked of the rows of results, over their columns. */
  readonly failIf: string | undefined;

  /** Throws usage errors. */
  constructor(options: WindowValues) {
    this.options = options;
    this.shapes = readShapes({ ...options, tz: parseZone(options.tz, "--tz") });
    this.everyMs = everyOf(options);
    this.inputs = new Inputs(options.by, options.timeField, options.where);
    this.aggregation = planAggregates(options.agg, this.inputs, this.ownNames);
    this.inputs.check();
    this.checkBy();
    this.aheadMs = options.maxAhead ?? Math.max(HOUR_MS, ...this.shapes.map(nearMs));
    if (options.failIf !== undefined) this.failIf = this.conditionOf(options.failIf);
  }

  /** Whether results say which window they are of. */
  get hasWindowField(): boolean {
    return this.shapes.length > 1;
  }

  /** The command that says the same. */
  toString(): string {
    const { options, shapes } = this;
    const parts = ["window", ...sizeWords(shapes)];
    if (options.by.length > 0) parts.push("--by", options.by.join(","));
    parts.push("--agg", `'${options.agg}'`);
    if (options.where !== undefined) parts.push("--where", `'${options.where}'`);
    if (this.everyMs !== undefined) parts.push("--every", formatDuration(this.everyMs));
    parts.push("--lateness", formatDuration(options.lateness), "--max-groups", String(options.maxGroups));
    return parts.join(" ");
  }

  /** Throws usage.bad-value for a group field that results have a field of their own for. */
  private checkBy(): void {
    const { by, sketches, timestamp } = this.options;
    const hasTimestamp = sketches || timestamp;
    const name = this.stageNames.find((own) => by.includes(own) && (own !== "timestamp" || hasTimestamp));
    if (name === undefined) return;
    throw failure("usage.bad-value", {
      option: "--by",
      value: by.join(","),
      reason: `there would be two fields "${name}" in results`,
      hint: `give it another name first: logpipe enrich --rename ${name}=event_${name}`,
    });
  }

  /** Throws usage.bad-expression. */
  private conditionOf(text: string): string {
    const { by, agg, sketches, timestamp } = this.options;
    const { outputs } = this.aggregation;
    const columns = columnsOf(by, outputs, agg);
    const condition = conditionOver(text, columns);
    const own = this.stageNames.filter((name) => name !== "timestamp" || sketches || timestamp);
    const behind = sketches ? outputs.flatMap(({ sketch }) => sketch?.name ?? []) : [];
    const kinds = [...columnKinds(columns, []), ...[...own, ...behind].map((name) => [name, "any"] as const)];
    checkColumns(condition, new Map(kinds), "--fail-if");
    return condition.over;
  }

  /** Names that no aggregate may have. */
  private get ownNames(): readonly string[] {
    return [...this.stageNames, ...this.options.by];
  }

  private get stageNames(): readonly string[] {
    const names = ["window_start", "window_end", "groups_dropped", "missed_max", "partial", "late"];
    return [...names, ...(this.hasWindowField ? ["window"] : []), "timestamp"];
  }
}

function everyOf({ every, emit }: WindowValues): number | undefined {
  if (emit === "final" && every !== undefined) {
    const reason = "--every asks for early results";
    throw failure("usage.bad-value", {
      option: "--emit",
      value: "final",
      reason,
      hint: "leave one of them out",
    });
  }
  if (every !== undefined && every < 1)
    throw failure("usage.bad-value", {
      option: "--every",
      value: formatDuration(every),
      reason: "it is at least 1ms",
    });
  return every ?? (emit === "updates" ? EVERY_MS : undefined);
}

function sizeWords(shapes: readonly WindowKind[]): readonly string[] {
  const first = shapes[0]!;
  switch (first.kind) {
    case "tumbling":
      return [shapes.map(shapeName).join(",")];
    case "sliding":
      return [shapes.map(shapeName).join(","), "--slide", formatDuration(first.slideMs)];
    case "session": {
      const longest = Number.isFinite(first.longestMs) ? [formatDuration(first.longestMs)] : [];
      return [...longest, "--session", formatDuration(first.gapMs)];
    }
    case "count":
      return ["--count", String(first.count)];
  }
}
