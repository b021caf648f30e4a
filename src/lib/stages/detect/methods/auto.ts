/**
 * The default. Four views of a series, each asked how far the newest value lies beyond all that were seen (record.ts);
 * the view that is surprised most speaks. No view assumes how values are spread, so one threshold serves all series.
 * Decision 0027.
 */
import { type AnomalyFinding, type Method, roughly, shown } from "../method.js";
import { DAY, learn, profileSize, usualAt } from "../profile.js";
import { MEMORY, RECORD_SIZE, record } from "../range-score.js";

/** Place in memory. */
const SEEN = 0;
const SIZE = 1;
const MEAN = 2;
const LEVEL = 3;
const LEVEL_CENTRE = 4;
const LEVEL_SPREAD = 5;
const RECORDS = 6;
const PROFILE = RECORDS + 4 * RECORD_SIZE;

/** Widths of the range beyond it that make a surprise of 1. */
const STANDARD = 0.076;
/**
 * Weights of the views: the value; beside the usual of its hour; in proportion to the usual size; the level of late.
 */
const HOUR_WEIGHT = 0.5;
const LEVEL_WEIGHT = 0.75;
/** A young series knows little of its range: it needs more to be surprised. */
const YOUNG = 1000;
const PROPORTION = 10;
/** The level is a mean of deviations, cut off at 2, over about 20 values. */
const LEVEL_NEWEST = 0.05;
const LEVEL_CUT = 2;
const LEVEL_MEMORY = 2000;

const VALUE = 0;
const HOUR = 1;
const RATIO = 2;
const STAY = 3;

export const auto: Method = {
  name: "auto",
  summary: "values never seen lately, alone, for their hour, in proportion, or as a level that stays",
  size: PROFILE + profileSize(DAY),

  observe(memory, at, timeMs, value, finding) {
    const seen = ++memory[at + SEEN]!;
    const newest = Math.max(1 / seen, 1 / MEMORY);
    const size = (memory[at + SIZE]! += (Math.abs(value) - memory[at + SIZE]!) * newest);
    const mean = memory[at + MEAN]!;
    learn(memory, at + PROFILE, DAY, timeMs, value);
    const usual = usualAt(memory, at + PROFILE, DAY, timeMs, 1);
    const isHourKnown = !Number.isNaN(usual);
    const difference = value - (isHourKnown ? usual : mean);
    memory[at + MEAN] = mean + (value - mean) * newest;

    finding.seen = seen - 1;
    finding.expected = isHourKnown ? usual : mean;
    finding.surprise = 0;
    const records = at + RECORDS;
    const beyond = record(memory, records, value);
    tell(finding, VALUE, beyond);
    if (isHourKnown) tell(finding, HOUR, HOUR_WEIGHT * record(memory, records + RECORD_SIZE, difference));
    const ratio = Math.asinh(PROPORTION * (size > 0 ? value / size : 0));
    tell(finding, RATIO, record(memory, records + 2 * RECORD_SIZE, ratio));
    const level = followLevel(memory, at, difference);
    tell(finding, STAY, LEVEL_WEIGHT * record(memory, records + 3 * RECORD_SIZE, level));
    // What is out of proportion and beyond the range at once is told in the simpler words.
    if (finding.kind === RATIO && beyond > 0) finding.kind = VALUE;
    finding.surprise *= Math.min(1, Math.sqrt(seen / YOUNG)) / STANDARD;
    finding.detail = memory[at + LEVEL_CENTRE]! + level * memory[at + LEVEL_SPREAD]!;
  },

  explain({ kind, expected, seen, detail }, subject, value) {
    const side = value > expected ? "above" : "below";
    const times = Math.abs(value / expected);
    const usual = roughly(expected);
    switch (kind) {
      case HOUR:
        return `${subject} is ${shown(value)}, farther ${side} the usual ${usual} for this hour of the day than ever in the last ${seen} values`;
      case RATIO: {
        const ratio =
          Number.isFinite(times) && times >= 2 ? `${roughly(times)} times the usual ${usual}` : "";
        return `${subject} is ${shown(value)}${ratio === "" ? "" : `, ${ratio}`}, out of proportion to the last ${seen} values`;
      }
      case STAY:
        return `${subject} is ${shown(value)} and has stayed ${detail > 0 ? "above" : "below"} the usual ${usual} for longer than ever in the last ${seen} values`;
      default:
        return `${subject} is ${shown(value)}, where ${usual} is usual: ${value > expected ? "higher" : "lower"} than any of the last ${seen} values`;
    }
  },
};

function tell(finding: AnomalyFinding, kind: number, surprise: number): void {
  if (surprise > finding.surprise || kind === VALUE) {
    finding.surprise = surprise;
    finding.kind = kind;
  }
}

/** Takes in how far the value is from what is usual; the mean of such distances of late, in usual distances. */
function followLevel(memory: Float64Array, at: number, difference: number): number {
  const newest = Math.max(1 / memory[at + SEEN]!, 1 / LEVEL_MEMORY);
  const distance = difference - memory[at + LEVEL_CENTRE]!;
  const spread = memory[at + LEVEL_SPREAD]!;
  const deviation = spread > 0 ? Math.max(-LEVEL_CUT, Math.min(LEVEL_CUT, distance / spread)) : 0;
  memory[at + LEVEL_CENTRE]! += newest * distance;
  memory[at + LEVEL_SPREAD]! += newest * (Math.abs(distance) - spread);
  return (memory[at + LEVEL]! += LEVEL_NEWEST * (deviation - memory[at + LEVEL]!));
}
