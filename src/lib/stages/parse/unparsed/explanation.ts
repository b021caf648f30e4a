/** How a line is read, format by format, and what each part of it becomes: `parse --explain`. */
import { assuming } from "../../../base/time/assumed.js";
import { timeAt } from "../../../base/time/time-at.js";
import { Block } from "../../../event/block.js";
import { decodeLine } from "../../../event/decode-line.js";
import { EventWriter } from "../../../event/writer.js";
import { FormatDetector, type NamedParser } from "../../../format/detector.js";
import type { Format, LineParser } from "../../../format/format.js";
import { withoutColours } from "../../../format/line/colours.js";
import { OPENINGS, openingOf } from "../../../format/opening.js";
import { formats } from "../../../format/registry.js";
import type { Emit, StageContext, Transform } from "../../../pipeline/contract/stage.js";
import { type ContainerView, containerView } from "../records/container.js";

const NEWLINE = 0x0a;
const CONTAINERS = ["cri", "docker", "prefix"] as const;

/** What became of a part of the line. */
interface Part {
  readonly field: string;
  readonly value: unknown;
  /** The first and the last column of the text it was read from, counted from 1; absent: it stands nowhere as it is. */
  readonly columns?: readonly [number, number];
}

interface Try {
  readonly format: string;
  /** "reads": this one is taken; "would read": one before it is; "refuses". */
  readonly result: "reads" | "would read" | "refuses";
  /** What it had found before it refused the line. */
  readonly after?: readonly string[];
}

/** One of `--format`. */
export interface AskedFormat {
  readonly name: string;
  readonly create: () => NamedParser;
}

/** Explains each line of what comes; all of them are read apart. */
export class LineExplainer implements Transform {
  private readonly nowMs: () => number;
  private readonly zone: string | undefined;
  private readonly asked: readonly AskedFormat[] | undefined;

  /** `asked`: undefined for `auto`. */
  constructor(context: StageContext, zone: string | undefined, asked: readonly AskedFormat[] | undefined) {
    this.nowMs = context.nowMs;
    this.zone = zone;
    this.asked = asked;
  }

  push({ bytes }: Block, emit: Emit): boolean {
    const parts: string[] = [];
    assuming({ zone: this.zone, nowMs: this.nowMs() }, () => {
      for (let start = 0; start < bytes.length; ) {
        const end = bytes.indexOf(NEWLINE, start);
        const line = withoutColours(decodeLine(bytes.subarray(start, end < 0 ? bytes.length : end)).text);
        if (line.trim() !== "") parts.push(`${JSON.stringify(explained(line, this.nowMs, this.asked))}\n`);
        start = end < 0 ? bytes.length : end + 1;
      }
    });
    return emit(new Block(Buffer.from(parts.join(""))));
  }
}

function explained(line: string, nowMs: () => number, asked: readonly AskedFormat[] | undefined) {
  const view = containerView(line, CONTAINERS);
  const text = view?.text ?? line;
  const writer = new EventWriter();
  const reader = readerOf(text, writer, nowMs, asked);
  const event = reader === undefined ? undefined : writer.written();
  const chosen = reader ?? null;
  const fields = event === undefined ? [] : event.keys().map((name) => [name, event.get(name)] as const);
  const opening = openingOf(text);
  const begins = formats.filter((format) => canBegin(format, text, opening));
  const around = view === undefined ? {} : { around: aroundOf(view, line) };
  const parts = partsOf(line, line.length - text.length, fields, nowMs());
  if (asked !== undefined)
    return { line, ...around, format: chosen, parts, tried: asked.map((one) => tryOf(one, text, chosen)) };
  return {
    line,
    ...around,
    begins: OPENINGS[opening],
    format: chosen,
    parts,
    tried: begins.map(({ name, create }) => tryOf({ name, create: () => create({ nowMs }) }, text, chosen)),
    not_tried: formats.filter((format) => format.auto && !begins.includes(format)).length,
  };
}

