/**
 * The transforms that the engine adds by itself: raw lines to events, the check before a store, and what looks for the
 * fields of a sink.
 */
import { Block, WRITTEN } from "../../event/block.js";
import { decodeLine } from "../../event/decode-line.js";
import { countLines } from "../../event/lines.js";
import { type Scan, scan, scanText } from "../../event/scan.js";
import { TIMESTAMP } from "../../event/time/names.js";
import { inStoredTime, type TimeRule } from "../../event/time/stored-times.js";
import { EventWriter } from "../../event/writer.js";
import { rejectFaults } from "../contract/event-reader.js";
import type { AskedField, Emit, StageContext, Transform } from "../contract/stage.js";
import type { Splitter } from "./splitter.js";

export type BuiltinName = "frame" | "check" | "checkText" | "checkEvents" | "checks" | "watch";

/** One of them with what it is told: plain data, so that it can travel to a worker. */
export interface BuiltinStep {
  readonly name: BuiltinName;
  readonly times?: TimeRule | undefined;
  /** The fields that the sink was told of, and what it is called. */
  readonly reads?: readonly AskedField[];
  readonly sink?: string;
  /** Of "checks": those that it makes of the same blocks, by port. */
  readonly checks?: readonly BuiltinStep[];
}

/** Raw lines with labels become events `{"source":"a.log","raw":"the line"}`; blocks without labels pass. */
export const frame = {
  create: (_context: StageContext): Transform => ({ push: (block, emit) => emit(framed(block)) }),
};

/** What such a step asks for, and how it is made. */
export interface Builtin {
  readonly reads: readonly AskedField[];
  readonly create: (context: StageContext) => Transform | Splitter;
}

/**
 * The checks: every line is made sure to be a JSON object, the others are set aside, and the block gets its summary.
 * Before a store every event gets its time under `timestamp`; before a sink that writes text no byte of an event
 * changes.
 */
export function builtin({ name, times, reads = [], checks = [] }: BuiltinStep): Builtin {
  if (name === "frame") return { reads, create: frame.create };
  if (name === "watch") return { reads, create: passing };
  if (name === "checks") {
    const create = (context: StageContext): Splitter => {
      const made = checks.map((check) => [check, checkOf(check, context)] as const);
      return { split: (block, ports) => splitChecked(context, block, made, ports) };
    };
    return { reads: checks.flatMap(({ reads = [] }) => reads), create };
  }
  const create = (context: StageContext): Transform => {
    const check = checkOf({ name, times }, context);
    return {
      push(block, emit) {
        let wantsMore = true;
        for (const { bytes, summary, faults } of check(block)) {
          rejectFaults(context, block.bytes, faults);
          if (bytes.length > 0) wantsMore = emit(new Block(bytes, undefined, summary));
        }
        return wantsMore;
      },
    };
  };
  return { reads, create };
}

function passing(): Transform {
  return { push: (block, emit) => emit(block) };
}

/** The events of a block of raw lines. */
function framed(block: Block): Block {
  if (block.labels === undefined) return block;
  const writer = new EventWriter();
  const { bytes } = block;
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start);
    writeEnvelope(writer, block, bytes.subarray(start, end));
    start = end + 1;
  }
  return new Block(Buffer.from(writer.take()));
}

/** Something like a time of syslog or of klog. */
const YEARLESS =
  /\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* [ \d]?\d (?:\d{4} )?\d\d:\d\d|^[IWEFD]\d{4} \d\d:/;

function writeEnvelope(writer: EventWriter, { labels, origin }: Block, line: Buffer): void {
  if (labels?.source !== undefined) writer.text("source", labels.source);
  const { text, isExact } = decodeLine(line);
  writer.text("raw", text);
  if (origin?.writtenMs !== undefined && YEARLESS.test(text))
    writer.text(WRITTEN, new Date(origin.writtenMs).toISOString());
  if (!isExact) writer.text("raw_base64", line.toString("base64"));
  writer.end();
}

/** The same without blank lines. */
function scanEvents(bytes: Buffer): Scan[] {
  return scanText(bytes).map((found) =>
    found.summary.events === countLines(found.bytes)
      ? found
      : { ...found, bytes: withoutBlanks(found.bytes) },
  );
}

function withoutBlanks(bytes: Buffer): Buffer {
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start) + 1 || bytes.length;
    if (bytes.subarray(start, end).includes(0x7b)) lines.push(bytes.subarray(start, end));
    start = end;
  }
  return Buffer.concat(lines);
}

type Check = (block: Block) => readonly Scan[];

function checkOf({ name, times = { timeField: TIMESTAMP } }: BuiltinStep, { count }: StageContext): Check {
  if (name !== "check") return ({ bytes }) => (name === "checkText" ? scanText : scanEvents)(bytes);
  return ({ bytes }) => scan(bytes).flatMap((one) => inStoredTime(one, times, count));
}

/**
 * Where the first check, which looks at most, has left a block as it was, the same block goes to those that would, too.
 * Lines are set aside once.
 */
function splitChecked(
  context: StageContext,
  block: Block,
  checks: readonly (readonly [BuiltinStep, Check])[],
  ports: readonly Emit[],
): boolean {
  let wantsMore = false;
  let unchanged: Block | undefined;
  checks.forEach(([step, check], port) => {
    const emit = ports[port]!;
    if (unchanged !== undefined && leaves(step, unchanged)) {
      if (emit(unchanged)) wantsMore = true;
      return;
    }
    for (const { bytes, summary, faults } of check(block)) {
      if (port === 0) rejectFaults(context, block.bytes, faults);
      const out = new Block(bytes, undefined, summary);
      if (port === 0 && bytes === block.bytes) unchanged = out;
      if (bytes.length > 0 && emit(out)) wantsMore = true;
    }
  });
  return wantsMore;
}

/** Whether it changes nothing of a block that a check has left as it was. */
function leaves({ name }: BuiltinStep, { bytes, summary }: Block): boolean {
  return name === "checkText" || (name === "checkEvents" && summary!.events === countLines(bytes));
}
