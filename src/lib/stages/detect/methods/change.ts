import { type Method, roughly, shown } from "../method.js";
import { floorOf } from "./deviations.js";

const SEEN = 0;
const LAST = 1;
const STEP = 2;
/** Usual steps that make a surprise of 1, and beyond which a step no longer widens what is usual. */
const STANDARD = 8;
const CUT = 6;
const FEWEST = 8;
const MEMORY = 1000;

/** How much a value differs from the one before, in usual steps. */
export const change: Method = {
  name: "change",
  summary: "steps from one value to the next that are larger than usual",
  size: 3,
  observe(memory, at, _timeMs, value, finding) {
    const seen = ++memory[at + SEEN]!;
    const last = memory[at + LAST]!;
    const usual = Math.max(memory[at + STEP]!, floorOf(last));
    finding.expected = last;
    finding.seen = seen - 1;
    finding.detail = seen > FEWEST ? (value - last) / usual : 0;
    finding.surprise = Math.abs(finding.detail) / STANDARD;
    memory[at + LAST] = value;
    if (seen === 1) return;
    const step = Math.min(Math.abs(value - last), seen > FEWEST ? CUT * usual : Number.POSITIVE_INFINITY);
    memory[at + STEP]! += Math.max(1 / (seen - 1), 1 / MEMORY) * (step - memory[at + STEP]!);
  },
  explain: ({ detail, expected }, subject, value) =>
    `${subject} went from ${roughly(expected)} to ${shown(value)}, a step ${roughly(Math.abs(detail))} times as large as usual`,
};