/** The name of what reads the text, which is then written; undefined: nothing does. */
function readerOf(
  text: string,
  writer: EventWriter,
  nowMs: () => number,
  asked: readonly AskedFormat[] | undefined,
): string | undefined {
  if (asked === undefined) {
    const detector = new FormatDetector(formats, { nowMs });
    return detector.parse(text, writer) === true ? detector.lastFormat?.name : undefined;
  }
  for (const { name, create } of asked) {
    if (create().parse(text, writer) === true) return name;
    writer.reset();
  }
  return undefined;
}

function canBegin({ auto, openings, starts }: Format, text: string, opening: number): boolean {
  const first = text[0] ?? "";
  return (
    auto &&
    (openings === undefined || openings.includes(OPENINGS[opening]!)) &&
    (starts === undefined || starts.includes(first))
  );
}

function tryOf(
  { name, create }: { readonly name: string; readonly create: () => LineParser },
  text: string,
  chosen: string | null,
): Try {
  const writer = new EventWriter();
  const isRead = create().parse(text, writer) === true;
  if (isRead) return { format: name, result: name === chosen ? "reads" : "would read" };
  const after = writer.isEmpty ? [] : (writer.written()?.keys() ?? []);
  return { format: name, result: "refuses", ...(after.length === 0 ? {} : { after }) };
}

/** What stood around the line's own text. */
function aroundOf({ kind, around }: ContainerView, line: string): Record<string, unknown> {
  if ("prefix" in around) {
    const { fields, time, end } = around.prefix;
    return { ...Object.fromEntries(fields), ...(time === undefined ? {} : { time }), columns: [1, end] };
  }
  return {
    kind,
    ...("cri" in around
      ? { columns: [1, line.length - around.cri.input.slice(around.cri[0].length).length] }
      : {}),
  };
}

/**
 * Where each value stands: the time by its own clock, the others as they are, from left to right where a text stands
 * twice.
 */
function partsOf(
  line: string,
  from: number,
  fields: readonly (readonly [string, unknown])[],
  nowMs: number,
): readonly Part[] {
  const taken: (readonly [number, number])[] = [];
  const parts = new Map<string, Part>();
  // Long values first: a short one stands in many.
  const order = [...fields].sort(([, a], [, b]) => textOf(b).length - textOf(a).length);
  for (const [field, value] of order) {
    const isTime = field === "timestamp";
    const place = isTime
      ? placeOfTime(line, from, textOf(value), nowMs)
      : placeOf(line, from, textOf(value), taken);
    if (place === undefined) parts.set(field, { field, value });
    else {
      taken.push(place);
      parts.set(field, { field, value, columns: [place[0] + 1, place[1]] });
    }
  }
  return fields.map(([field]) => parts.get(field)!);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function placeOf(
  line: string,
  from: number,
  text: string,
  taken: readonly (readonly [number, number])[],
): readonly [number, number] | undefined {
  const wanted = text.toLowerCase();
  const lower = line.toLowerCase();
  if (wanted === "" || lower.length !== line.length) return undefined;
  for (let at = lower.indexOf(wanted, from); at >= 0; at = lower.indexOf(wanted, at + 1)) {
    const end = at + wanted.length;
    if (taken.every(([a, b]) => end <= a || at >= b)) return [at, end];
    if (at > LOOKED_AT_UNITS_MAX) return undefined;
  }
  return undefined;
}

const LOOKED_AT_UNITS_MAX = 4_096;

function placeOfTime(
  line: string,
  from: number,
  time: string,
  nowMs: number,
): readonly [number, number] | undefined {
  for (let at = from; at < Math.min(line.length, from + LOOKED_AT_UNITS_MAX); at++) {
    const found = timeAt(line, at, nowMs);
    if (found?.timestamp === time) return [at, found.end];
  }
  return undefined;
}
