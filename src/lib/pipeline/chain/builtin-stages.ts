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
import type { AskedField, StageContext, Transform } from "../contract/stage.js";
import type { NamedTransform } from "./chain.js";

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
export const frame: NamedTransform = {
  name: "frame",
  create: () => ({ push: (block, emit) => emit(framed(block)) }),
};

/**
 * Every line is made sure to be a JSON object, the others are set aside, and the block gets its summary. Before a store
 * every event gets its time under `timestamp`; before a sink that writes text no byte of an event changes. What it
 * counts is counted for the sink.
 */
export function builtin({ name, times, reads = [], sink = "sink" }: BuiltinStep): NamedTransform {
  if (name === "frame") return frame;
  if (name === "watch") return { name, label: sink, reads, create: passing };
  const create = (context: StageContext) =>
    name === "check"
      ? checker(context, scan, times ?? { timeField: TIMESTAMP })
      : checker(context, name === "checkText" ? scanText : scanEvents);
  return { name: "check", label: "sink", reads, create };
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

function checker(context: StageContext, scanBlock: typeof scan, times?: TimeRule): Transform {
  return {
    push(block, emit) {
      let wantsMore = true;
      const found = scanBlock(block.bytes);
      const scans =
        times === undefined ? found : found.flatMap((one) => inStoredTime(one, times, context.count));
      for (const { bytes, summary, faults } of scans) {
        rejectFaults(context, block.bytes, faults);
        if (bytes.length > 0) wantsMore = emit(new Block(bytes, undefined, summary));
      }
      return wantsMore;
    },
  };
}
