/** The kinds of windows, and reading them from `window 1m,1h --slide 10s`. */
import { formatDuration } from "../../../base/duration.js";
import { failure } from "../../../base/errors/index.js";
import { type Length, readLength } from "./lengths.js";
import { panesAWindow } from "./panes.js";

export type WindowKind =
  | { readonly kind: "tumbling"; readonly length: Length }
  | { readonly kind: "sliding"; readonly text: string; readonly sizeMs: number; readonly slideMs: number }
  | { readonly kind: "session"; readonly gapMs: number; readonly longestMs: number }
  | { readonly kind: "count"; readonly count: number };

/** A sliding window has at most so many panes. */
const PANES_MAX = 5000;
const SHAPES_MAX = 16;

export interface ShapeOptions {
  /** `1m`, `1m,1h`; undefined: not given. */
  readonly sizes: string | undefined;
  readonly slide: number | undefined;
  readonly session: number | undefined;
  readonly count: number | undefined;
  readonly tz: string;
}

/** Whether an operand is the size of windows and not the name of a file. A number alone is one that lacks its unit. */
export function isSizes(operand: string | undefined): boolean {
  return (
    operand !== undefined &&
    (/^\d+(\.\d+)?$/.test(operand) ||
      /^\s*\d+(\.\d+)?\s*[a-z]+(\s*\d+(\.\d+)?\s*[a-z]+)*(\s*,\s*\d[\w. ]*)*\s*$/i.test(operand))
  );
}

/** Throws usage errors. */
export function readShapes(options: ShapeOptions): readonly WindowKind[] {
  const { sizes, slide, session, count } = options;
  const given = ["slide", "session", "count"].filter(
    (name) => options[name as keyof ShapeOptions] !== undefined,
  );
  if (given.length > 1) {
    const [one, two] = [`--${given[0]}`, `--${given[1]}`];
    const value = count === undefined || two !== "--count" ? formatDuration(session!) : String(count);
    const hint = "windows are of one kind";
    throw failure("usage.bad-value", { option: two, value, reason: `${one} is given too`, hint });
  }
  const lengths = sizes === undefined ? [] : readSizes(sizes, options.tz);
  if (count !== undefined) return [{ kind: "count", count }];
  if (session !== undefined) return [sessionShape(session, lengths)];
  if (lengths.length === 0)
    throw failure("usage.missing-operand", {
      command: "window",
      operand: "SIZE (how long a window is: 1m, 1h, 1d)",
    });
  return lengths.map((length) =>
    slide === undefined ? { kind: "tumbling", length } : slidingShape(length, slide),
  );
}

/** How much time a shape spans at most, about; 0 when that is not known. */
export function nearMs(shape: WindowKind): number {
  switch (shape.kind) {
    case "tumbling":
      return shape.length.nearMs;
    case "sliding":
      return shape.sizeMs;
    case "session":
      return shape.gapMs;
    case "count":
      return 0;
  }
}

/** What tells the windows of a shape from those of others in the results. */
export function shapeName(shape: WindowKind): string {
  switch (shape.kind) {
    case "tumbling":
      return shape.length.text;
    case "sliding":
      return shape.text;
    case "session":
      return `session ${formatDuration(shape.gapMs)}`;
    case "count":
      return `count ${shape.count}`;
  }
}

function readSizes(sizes: string, tz: string): readonly Length[] {
  const texts = sizes.split(",").map((text) => text.trim());
  if (texts.length > SHAPES_MAX) {
    const reason = `more than ${SHAPES_MAX} windows at once`;
    throw failure("usage.bad-value", { option: "SIZE", value: sizes, reason });
  }
  return [...new Set(texts)].map((text) => readLength(text, tz, "SIZE"));
}

function sessionShape(gapMs: number, lengths: readonly Length[]): WindowKind {
  const value = formatDuration(gapMs);
  if (gapMs < 1)
    throw failure("usage.bad-value", { option: "--session", value, reason: "a gap is at least 1ms" });
  return { kind: "session", gapMs, longestMs: lengths[0]?.nearMs ?? Number.POSITIVE_INFINITY };
}

function slidingShape(length: Length, slideMs: number): WindowKind {
  const value = formatDuration(slideMs);
  const sizeMs = length.fixedMs;
  const bad = (reason: string) => failure("usage.bad-value", { option: "--slide", value, reason });
  if (sizeMs === undefined)
    throw bad(`windows of ${length.text} by the calendar do not slide; write a size in hours`);
  if (!Number.isInteger(slideMs) || slideMs < 1) throw bad("a slide is at least 1ms, in whole milliseconds");
  if (panesAWindow(sizeMs, slideMs) > PANES_MAX)
    throw bad(`a window of ${length.text} would have more than ${PANES_MAX} steps; make the slide longer`);
  return { kind: "sliding", text: length.text, sizeMs, slideMs };
}
