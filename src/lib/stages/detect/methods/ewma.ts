import { type Method, roughly } from "../method.js";
import { deviationSentence, floorOf } from "./deviations.js";

const SEEN = 0;
const MEAN = 1;
const VARIANCE = 2;
/** Weight of the newest value: about the last 60 count. */
const NEWEST = 2 / 61;
/** Deviations that make a surprise of 1, and beyond which a value no longer moves what is usual. */
const STANDARD = 5;
const CUT = 4;
/** Before as many values there is no deviation to speak of, and nothing is cut. */
const FEWEST = 8;

/** Exponentially weighted mean and variance (Roberts 1959; the variance after Finch 2009). */
export const ewma: Method = {
  name: "ewma",
  summary: "deviations from a moving mean",
  size: 3,
  observe(memory, at, _timeMs, value, finding) {
    const seen = ++memory[at + SEEN]!;
    const mean = memory[at + MEAN]!;
    const deviation = Math.max(Math.sqrt(memory[at + VARIANCE]!), floorOf(mean));
    const isYoung = seen <= FEWEST;
    finding.seen = seen - 1;
    finding.expected = mean;
    finding.detail = isYoung ? 0 : (value - mean) / deviation;
    finding.surprise = Math.abs(finding.detail) / STANDARD;
    const most = isYoung ? Number.POSITIVE_INFINITY : CUT * deviation;
    const distance = Math.max(-most, Math.min(most, value - mean));
    const newest = Math.max(1 / seen, NEWEST);
    memory[at + MEAN] = mean + newest * distance;
    memory[at + VARIANCE] = (1 - newest) * (memory[at + VARIANCE]! + newest * distance * distance);
  },
  explain: ({ detail, expected }, subject, value) =>
    deviationSentence(subject, value, detail, `the moving mean ${roughly(expected)}`),
};
