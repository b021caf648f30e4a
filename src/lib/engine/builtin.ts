/** The two transforms that the engine adds by itself: raw lines to events, and the check before a store. */
import { Block, type Labels } from "../event/block.js";
import { type Scan, scan, scanText } from "../event/scan.js";
import { decodeLine } from "../event/text.js";
import { mayLackTime, withWindowTimes } from "../event/window-results.js";
import { EventWriter } from "../event/writer.js";
import { rejectFaults } from "../stage/event-reader.js";
import type { StageContext, Transform } from "../stage/stage.js";
import type { NamedTransform } from "./chain.js";

export type BuiltinName = "frame" | "check" | "checkText";

/** Raw lines with labels become events `{"source":"a.log","raw":"the line"}`; blocks without labels pass. */
export const frame: NamedTransform = {
  name: "frame",
  create: () => ({ push: (block, emit) => emit(framed(block)) }),
};

/** Every line is made sure to be a JSON object, the others are set aside, and the block gets its summary. */
export const check: NamedTransform = { name: "check", create: (context) => checker(context, scan) };

/** The same before a sink that writes text: no byte of an event changes. */
const checkText: NamedTransform = { name: "check", create: (context) => checker(context, scanText) };

export const builtins: Readonly<Record<BuiltinName, NamedTransform>> = { frame, check, checkText };

/** The events of a block of raw lines. */
function framed(block: Block): Block {
  if (block.labels === undefined) return block;
  const writer = new EventWriter();
  const { bytes } = block;
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start);
    writeEnvelope(writer, block.labels, bytes.subarray(start, end));
    start = end + 1;
  }
  return new Block(Buffer.from(writer.take()), undefined, block.position);
}

function writeEnvelope(writer: EventWriter, labels: Labels, line: Buffer): void {
  if (labels.source !== undefined) writer.text("source", labels.source);
  const { text, isExact } = decodeLine(line);
  writer.text("raw", text);
  if (!isExact) writer.text("raw_base64", line.toString("base64"));
  writer.end();
}

/** Results of `window` get the time they are about. */
function timed(found: Scan): Scan[] {
  if (!mayLackTime(found.summary)) return [found];
  const [first, ...more] = scan(withWindowTimes(found.bytes));
  return [{ ...first!, faults: found.faults }, ...more];
}

function checker(context: StageContext, scanBlock: typeof scan): Transform {
  return {
    push(block, emit) {
      let wantsMore = true;
      const scans = scanBlock(block.bytes).flatMap(timed);
      scans.forEach(({ bytes, summary, faults }, index) => {
        rejectFaults(context, block.bytes, faults);
        const isLast = index === scans.length - 1;
        if (bytes.length > 0 || isLast) {
          wantsMore = emit(new Block(bytes, undefined, isLast ? block.position : undefined, summary));
        }
      });
      return wantsMore;
    },
  };
}
